/**
 * The Jira events: the 15 that Atlassian Connect listed in 2013, and those of today's Jira Cloud.
 * `timestamp` and `webhookEvent` are not part of the bodies here; every event that lists them gets them from its row.
 */

import { eventTable, field, optional, SAMPLE_AT } from "../event-type.ts";
import { hostEvents } from "../host-events.ts";
import {
  ATTACHMENT,
  BASE,
  BOARD,
  BUG,
  COMMENT,
  FILTER,
  ISSUE,
  ISSUE_LINK,
  ISSUE_OF_COMMENT,
  ISSUE_REFERENCE,
  MAJA,
  OSCAR,
  PROJECT,
  SPRINT,
  TRANSITION,
  VERSION,
  WORKLOG,
} from "./entities.ts";

const HEAD = [
  field("timestamp", "integer", "epoch milliseconds"),
  field("webhookEvent", "string", "the event name"),
];
const MATCHED = optional(
  field("matchedWebhookIds", "array", "only for webhooks registered through the REST API"),
);
const USER = field("user", "object");
const ISSUE_FIELDS = [field("issue", "object"), field("issue.id", "string"), field("issue.key", "string")];
const ISSUE_EVENT_TYPE = field(
  "issue_event_type_name",
  "string",
  "issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others",
);
const CHANGELOG = field("changelog", "object", "absent when the update is only a comment");

const OF_PROJECT = ["project.id", "project.key"];
const OF_ISSUE = [...OF_PROJECT, "issue.id", "issue.key"];
const RECALLED = "The name is certain, the fields are recalled";
const UNDOCUMENTED = "The body is not documented";

const issue = {
  group: "issue",
  confidence: "capture",
  variables: OF_ISSUE,
  fields: [...HEAD, ...ISSUE_FIELDS, ...optional(ISSUE_EVENT_TYPE, USER, CHANGELOG), ...MATCHED],
} as const;

const comment = {
  group: "comment",
  confidence: "capture",
  variables: ["comment.id", ...OF_ISSUE],
  fields: [
    ...HEAD,
    field("comment", "object"),
    ...optional(
      field("issue", "object", "Cloud: an issue of six fields; Server: absent"),
      field("user", "object", "Server only"),
      field("eventType", "string", "recent Cloud, not confirmed"),
    ),
    ...MATCHED,
  ],
  sample: { comment: COMMENT, issue: ISSUE_OF_COMMENT },
} as const;

const worklog = {
  group: "worklog",
  confidence: "capture",
  variables: ["worklog.id", "issue.id", "issue.key"],
  fields: [
    ...HEAD,
    field("worklog", "object", "has issueId; there is no issue beside it"),
    ...optional(field("isFromIssueLimitTransformation", "boolean")),
    ...MATCHED,
  ],
  sample: { worklog: WORKLOG },
} as const;

const property = {
  group: "property",
  confidence: "guessed",
  note: UNDOCUMENTED,
  variables: ["property.key"],
  fields: [...HEAD, ...optional(field("issue", "object"), field("property", "object"), USER), ...MATCHED],
} as const;

const attachment = {
  group: "attachment",
  confidence: "derived",
  variables: ["attachment.id"],
  fields: [...HEAD, field("attachment", "object"), ...optional(field("issue", "object"))],
  sample: { attachment: ATTACHMENT },
} as const;

const issueLink = {
  group: "issuelink",
  confidence: "capture",
  note: "Older servers call the flags of issueLinkType style, subTask and system",
  fields: [...HEAD, field("issueLink", "object", "sourceIssueId and destinationIssueId are numbers")],
  sample: { issueLink: ISSUE_LINK },
} as const;

const issueType = {
  group: "issuetype",
  confidence: "guessed",
  note: "Whether the key is issuetype or issueType is not confirmed",
  fields: [...HEAD, ...optional(field("issuetype", "object"), field("issueType", "object"))],
  sample: { issuetype: BUG },
} as const;

const project = {
  group: "project",
  confidence: "derived",
  variables: OF_PROJECT,
  fields: [...HEAD, field("project", "object", "its id is a number here, unlike inside of an issue")],
  sample: { project: PROJECT },
} as const;

const projectApp = {
  ...project,
  confidence: "guessed",
  fields: [...HEAD, ...optional(field("project", "object"))],
} as const;

const version = {
  group: "version",
  confidence: "derived",
  variables: [...OF_PROJECT, "version.id"],
  fields: [...HEAD, field("version", "object"), ...MATCHED],
  sample: { version: VERSION },
} as const;

const filter = {
  group: "filter",
  confidence: "guessed",
  fields: [...HEAD, ...optional(field("filter", "object"))],
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
    fields: [...HEAD, ...optional(field("property", "object", "self, key, value; the value is a string"))],
    sample: {
      property: { self: `${BASE}/rest/api/2/application-properties?key=${key}`, key, value: "true" },
    },
  }) as const;

const sprint = {
  group: "sprint",
  confidence: "capture",
  variables: ["sprint.id"],
  fields: [...HEAD, field("sprint", "object")],
} as const;
const CHANGED_SPRINT = [...sprint.fields, ...optional(field("oldValue", "object"))];
const PLANNED = { goal: "All cranes inspected" };
const STARTED = {
  ...SPRINT,
  ...PLANNED,
  startDate: "2024-11-11T08:00:00.000Z",
  endDate: "2024-11-25T08:00:00.000Z",
};

const board = {
  group: "board",
  confidence: "capture",
  variables: ["board.id"],
  fields: [...HEAD, field("board", "object")],
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
      field("issue", "object"),
      field("transition", "object"),
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
      field("issue", "object"),
      field("transition", "object"),
      field("configuration", "object", "value: the string that the add-on's configuration page stored"),
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
    sample: {
      issue_event_type_name: "issue_created",
      user: MAJA,
      issue: ISSUE,
      changelog: {
        id: "60190",
        items: [
          {
            field: "summary",
            fieldtype: "jira",
            fieldId: "summary",
            from: null,
            fromString: null,
            to: "Crane 4 stops at zero wind",
            toString: "Crane 4 stops at zero wind",
          },
        ],
      },
    },
  },
  "jira:issue_updated": {
    ...issue,
    description: "An issue was edited, commented on, assigned, transitioned or otherwise changed",
    fields: [...issue.fields, ...optional(field("comment", "object", "when a comment came with the change"))],
    sample: {
      issue_event_type_name: "issue_generic",
      user: OSCAR,
      issue: ISSUE,
      changelog: {
        id: "60211",
        items: [
          {
            field: "status",
            fieldtype: "jira",
            fieldId: "status",
            from: "10000",
            fromString: "To Do",
            to: "3",
            toString: "In Progress",
          },
        ],
      },
    },
  },
  "jira:issue_deleted": {
    ...issue,
    description: "An issue was deleted",
    note: "Recorded bodies have neither changelog nor issue_event_type_name",
    sample: { user: MAJA, issue: ISSUE },
  },
  "jira:worklog_updated": {
    ...issue,
    description: "Work was logged on an issue, or a work log was changed; worklog_* replace it",
    status: "deprecated",
    confidence: "guessed",
    note: "Listed with the issue events; the body is assumed to be theirs",
    fields: [
      ...HEAD,
      ...optional(
        field("issue", "object"),
        field("worklog", "object"),
        ISSUE_EVENT_TYPE,
        USER,
        field("changelog", "object"),
      ),
    ],
    sample: { user: OSCAR, issue: ISSUE },
  },
  remote_issue_link_aggregate_cleared_event: {
    group: "issuelink",
    description: "The remote links of an issue were cleared as a group",
    status: "legacy",
    confidence: "derived",
    note: "Receivers confirm webhookEvent and issue; the rest is assumed",
    fields: [...HEAD, ...ISSUE_FIELDS, ...optional(ISSUE_EVENT_TYPE, USER, field("changelog", "object"))],
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
        field("mergedTo", "object", "when the deletion was a merge; recalled"),
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
    fields: [...version.fields, ...optional(field("mergedVersion", "object"))],
    sample: {
      version: VERSION,
      mergedVersion: {
        ...VERSION,
        self: `${BASE}/rest/api/2/version/10209`,
        id: "10209",
        name: "2024.3-hotfix",
      },
    },
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
    sample: { sprint: { ...SPRINT, ...PLANNED }, oldValue: SPRINT },
  },
  sprint_started: {
    ...sprint,
    description: "A sprint was started",
    fields: CHANGED_SPRINT,
    sample: { sprint: { ...STARTED, state: "active" } },
  },
  sprint_closed: {
    ...sprint,
    description: "A sprint was completed",
    fields: CHANGED_SPRINT,
    sample: { sprint: { ...STARTED, state: "closed", completeDate: "2024-11-25T09:10:00.000Z" } },
  },
  sprint_deleted: {
    ...sprint,
    description: "A sprint was deleted",
    note: "The recorded body has no self link",
    sample: { sprint: { id: 77, state: "future", name: "Pier sprint 9", originBoardId: 12 } },
  },

  board_created: { ...board, description: "A board was created" },
  board_updated: { ...board, description: "A board was renamed or changed" },
  board_deleted: {
    ...board,
    description: "A board was deleted",
    sample: { board: { id: 12, name: "Pier board", type: "scrum" } },
  },
  board_configuration_changed: {
    ...board,
    description: "Columns, filter or other settings of a board changed",
    fields: [...HEAD, field("configuration", "object", "the key is configuration, not board")],
    sample: {
      configuration: {
        id: 12,
        name: "Pier board",
        type: "scrum",
        self: `${BASE}/rest/agile/1.0/board/12/configuration`,
        location: {
          type: "project",
          key: "PIER",
          id: "10040",
          self: `${BASE}/rest/api/2/project/10040`,
          name: "Pier works",
        },
        filter: { id: "10330", self: `${BASE}/rest/api/2/filter/10330` },
        columnConfig: {
          columns: [
            { name: "To Do", statuses: [{ id: "10000", self: `${BASE}/rest/api/2/status/10000` }] },
            { name: "Done", statuses: [{ id: "10001", self: `${BASE}/rest/api/2/status/10001` }] },
          ],
          constraintType: "none",
        },
        ranking: { rankCustomFieldId: 10019 },
      },
    },
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
        field("errorMessages", "array"),
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
