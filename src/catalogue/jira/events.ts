/**
 * The Jira events: the 15 that Atlassian Connect listed in 2013, and those of today's Jira Cloud.
 * `timestamp` and `webhookEvent` are not part of the bodies here; every event that lists them gets them from its row.
 */

import { eventTable, field, optional, SAMPLE_AT, shaped, usual } from "../event-type.ts";
import { hostEvents } from "../host-events.ts";
import {
  ACTIVE_SPRINT,
  ATTACHMENT,
  BASE,
  BOARD,
  BOARD_CONFIGURATION,
  BUG,
  CLOSED_SPRINT,
  COMMENT,
  DELETED_BOARD,
  DELETED_ISSUE,
  FILTER,
  FIRST_CHANGES,
  ISSUE,
  ISSUE_LINK,
  ISSUE_OF_COMMENT,
  ISSUE_REFERENCE,
  LOGGED_CHANGES,
  MAJA,
  NEW_ISSUE,
  OSCAR,
  OTHER_VERSION,
  PLANNED_SPRINT,
  PROJECT,
  SERVER_ISSUE,
  SERVER_OSCAR,
  SPRINT,
  SPRINT_FACTS,
  STARTED_CHANGE,
  TRANSITION,
  VERSION,
  WORKLOG,
} from "./entities.ts";

const HEAD = [
  field("timestamp", "integer", "epoch milliseconds"),
  field("webhookEvent", "string", "the event name"),
];
const MATCHED = optional(
  shaped("matchedWebhookIds", "integer[]", "only for webhooks registered through the REST API"),
);
const USER = shaped("user", "JiraUser");
const WHOLE_ISSUE = shaped("issue", "JiraIssue");
const ISSUE_EVENT_TYPE = field(
  "issue_event_type_name",
  "string",
  "issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others",
);
const CHANGELOG = shaped("changelog", "JiraChangelog", "absent when the update is only a comment");

const FIRST_CHANGELOG = shaped("changelog", "JiraChangelog", "what the issue was given");

const OF_PROJECT = ["project.id", "project.key"];
const OF_ISSUE = [...OF_PROJECT, "issue.id", "issue.key"];
const RECALLED = "The name is certain, the fields are recalled";
const UNDOCUMENTED = "The body is not documented";

const issue = {
  group: "issue",
  confidence: "capture",
  variables: OF_ISSUE,
  fields: [...HEAD, WHOLE_ISSUE, ...usual(USER), ...optional(ISSUE_EVENT_TYPE, CHANGELOG), ...MATCHED],
} as const;

const comment = {
  group: "comment",
  confidence: "capture",
  variables: ["comment.id", ...OF_ISSUE],
  fields: [
    ...HEAD,
    shaped("comment", "JiraComment"),
    ...optional(
      shaped("issue", "JiraCommentedIssue", "Cloud: an issue of six fields; Server: absent"),
      shaped("user", "JiraUser", "Server only"),
      field("eventType", "string", "recent Cloud: primaryAction"),
    ),
    ...MATCHED,
  ],
  sample: { comment: COMMENT, issue: ISSUE_OF_COMMENT, eventType: "primaryAction" },
} as const;

const worklog = {
  group: "worklog",
  confidence: "capture",
  variables: ["worklog.id", "issue.id", "issue.key"],
  fields: [
    ...HEAD,
    shaped("worklog", "JiraWorklog", "has issueId; there is no issue beside it"),
    ...optional(field("isFromIssueLimitTransformation", "boolean", "recent Cloud")),
    ...MATCHED,
  ],
  sample: { worklog: WORKLOG, isFromIssueLimitTransformation: false },
} as const;

const property = {
  group: "property",
  confidence: "guessed",
  note: UNDOCUMENTED,
  variables: ["property.key"],
  fields: [
    ...HEAD,
    ...optional(shaped("issue", "JiraIssueReference"), shaped("property", "JiraIssueProperty"), USER),
    ...MATCHED,
  ],
} as const;

const attachment = {
  group: "attachment",
  confidence: "derived",
  variables: ["attachment.id"],
  fields: [
    ...HEAD,
    shaped("attachment", "JiraAttachment"),
    ...optional(shaped("issue", "JiraAttachedIssue", "seen in one body, not confirmed")),
  ],
  sample: { attachment: ATTACHMENT },
} as const;

const issueLink = {
  group: "issuelink",
  confidence: "capture",
  note: "Older servers call the flags of issueLinkType style, subTask and system",
  fields: [...HEAD, shaped("issueLink", "JiraLink", "sourceIssueId and destinationIssueId are numbers")],
  sample: { issueLink: ISSUE_LINK },
} as const;

const issueType = {
  group: "issuetype",
  confidence: "guessed",
  note: "Whether the key is issuetype or issueType is not confirmed",
  fields: [...HEAD, ...optional(shaped("issuetype", "JiraIssueType"), shaped("issueType", "JiraIssueType"))],
  sample: { issuetype: BUG },
} as const;

const PROJECT_FIELD = shaped("project", "JiraProject", "its id is a number here, unlike inside of an issue");

const project = {
  group: "project",
  confidence: "derived",
  variables: OF_PROJECT,
  fields: [...HEAD, PROJECT_FIELD],
  sample: { project: PROJECT },
} as const;

const projectApp = {
  ...project,
  confidence: "guessed",
  fields: [...HEAD, ...optional(PROJECT_FIELD)],
} as const;

const version = {
  group: "version",
  confidence: "derived",
  variables: [...OF_PROJECT, "version.id"],
  fields: [...HEAD, shaped("version", "JiraVersion"), ...MATCHED],
  sample: { version: VERSION },
} as const;

const filter = {
  group: "filter",
  confidence: "guessed",
  fields: [...HEAD, ...optional(shaped("filter", "JiraFilter"))],
  sample: { filter: FILTER },
} as const;

const user = {
  group: "user",
  confidence: "capture",
  variables: ["modifiedUser.name", "modifiedUser.key", "modifiedUser.accountId"],
  fields: [...HEAD, USER],
  sample: { user: OSCAR },
} as const;

const option = (label: string, key: string) =>
  ({
    group: "option",
    description: `The site option '${label}' was switched`,
    confidence: "guessed",
    note: RECALLED,
    fields: [...HEAD, ...optional(shaped("property", "JiraApplicationProperty"))],
    sample: {
      property: { self: `${BASE}/rest/api/2/application-properties?key=${key}`, key, value: "true" },
    },
  }) as const;

const sprint = {
  group: "sprint",
  confidence: "capture",
  variables: ["sprint.id"],
  fields: [...HEAD, shaped("sprint", "JiraSprint")],
} as const;
const CHANGED_SPRINT = [...sprint.fields, ...optional(shaped("oldValue", "JiraSprint"))];

const board = {
  group: "board",
  confidence: "capture",
  variables: ["board.id"],
  fields: [...HEAD, shaped("board", "JiraBoard")],
  sample: { board: BOARD },
} as const;

const app = { group: "app", confidence: "guessed", note: UNDOCUMENTED, fields: HEAD, sample: {} } as const;

export const EVENTS = eventTable({
  ...hostEvents({
    product: "jira",
    clientKey: "jira:6d2a7f10-5c1b-4e0e-9c55-2b8a6f1f7c11",
    baseUrl: BASE,
    description: "Harbourline tracker",
    versionBefore: "6205",
    version: "6206",
  }),

  "jira-webhook-post-function": {
    group: "workflow",
    description: "A webhook that an administrator attached to a workflow transition fired",
    confidence: "guessed",
    note: RECALLED,
    fields: [
      field("timestamp", "integer", "epoch milliseconds"),
      WHOLE_ISSUE,
      shaped("transition", "JiraTransition"),
      ...optional(field("webhookEvent", "string"), USER, field("comment", "string")),
    ],
    sample: {
      timestamp: SAMPLE_AT,
      user: MAJA,
      issue: ISSUE,
      transition: TRANSITION,
      comment: "Taking this now",
    },
  },
  remote_workflow_post_function: {
    group: "workflow",
    description: "An add-on's own workflow post function ran on a transition",
    confidence: "source",
    ownAddonOnly: true,
    fields: [
      WHOLE_ISSUE,
      shaped("transition", "JiraTransition"),
      field("configuration", "object", "value: the string that the add-on's configuration page stored"),
      ...optional(field("configuration.value", "string")),
    ],
    sample: {
      issue: ISSUE,
      transition: TRANSITION,
      configuration: { value: '{"notify":"pier-office"}' },
    },
  },

  "jira:issue_created": {
    ...issue,
    description: "An issue was created",
    fields: [...HEAD, WHOLE_ISSUE, ...usual(USER, ISSUE_EVENT_TYPE, FIRST_CHANGELOG), ...MATCHED],
    sample: {
      issue_event_type_name: "issue_created",
      user: MAJA,
      issue: NEW_ISSUE,
      changelog: { id: "60190", items: FIRST_CHANGES },
    },
  },
  "jira:issue_updated": {
    ...issue,
    description: "An issue was edited, commented on, assigned, transitioned or otherwise changed",
    fields: [
      ...issue.fields,
      ...optional(shaped("comment", "JiraComment", "when a comment came with the change")),
    ],
    sample: {
      issue_event_type_name: "issue_generic",
      user: OSCAR,
      issue: ISSUE,
      changelog: { id: "60211", items: [STARTED_CHANGE] },
    },
  },
  "jira:issue_deleted": {
    ...issue,
    description: "An issue was deleted",
    note: "Recorded bodies have neither changelog nor issue_event_type_name",
    sample: { user: MAJA, issue: DELETED_ISSUE },
  },
  "jira:worklog_updated": {
    ...issue,
    description: "Work was logged on an issue, or a work log was changed; worklog_* replace it",
    status: "deprecated",
    note: "Recorded on a Jira Server, which names users and has no accounts",
    fields: [
      ...HEAD,
      ...optional(WHOLE_ISSUE, shaped("worklog", "JiraWorklog"), ISSUE_EVENT_TYPE, USER, CHANGELOG),
    ],
    sample: {
      issue_event_type_name: "issue_work_logged",
      user: SERVER_OSCAR,
      issue: SERVER_ISSUE,
      changelog: { id: "60212", items: LOGGED_CHANGES },
    },
  },
  remote_issue_link_aggregate_cleared_event: {
    group: "issuelink",
    description: "The remote links of an issue were cleared as a group",
    status: "legacy",
    confidence: "derived",
    note: "Receivers confirm webhookEvent and issue; the rest is assumed",
    fields: [...HEAD, WHOLE_ISSUE, ...optional(ISSUE_EVENT_TYPE, USER, CHANGELOG)],
    sample: { user: MAJA, issue: ISSUE },
  },

  comment_created: { ...comment, description: "A comment was added" },
  comment_updated: { ...comment, description: "A comment was edited" },
  comment_deleted: { ...comment, description: "A comment was deleted" },

  worklog_created: { ...worklog, description: "Work was logged" },
  worklog_updated: { ...worklog, description: "A work log was edited" },
  worklog_deleted: { ...worklog, description: "A work log was deleted" },

  issue_property_set: {
    ...property,
    description: "A property of an issue was written",
    sample: {
      issue: ISSUE_REFERENCE,
      property: { key: "crane.inspection", value: { due: "2024-12-01" } },
    },
  },
  issue_property_deleted: {
    ...property,
    description: "A property of an issue was removed",
    sample: { issue: ISSUE_REFERENCE, property: { key: "crane.inspection" } },
  },

  attachment_created: { ...attachment, description: "A file was attached to an issue" },
  attachment_deleted: { ...attachment, description: "An attached file was deleted" },

  issuelink_created: { ...issueLink, description: "Two issues were linked" },
  issuelink_deleted: { ...issueLink, description: "A link between two issues was removed" },

  issuetype_created: { ...issueType, description: "An issue type was created" },
  issuetype_updated: { ...issueType, description: "An issue type was changed" },
  issuetype_deleted: { ...issueType, description: "An issue type was deleted" },

  project_created: { ...project, confidence: "capture", description: "A project was created" },
  project_updated: { ...project, confidence: "capture", description: "The details of a project changed" },
  project_deleted: { ...project, confidence: "capture", description: "A project was deleted for good" },
  project_soft_deleted: { ...project, description: "A project was moved to the trash" },
  project_restored_deleted: { ...project, description: "A project came back from the trash" },
  project_archived: { ...project, description: "A project was archived" },
  project_restored_archived: { ...project, description: "An archived project was restored" },
  project_app_enabled: { ...projectApp, description: "An app was enabled for a project" },
  project_app_disabled: { ...projectApp, description: "An app was disabled for a project" },

  "jira:version_created": { ...version, description: "A version was created" },
  "jira:version_updated": { ...version, description: "The details of a version changed" },
  "jira:version_deleted": {
    ...version,
    description: "A version was deleted",
    variables: [...version.variables, "mergedVersion.id"],
    fields: [
      ...version.fields,
      ...optional(
        shaped("mergedTo", "JiraVersion", "when the deletion was a merge; recalled"),
        field("customFieldReplacements", "array", "not confirmed"),
      ),
    ],
  },
  "jira:version_released": {
    ...version,
    description: "A version was released",
    confidence: "capture",
    sample: { version: { ...VERSION, released: true } },
  },
  "jira:version_unreleased": { ...version, description: "The release of a version was undone" },
  "jira:version_moved": { ...version, description: "A version changed its place in the list" },
  "jira:version_merged": {
    ...version,
    description: "A version was merged into another",
    confidence: "guessed",
    variables: [...version.variables, "mergedVersion.id"],
    fields: [...version.fields, ...optional(shaped("mergedVersion", "JiraVersion"))],
    sample: { version: VERSION, mergedVersion: OTHER_VERSION },
  },

  filter_created: { ...filter, description: "A saved filter was created" },
  filter_updated: { ...filter, description: "A saved filter was changed" },
  filter_deleted: { ...filter, description: "A saved filter was deleted" },

  user_created: { ...user, description: "A user account was created" },
  user_updated: { ...user, description: "A user account changed" },
  user_deleted: {
    ...user,
    description: "A user account was deleted",
    confidence: "derived",
    note: "A bare {accountId, username} was seen too",
  },

  option_voting_changed: option("voting", "jira.option.voting"),
  option_watching_changed: option("watching", "jira.option.watching"),
  option_unassigned_issues_changed: option("unassigned issues", "jira.option.allowunassigned"),
  option_subtasks_changed: option("subtasks", "jira.option.allowsubtasks"),
  option_attachments_changed: option("attachments", "jira.option.allowattachments"),
  option_issuelinks_changed: option("issue links", "jira.option.issuelinking"),
  option_timetracking_changed: option("time tracking", "jira.option.timetracking"),
  option_timetracking_provider_changed: option("time tracking provider", "jira.timetracking.provider"),

  sprint_created: { ...sprint, description: "A sprint was created", sample: { sprint: SPRINT } },
  sprint_updated: {
    ...sprint,
    description: "The details of a sprint changed",
    fields: CHANGED_SPRINT,
    sample: { sprint: ACTIVE_SPRINT, oldValue: PLANNED_SPRINT },
  },
  sprint_started: {
    ...sprint,
    description: "A sprint was started",
    fields: CHANGED_SPRINT,
    sample: { sprint: ACTIVE_SPRINT },
  },
  sprint_closed: {
    ...sprint,
    description: "A sprint was completed",
    fields: CHANGED_SPRINT,
    sample: { sprint: CLOSED_SPRINT },
  },
  sprint_deleted: {
    ...sprint,
    description: "A sprint was deleted",
    note: "The recorded body has no self link",
    sample: { sprint: SPRINT_FACTS },
  },

  board_created: { ...board, description: "A board was created" },
  board_updated: { ...board, description: "A board was renamed or changed" },
  board_deleted: {
    ...board,
    description: "A board was deleted",
    sample: { board: DELETED_BOARD },
  },
  board_configuration_changed: {
    ...board,
    description: "Columns, filter or other settings of a board changed",
    fields: [
      ...HEAD,
      shaped("configuration", "JiraBoardConfiguration", "the key is configuration, not board"),
    ],
    sample: { configuration: BOARD_CONFIGURATION },
  },

  jira_expression_evaluation_failed: {
    group: "expression",
    description: "A Jira expression that the app registered could not be evaluated",
    confidence: "guessed",
    note: "All fields after webhookEvent are guesses",
    fields: [
      ...HEAD,
      ...optional(
        field("expression", "string"),
        shaped("errorMessages", "string[]"),
        field("contextObjects", "array"),
        field("workflowId", "string"),
        field("conditionId", "string"),
      ),
    ],
    sample: {
      expression: "issue.priority.nme == 'High'",
      errorMessages: ["Unrecognized property of `priority`: `nme`"],
    },
  },

  app_policy_changed: { ...app, description: "The data policy that applies to the app changed" },
  app_access_to_objects_blocked: { ...app, description: "The app lost access to objects" },
  app_access_to_objects_in_container_blocked: {
    ...app,
    description: "The app lost access to the objects of a container",
  },
});
