/**
 * The people, issues and boards of the Jira samples: a fictional harbour office and its project PIER.
 */

export const BASE = "https://harbourline.example.net";

const avatars = (of: string) => ({
  "48x48": `${BASE}/avatars/${of}?size=48`,
  "24x24": `${BASE}/avatars/${of}?size=24`,
  "16x16": `${BASE}/avatars/${of}?size=16`,
  "32x32": `${BASE}/avatars/${of}?size=32`,
});

const user = (accountId: string, displayName: string) => ({
  self: `${BASE}/rest/api/2/user?accountId=${accountId}`,
  accountId,
  avatarUrls: avatars("712020"),
  displayName,
  active: true,
  timeZone: "Europe/Oslo",
  accountType: "atlassian",
});

export const MAJA = user("712020:aa10c2f4", "Maja Lindqvist");

export const OSCAR = user("712020:bb77d9e1", "Oscar Takeda");

export const BUG = {
  self: `${BASE}/rest/api/2/issuetype/10004`,
  id: "10004",
  description: "A fault",
  iconUrl: `${BASE}/images/bug.svg`,
  name: "Bug",
  subtask: false,
  avatarId: 10303,
};

const PROJECT_OF_ISSUE = {
  self: `${BASE}/rest/api/2/project/10040`,
  id: "10040",
  key: "PIER",
  name: "Pier works",
  projectTypeKey: "software",
  simplified: false,
  avatarUrls: avatars("proj40"),
};

const STATUS = {
  self: `${BASE}/rest/api/2/status/3`,
  description: "",
  iconUrl: `${BASE}/images/status.png`,
  name: "In Progress",
  id: "3",
  statusCategory: {
    self: `${BASE}/rest/api/2/statuscategory/4`,
    id: 4,
    key: "indeterminate",
    colorName: "yellow",
    name: "In Progress",
  },
};

const PRIORITY = {
  self: `${BASE}/rest/api/2/priority/2`,
  iconUrl: `${BASE}/images/high.svg`,
  name: "High",
  id: "2",
};

export const ISSUE_REFERENCE = {
  id: "20417",
  self: `${BASE}/rest/api/2/issue/20417`,
  key: "PIER-17",
};

export const ISSUE = {
  ...ISSUE_REFERENCE,
  fields: {
    statuscategorychangedate: "2024-11-12T10:20:00.000+0100",
    issuetype: BUG,
    project: PROJECT_OF_ISSUE,
    fixVersions: [],
    resolution: null,
    resolutiondate: null,
    created: "2024-11-11T08:00:00.000+0100",
    priority: PRIORITY,
    labels: ["crane"],
    versions: [],
    issuelinks: [],
    assignee: OSCAR,
    updated: "2024-11-12T10:30:00.123+0100",
    status: STATUS,
    components: [],
    description: "Crane 4 stops when the wind sensor reads zero.",
    attachment: [],
    summary: "Crane 4 stops at zero wind",
    creator: MAJA,
    reporter: MAJA,
    subtasks: [],
    environment: null,
    duedate: null,
    votes: {
      self: `${BASE}/rest/api/2/issue/PIER-17/votes`,
      votes: 0,
      hasVoted: false,
    },
  },
};

/** The small issue inside of comment events. */
export const ISSUE_OF_COMMENT = {
  ...ISSUE_REFERENCE,
  fields: {
    summary: "Crane 4 stops at zero wind",
    issuetype: BUG,
    project: PROJECT_OF_ISSUE,
    assignee: OSCAR,
    priority: PRIORITY,
    status: STATUS,
  },
};

export const COMMENT = {
  self: `${BASE}/rest/api/2/issue/20417/comment/30500`,
  id: "30500",
  author: OSCAR,
  body: "Sensor cable replaced, please check.",
  updateAuthor: OSCAR,
  created: "2024-11-12T10:30:00.123+0100",
  updated: "2024-11-12T10:30:00.123+0100",
  jsdPublic: true,
};

export const WORKLOG = {
  self: `${BASE}/rest/api/2/issue/20417/worklog/40120`,
  author: OSCAR,
  updateAuthor: OSCAR,
  comment: "Cable swap",
  created: "2024-11-12T10:31:00.000+0100",
  updated: "2024-11-12T10:31:00.000+0100",
  started: "2024-11-12T09:00:00.000+0100",
  timeSpent: "1h 30m",
  timeSpentSeconds: 5400,
  id: "40120",
  issueId: "20417",
};

export const ATTACHMENT = {
  self: `${BASE}/rest/api/2/attachment/50010`,
  id: "50010",
  filename: "sensor.png",
  author: OSCAR,
  created: "2024-11-12T10:32:00.000+0100",
  size: 20418,
  mimeType: "image/png",
  content: `${BASE}/secure/attachment/50010/sensor.png`,
};

export const ISSUE_LINK = {
  id: 31020,
  sourceIssueId: 20417,
  destinationIssueId: 20420,
  issueLinkType: {
    id: 10003,
    name: "Blocks",
    outwardName: "blocks",
    inwardName: "is blocked by",
    isSubTaskLinkType: false,
    isSystemLinkType: false,
  },
  systemLink: false,
};

export const TRANSITION = {
  workflowId: 81532,
  workflowName: "Pier workflow",
  transitionId: 21,
  transitionName: "Start work",
  from_status: "To Do",
  to_status: "In Progress",
};

/** A project event carries its id as a number, an issue as a string. */
export const PROJECT = {
  self: `${BASE}/rest/api/2/project/10040`,
  id: 10040,
  key: "PIER",
  name: "Pier works",
  avatarUrls: avatars("proj40"),
  projectLead: MAJA,
  assigneeType: "admin.assignee.type.unassigned",
};

export const VERSION = {
  self: `${BASE}/rest/api/2/version/10210`,
  id: "10210",
  description: "Winter works",
  name: "2024.4",
  archived: false,
  released: false,
  overdue: false,
  userReleaseDate: "20/Dec/24",
  projectId: 10040,
};

export const FILTER = {
  self: `${BASE}/rest/api/2/filter/10330`,
  id: "10330",
  name: "Open crane faults",
  owner: MAJA,
  jql: "project = PIER AND labels = crane",
  favourite: false,
};

export const SPRINT = {
  id: 77,
  self: `${BASE}/rest/agile/1.0/sprint/77`,
  state: "future",
  name: "Pier sprint 9",
  originBoardId: 12,
};

export const BOARD = {
  id: 12,
  self: `${BASE}/rest/agile/1.0/board/12`,
  name: "Pier board",
  type: "scrum",
};
