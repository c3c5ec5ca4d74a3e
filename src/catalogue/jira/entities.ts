/**
 * The people, issues and boards of the Jira samples: a fictional harbour office and its project PIER, in the form of today's
 * Cloud. Members are in the order of recorded bodies.
 */
import { MAJA as MAJA_PERSON, OSCAR as OSCAR_PERSON } from "../sample-people.ts";
import type { SamplePerson } from "../sample-people.ts";

export const BASE = "https://harbourline.example.net";

const SIZES = { "48x48": 48, "24x24": 24, "16x16": 16, "32x32": 32 };
const avatars = (username: string) =>
  Object.fromEntries(
    Object.entries(SIZES).map(([name, size]) => [name, `${BASE}/avatars/${username}?size=${size}`]),
  );

const user = ({ accountId, displayName, username }: SamplePerson) => ({
  self: `${BASE}/rest/api/2/user?accountId=${encodeURIComponent(accountId)}`,
  accountId,
  avatarUrls: avatars(username),
  displayName,
  active: true,
  timeZone: "Europe/Oslo",
  accountType: "atlassian",
});

/** Jira Server knows no accounts. */
const serverUser = ({ displayName, username, userKey, email }: SamplePerson) => ({
  self: `${BASE}/rest/api/2/user?username=${username}`,
  name: username,
  key: userKey,
  emailAddress: email,
  avatarUrls: avatars(username),
  displayName,
  active: true,
  timeZone: "Europe/Oslo",
});

export const MAJA = user(MAJA_PERSON);
export const OSCAR = user(OSCAR_PERSON);
const SERVER_MAJA = serverUser(MAJA_PERSON);
export const SERVER_OSCAR = serverUser(OSCAR_PERSON);

const PROJECT_NAMES = { key: "PIER", name: "Pier works" };
const PROJECT_AVATAR = `${BASE}/rest/api/2/universal_avatar/view/type/project/avatar/10421`;
const PROJECT_AVATARS = {
  "48x48": PROJECT_AVATAR,
  "24x24": `${PROJECT_AVATAR}?size=small`,
  "16x16": `${PROJECT_AVATAR}?size=xsmall`,
  "32x32": `${PROJECT_AVATAR}?size=medium`,
};

const SERVER_BUG = {
  self: `${BASE}/rest/api/2/issuetype/10004`,
  id: "10004",
  description: "A fault",
  iconUrl: `${BASE}/rest/api/2/universal_avatar/view/type/issuetype/avatar/10303?size=medium`,
  name: "Bug",
  subtask: false,
  avatarId: 10303,
};
export const BUG = { ...SERVER_BUG, hierarchyLevel: 0 };

const SERVER_PROJECT_OF_ISSUE = {
  self: `${BASE}/rest/api/2/project/10040`,
  id: "10040",
  ...PROJECT_NAMES,
  projectTypeKey: "software",
  avatarUrls: PROJECT_AVATARS,
};
const PROJECT_OF_ISSUE = {
  self: SERVER_PROJECT_OF_ISSUE.self,
  id: "10040",
  ...PROJECT_NAMES,
  projectTypeKey: "software",
  simplified: false,
  avatarUrls: PROJECT_AVATARS,
};

const statusCategory = (id: number, key: string, colorName: string, name: string) => ({
  self: `${BASE}/rest/api/2/statuscategory/${id}`,
  id,
  key,
  colorName,
  name,
});

const status = (id: string, name: string, category: ReturnType<typeof statusCategory>) => ({
  self: `${BASE}/rest/api/2/status/${id}`,
  description: "",
  iconUrl: `${BASE}/images/icons/statuses/generic.png`,
  name,
  id,
  statusCategory: category,
});

const TO_DO = status("10000", "To Do", statusCategory(2, "new", "blue-gray", "To Do"));
const IN_PROGRESS = status("3", "In Progress", statusCategory(4, "indeterminate", "yellow", "In Progress"));

const PRIORITY = {
  self: `${BASE}/rest/api/2/priority/2`,
  iconUrl: `${BASE}/images/icons/priorities/high.svg`,
  name: "High",
  id: "2",
};

const COMPONENT = {
  self: `${BASE}/rest/api/2/component/10070`,
  id: "10070",
  name: "Crane control",
  description: "",
};

export const ISSUE_REFERENCE = {
  id: "20417",
  self: `${BASE}/rest/api/2/issue/20417`,
  key: "PIER-17",
};

const SUMMARY = "Crane 4 stops at zero wind";
const DESCRIPTION = "Crane 4 stops when the wind sensor reads zero.";
const CREATED = "2024-11-11T08:00:00.412+0100";
const NOTHING_DONE = { progress: 0, total: 0 };

/** What the fields of an issue are at a moment. */
interface Moment {
  readonly at: string;
  readonly status: typeof TO_DO;
  readonly lastViewed: string | null;
}

const createFields = ({ at, status: now, lastViewed }: Moment) => ({
  statuscategorychangedate: at,
  issuetype: BUG,
  timespent: null,
  project: PROJECT_OF_ISSUE,
  fixVersions: [],
  aggregatetimespent: null,
  statusCategory: now.statusCategory,
  resolution: null,
  resolutiondate: null,
  workratio: -1,
  issuerestriction: { issuerestrictions: {}, shouldDisplay: false },
  watches: { self: `${BASE}/rest/api/2/issue/PIER-17/watchers`, watchCount: 1, isWatching: true },
  lastViewed,
  created: CREATED,
  customfield_10020: null,
  priority: PRIORITY,
  labels: ["crane"],
  customfield_10016: null,
  timeestimate: null,
  aggregatetimeoriginalestimate: null,
  versions: [],
  issuelinks: [],
  assignee: OSCAR,
  updated: at,
  status: now,
  components: [COMPONENT],
  timeoriginalestimate: null,
  description: DESCRIPTION,
  timetracking: {},
  security: null,
  aggregatetimeestimate: null,
  attachment: [],
  summary: SUMMARY,
  creator: MAJA,
  subtasks: [],
  reporter: MAJA,
  aggregateprogress: NOTHING_DONE,
  customfield_10000: "{}",
  environment: null,
  duedate: null,
  progress: NOTHING_DONE,
  customfield_10019: "0|i0003z:",
  votes: { self: `${BASE}/rest/api/2/issue/PIER-17/votes`, votes: 0, hasVoted: false },
});

/** As it was created. */
export const NEW_ISSUE = {
  ...ISSUE_REFERENCE,
  fields: createFields({ at: CREATED, status: TO_DO, lastViewed: null }),
};

/** A day later. */
export const ISSUE = {
  ...ISSUE_REFERENCE,
  fields: createFields({
    at: "2024-11-12T10:30:00.123+0100",
    status: IN_PROGRESS,
    lastViewed: "2024-11-12T10:29:41.007+0100",
  }),
};

const WHOLE_LISTS = {
  comment: { comments: [], maxResults: 0, total: 0, startAt: 0 },
  worklog: { startAt: 0, maxResults: 20, total: 0, worklogs: [] },
};

/** Only of a deleted issue are comments and work logs in the body. */
export const DELETED_ISSUE = { ...ISSUE, fields: { ...ISSUE.fields, ...WHOLE_LISTS } };

/** The small issue inside of comment events. */
export const ISSUE_OF_COMMENT = {
  ...ISSUE_REFERENCE,
  fields: {
    summary: SUMMARY,
    issuetype: BUG,
    project: PROJECT_OF_ISSUE,
    assignee: OSCAR,
    priority: PRIORITY,
    status: IN_PROGRESS,
  },
};

/** One change of a changelog. The texts are there for people. */
export const change = (
  [field, fieldId]: readonly [field: string, fieldId: string],
  from: readonly [from: string | null, text: string | null],
  to: readonly [to: string | null, text: string],
) => ({
  field,
  fieldtype: "jira",
  fieldId,
  from: from[0],
  fromString: from[1],
  to: to[0],
  toString: to[1],
});

const NOTHING = [null, null] as const;

/** Fields with a user have the account twice, since it has been in place of a user key. */
const assigned = (name: string, { accountId, displayName }: typeof MAJA) => ({
  ...change([name, name], NOTHING, [accountId, displayName]),
  tmpFromAccountId: null,
  tmpToAccountId: accountId,
});

/** What a new issue was given. */
export const FIRST_CHANGES = [
  assigned("assignee", OSCAR),
  change(["description", "description"], NOTHING, [null, DESCRIPTION]),
  change(["labels", "labels"], [null, ""], [null, "crane"]),
  change(["priority", "priority"], NOTHING, [PRIORITY.id, PRIORITY.name]),
  assigned("reporter", MAJA),
  change(["Status", "status"], NOTHING, [TO_DO.id, TO_DO.name]),
  change(["summary", "summary"], NOTHING, [null, SUMMARY]),
];

export const STARTED_CHANGE = change(
  ["status", "status"],
  [TO_DO.id, TO_DO.name],
  [IN_PROGRESS.id, IN_PROGRESS.name],
);

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
  created: "2024-11-12T10:30:00.000+0100",
  updated: "2024-11-12T10:30:00.000+0100",
  started: "2024-11-12T09:00:00.000+0100",
  timeSpent: "1h 30m",
  timeSpentSeconds: 5400,
  id: "40120",
  issueId: "20417",
};

/** The issue on a Jira Server, after an hour and a half was logged on it. */
export const SERVER_ISSUE = {
  ...ISSUE_REFERENCE,
  fields: toServerFields(),
};

function toServerFields() {
  const {
    statuscategorychangedate: _changed,
    statusCategory: _category,
    issuerestriction: _restriction,
    security: _security,
    customfield_10000: _development,
    ...common
  } = ISSUE.fields;
  const done = { progress: 5400, total: 5400, percent: 100 };
  return {
    ...common,
    issuetype: SERVER_BUG,
    project: SERVER_PROJECT_OF_ISSUE,
    timespent: 5400,
    aggregatetimespent: 5400,
    timeestimate: 0,
    aggregatetimeestimate: 0,
    timetracking: {
      remainingEstimate: "0m",
      timeSpent: "1h 30m",
      remainingEstimateSeconds: 0,
      timeSpentSeconds: 5400,
    },
    assignee: SERVER_OSCAR,
    creator: SERVER_MAJA,
    reporter: SERVER_MAJA,
    progress: done,
    aggregateprogress: done,
    comment: WHOLE_LISTS.comment,
    worklog: {
      startAt: 0,
      maxResults: 20,
      total: 1,
      worklogs: [{ ...WORKLOG, author: SERVER_OSCAR, updateAuthor: SERVER_OSCAR }],
    },
  };
}

/** Of a Server, whose changes have no `fieldId`. */
export const LOGGED_CHANGES = [
  ["WorklogId", null, null, "40120", "40120"] as const,
  ["timespent", null, null, "5400", "5400"] as const,
].map(([field, from, fromString, to, toString]) => ({
  field,
  fieldtype: "jira",
  from,
  fromString,
  to,
  toString,
}));

export const ATTACHMENT = {
  self: `${BASE}/rest/api/2/attachment/50010`,
  id: "50010",
  filename: "sensor.png",
  author: OSCAR,
  created: "2024-11-12T10:30:00.123+0100",
  size: 20418,
  mimeType: "image/png",
  content: `${BASE}/rest/api/2/attachment/content/50010`,
  thumbnail: `${BASE}/rest/api/2/attachment/thumbnail/50010`,
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
  from_status: TO_DO.name,
  to_status: IN_PROGRESS.name,
};

/** A project event carries its id as a number, an issue as a string. */
export const PROJECT = {
  self: PROJECT_OF_ISSUE.self,
  id: 10040,
  ...PROJECT_NAMES,
  avatarUrls: PROJECT_AVATARS,
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
  releaseDate: "2024-12-20",
  overdue: false,
  userReleaseDate: "20/Dec/24",
  projectId: PROJECT.id,
};

/** The version that the other one was merged into. */
export const OTHER_VERSION = {
  ...VERSION,
  self: `${BASE}/rest/api/2/version/10209`,
  id: "10209",
  name: "2024.3-hotfix",
};

export const FILTER = {
  self: `${BASE}/rest/api/2/filter/10330`,
  id: "10330",
  name: "Open crane faults",
  owner: MAJA,
  jql: "project = PIER AND labels = crane",
  favourite: false,
};

/** What a deleted sprint has left: it no longer has a link to itself. */
export const SPRINT_FACTS = { id: 77, state: "future", name: "Pier sprint 9", originBoardId: 12 };
const SPRINT_SELF = `${BASE}/rest/agile/1.0/sprint/77`;
const GOAL = "All cranes inspected";

export const SPRINT = {
  id: SPRINT_FACTS.id,
  self: SPRINT_SELF,
  state: "future",
  name: SPRINT_FACTS.name,
  originBoardId: SPRINT_FACTS.originBoardId,
};
export const PLANNED_SPRINT = { ...SPRINT, goal: GOAL };

const createStarted = (state: "active" | "closed", more: { readonly completeDate?: string } = {}) => ({
  id: SPRINT_FACTS.id,
  self: SPRINT_SELF,
  state,
  name: SPRINT_FACTS.name,
  startDate: "2024-11-11T08:00:00.000Z",
  endDate: "2024-11-25T08:00:00.000Z",
  ...more,
  originBoardId: SPRINT_FACTS.originBoardId,
  goal: GOAL,
});
export const ACTIVE_SPRINT = createStarted("active");
export const CLOSED_SPRINT = createStarted("closed", { completeDate: "2024-11-12T09:30:00.101Z" });

const BOARD_FACTS = { name: "Pier board", type: "scrum" };
export const DELETED_BOARD = { id: SPRINT_FACTS.originBoardId, ...BOARD_FACTS };
const BOARD_SELF = `${BASE}/rest/agile/1.0/board/12`;
export const BOARD = { id: DELETED_BOARD.id, self: BOARD_SELF, ...BOARD_FACTS };

const column = (name: string, ids: readonly string[]) => ({
  name,
  statuses: ids.map((id) => ({ id, self: `${BASE}/rest/api/2/status/${id}` })),
});

export const BOARD_CONFIGURATION = {
  id: BOARD.id,
  ...BOARD_FACTS,
  self: `${BOARD_SELF}/configuration`,
  location: {
    type: "project",
    key: PROJECT.key,
    id: PROJECT_OF_ISSUE.id,
    self: PROJECT.self,
    name: PROJECT.name,
  },
  filter: { id: FILTER.id, self: FILTER.self },
  columnConfig: {
    columns: [
      column(TO_DO.name, [TO_DO.id]),
      column(IN_PROGRESS.name, [IN_PROGRESS.id]),
      column("Done", ["10001"]),
    ],
    constraintType: "none",
  },
  ranking: { rankCustomFieldId: 10019 },
};
