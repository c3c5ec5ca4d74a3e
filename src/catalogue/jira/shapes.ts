/**
 * The objects in Jira bodies, from about 90 recorded bodies of Jira Cloud (2019 to 2026) and Jira Server. A member without `?` is
 * in all of them.
 */
import { createShapes } from "../shapes.ts";
import type { Shape } from "../shapes.ts";

const CLOUD = "Cloud";
const LATER_CLOUD = "Cloud since 2021";
const SERVER = "Server; Cloud until 2020";

/** What issues, comments and lists call a user. */
const JiraUser: Shape = {
  self: "string",
  "accountId?": ["string", CLOUD],
  "name?": ["string", SERVER],
  "key?": ["string", SERVER],
  "emailAddress?": ["string", SERVER],
  avatarUrls: "JiraAvatarUrls",
  displayName: "string",
  active: "boolean",
  timeZone: "string",
  "accountType?": ["string", "Cloud: atlassian, app or customer"],
};

const JiraAvatarUrls: Shape = { "48x48": "string", "24x24": "string", "16x16": "string", "32x32": "string" };

const JiraIssueType: Shape = {
  self: "string",
  id: "string",
  description: "string",
  iconUrl: "string",
  name: "string",
  subtask: "boolean",
  "avatarId?": "integer",
  "entityId?": ["string", "Cloud, in team-managed projects"],
  "hierarchyLevel?": ["integer", LATER_CLOUD],
};

const JiraStatusCategory: Shape = {
  self: "string",
  id: "integer",
  key: ["string", "new, indeterminate or done"],
  colorName: "string",
  name: "string",
};

const JiraStatus: Shape = {
  self: "string",
  "description?": "string",
  iconUrl: "string",
  name: "string",
  id: "string",
  statusCategory: "JiraStatusCategory",
};

const JiraPriority: Shape = { self: "string", iconUrl: "string", name: "string", id: "string" };

const JiraIssueProject: Shape = {
  self: "string",
  id: ["string", "text here, a number in project events"],
  key: "string",
  name: "string",
  "projectTypeKey?": "string",
  "simplified?": ["boolean", "Cloud: true in team-managed projects"],
  avatarUrls: "JiraAvatarUrls",
  "projectCategory?": "JiraProjectCategory",
};

const named: Shape = { self: "string", id: "string", name: "string" };

/** The members of an issue's fields: of any issue, whatever its project has. */
const JiraIssueFields: Shape = {
  "statuscategorychangedate?": ["string", CLOUD],
  issuetype: "JiraIssueType",
  "parent?": "JiraLinkedIssue",
  timespent: ["integer | null", "seconds, as all times of work"],
  project: "JiraIssueProject",
  fixVersions: "JiraIssueVersion[]",
  aggregatetimespent: "integer | null",
  "statusCategory?": ["JiraStatusCategory", "Cloud since 2024"],
  resolution: "JiraResolution | null",
  "customfield_*?": ["any", "by type of the custom field"],
  resolutiondate: "string | null",
  workratio: ["integer", "percent; -1 without an estimate"],
  "issuerestriction?": ["JiraIssueRestriction", CLOUD],
  watches: "JiraWatches",
  lastViewed: ["string | null", "by the user who caused the event"],
  created: ["string", "2024-11-12T10:30:00.123+0100"],
  "priority?": ["JiraPriority | null", "absent where the screens of a project don't have it"],
  labels: "string[]",
  aggregatetimeoriginalestimate: "integer | null",
  timeestimate: "integer | null",
  versions: "JiraIssueVersion[]",
  issuelinks: "JiraIssueLink[]",
  "assignee?": ["JiraUser | null", "as priority"],
  updated: "string",
  status: "JiraStatus",
  components: "JiraComponent[]",
  timeoriginalestimate: "integer | null",
  description: ["string | null", "wiki markup"],
  timetracking: "JiraTimeTracking",
  "security?": ["any", "the security level, null without one"],
  attachment: "JiraAttachment[]",
  aggregatetimeestimate: "integer | null",
  summary: "string",
  creator: "JiraUser",
  subtasks: "JiraLinkedIssue[]",
  reporter: "JiraUser | null",
  aggregateprogress: "JiraProgress",
  environment: "string | null",
  duedate: ["string | null", "2024-11-20"],
  progress: "JiraProgress",
  votes: "JiraVotes",
  "comment?": ["JiraCommentPage", "Server; Cloud when an issue is deleted"],
  "worklog?": ["JiraWorklogPage", "Server; Cloud when an issue is deleted"],
};

const JiraComment: Shape = {
  self: "string",
  id: "string",
  author: "JiraUser",
  body: ["string", "wiki markup"],
  updateAuthor: "JiraUser",
  created: "string",
  updated: "string",
  "visibility?": ["JiraVisibility", "of a restricted comment"],
  "jsdPublic?": ["boolean", CLOUD],
};

const JiraWorklog: Shape = {
  self: "string",
  author: "JiraUser",
  updateAuthor: "JiraUser",
  "comment?": "string",
  created: "string",
  updated: "string",
  "visibility?": "JiraVisibility",
  started: "string",
  timeSpent: ["string", "1h 30m"],
  timeSpentSeconds: "integer",
  id: "string",
  issueId: "string",
};

const JiraChange: Shape = {
  field: "string",
  fieldtype: ["string", "jira or custom"],
  "fieldId?": ["string", CLOUD],
  from: "string | null",
  fromString: "string | null",
  to: "string | null",
  toString: "string | null",
  "tmpFromAccountId?": ["string | null", "Cloud, of fields with a user"],
  "tmpToAccountId?": ["string | null", "Cloud, of fields with a user"],
};

const JiraSprint: Shape = {
  id: "integer",
  "self?": ["string", "absent when it was deleted"],
  state: ["string", "future, active or closed"],
  name: "string",
  "startDate?": ["string", "UTC"],
  "endDate?": "string",
  "completeDate?": "string",
  originBoardId: "integer",
  "goal?": "string",
};

export const JIRA_SHAPES = createShapes({
  JiraUser,
  JiraAvatarUrls,

  JiraIssue: { "id!": "string", self: "string", "key!": "string", fields: "JiraIssueFields" },
  JiraIssueFields,
  JiraIssueReference: { id: "string", self: "string", key: "string" },
  JiraIssueType,
  JiraIssueProject,
  JiraProjectCategory: { ...named, description: "string" },
  JiraStatus,
  JiraStatusCategory,
  JiraPriority,
  JiraResolution: { ...named, description: "string" },
  JiraIssueVersion: {
    ...named,
    "description?": "string",
    archived: "boolean",
    released: "boolean",
    "releaseDate?": ["string", "2024-12-20"],
  },
  JiraComponent: { ...named, "description?": "string" },
  JiraIssueRestriction: { issuerestrictions: "object", shouldDisplay: "boolean" },
  JiraWatches: { self: "string", watchCount: "integer", isWatching: "boolean" },
  JiraVotes: { self: "string", votes: "integer", hasVoted: "boolean" },
  JiraProgress: { progress: "integer", total: "integer", "percent?": "integer" },
  JiraTimeTracking: {
    "originalEstimate?": ["string", "2d 4h"],
    "remainingEstimate?": "string",
    "timeSpent?": "string",
    "originalEstimateSeconds?": "integer",
    "remainingEstimateSeconds?": "integer",
    "timeSpentSeconds?": "integer",
  },
  JiraIssueLink: {
    id: "string",
    self: "string",
    type: "JiraIssueLinkType",
    "inwardIssue?": "JiraLinkedIssue",
    "outwardIssue?": "JiraLinkedIssue",
  },
  JiraIssueLinkType: { ...named, inward: "string", outward: "string" },
  /** A sub-task, a parent or the other end of a link. */
  JiraLinkedIssue: { id: "string", key: "string", self: "string", fields: "JiraLinkedIssueFields" },
  JiraLinkedIssueFields: {
    summary: "string",
    status: "JiraStatus",
    "priority?": "JiraPriority | null",
    issuetype: "JiraIssueType",
  },
  /** The issue of a comment. */
  JiraCommentedIssue: { id: "string", self: "string", key: "string", fields: "JiraCommentedIssueFields" },
  JiraCommentedIssueFields: {
    summary: "string",
    issuetype: "JiraIssueType",
    project: "JiraIssueProject",
    assignee: "JiraUser | null",
    priority: "JiraPriority | null",
    status: "JiraStatus",
  },
  /** The issue of an attachment. */
  JiraAttachedIssue: { id: "string", self: "string", key: "string", fields: "JiraAttachedIssueFields" },
  JiraAttachedIssueFields: { summary: "string" },

  JiraChangelog: { id: "string", items: "JiraChange[]" },
  JiraChange,
  JiraComment,
  JiraCommentPage: {
    comments: "JiraComment[]",
    maxResults: "integer",
    total: "integer",
    startAt: "integer",
  },
  JiraVisibility: { type: ["string", "group or role"], value: "string", "identifier?": "string | null" },
  JiraWorklog,
  JiraWorklogPage: {
    startAt: "integer",
    maxResults: "integer",
    total: "integer",
    worklogs: "JiraWorklog[]",
  },
  JiraAttachment: {
    self: "string",
    id: "string",
    filename: "string",
    author: "JiraUser",
    created: "string",
    size: ["integer", "bytes"],
    mimeType: "string",
    content: ["string", "URL of the file"],
    "thumbnail?": ["string", "URL, of an image"],
  },
  JiraIssueProperty: { key: "string", "value?": "any" },
  /** A link between two issues, as the events of links have it. */
  JiraLink: {
    id: "integer",
    sourceIssueId: "integer",
    destinationIssueId: "integer",
    issueLinkType: "JiraTypeOfLink",
    systemLink: "boolean",
  },
  JiraTypeOfLink: {
    id: "integer",
    name: "string",
    outwardName: "string",
    inwardName: "string",
    "isSubTaskLinkType?": ["boolean", CLOUD],
    "isSystemLinkType?": ["boolean", CLOUD],
    "style?": ["string", "Server"],
    "subTask?": ["boolean", "Server"],
    "system?": ["boolean", "Server"],
  },

  JiraProject: {
    self: "string",
    id: ["integer", "a number here, text in issues"],
    key: "string",
    name: "string",
    avatarUrls: "JiraAvatarUrls",
    projectLead: "JiraUser",
    assigneeType: "string",
  },
  JiraVersion: {
    self: "string",
    id: "string",
    "description?": "string",
    name: "string",
    archived: "boolean",
    released: "boolean",
    "releaseDate?": ["string", "2024-12-20"],
    "overdue?": ["boolean", "of a version with a date that is not released"],
    "userReleaseDate?": ["string", "20/Dec/24"],
    projectId: "integer",
  },
  JiraFilter: {
    "self?": "string",
    "id?": "string",
    "name?": "string",
    "owner?": "JiraUser",
    "jql?": "string",
    "favourite?": "boolean",
  },
  JiraApplicationProperty: {
    "self?": "string",
    "key?": "string",
    "value?": ["string", "text, also for true and false"],
  },
  JiraSprint,
  JiraBoard: {
    id: "integer",
    "self?": ["string", "absent when it was deleted"],
    name: "string",
    type: ["string", "scrum, kanban or simple"],
  },
  JiraBoardConfiguration: {
    id: "integer",
    name: "string",
    type: "string",
    self: "string",
    location: "JiraBoardLocation",
    filter: "JiraSelfReference",
    columnConfig: "JiraColumns",
    "ranking?": "JiraRanking",
  },
  JiraBoardLocation: { type: "string", key: "string", id: "string", self: "string", name: "string" },
  JiraSelfReference: { id: "string", self: "string" },
  JiraColumns: { columns: "JiraColumn[]", constraintType: "string" },
  JiraColumn: { name: "string", statuses: "JiraSelfReference[]" },
  JiraRanking: { rankCustomFieldId: "integer" },
  JiraTransition: {
    workflowId: "integer",
    workflowName: "string",
    transitionId: "integer",
    transitionName: "string",
    from_status: "string",
    to_status: "string",
  },
});
