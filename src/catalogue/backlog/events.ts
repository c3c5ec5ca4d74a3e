/**
 * The Backlog activity types, which a body names by number. `sample` is the `content` of the activity; the envelope is
 * the same for all. Recorded contents are untidy (numbers as text, "null" as text, "" for no date), so the schema holds
 * the envelope to its types and only documents the content.
 */

import type { Field, FieldType } from "../event-type.ts";
import { eventTable, field, optional } from "../event-type.ts";
import { MAJA as MAJA_PERSON, OSCAR as OSCAR_PERSON } from "../sample-people.ts";
import type { SamplePerson } from "../sample-people.ts";
import { createShapes } from "../shapes.ts";

/** Members of every activity, around its content. */
export const ENVELOPE: readonly Field[] = [
  field("id", "integer", "id of the activity"),
  field("project", "object"),
  field("type", "integer", "number of the activity type: the event name"),
  field("content", "object"),
  field("notifications", "array", "empty today; once who was notified, and why"),
  field("createdUser", "object"),
  field("created", "string", "ISO 8601, UTC, whole seconds"),
];

const SHAPED: Readonly<Record<string, string>> = { project: "BacklogProject", createdUser: "BacklogUser" };

/** The same with what is known of its members. Bodies are built from less. */
const ACTIVITY = ENVELOPE.map((each) => {
  const notation = SHAPED[each.path];
  return notation === undefined ? each : { ...each, notation };
});

/** From 20 recorded bodies of 2016 to 2022. */
export const BACKLOG_SHAPES = createShapes({
  BacklogProject: {
    id: "integer",
    projectKey: "string",
    name: "string",
    archived: "boolean",
    subtaskingEnabled: "boolean",
    "chartEnabled?": "boolean",
    "projectLeaderCanEditProjectLeader?": "boolean",
    "useWikiTreeView?": "boolean",
    "useGantt?": "boolean",
    "useBurndown?": "boolean",
    "textFormattingRule?": ["string", "backlog or markdown"],
  },
  BacklogUser: {
    id: "integer",
    userId: ["string | null", "null in every recorded body"],
    name: "string",
    roleType: "integer",
    "lang?": "string | null",
    mailAddress: ["string | null", "null in every recorded body"],
    nulabAccount: ["BacklogAccount | null", "null in all but the newest"],
  },
  BacklogAccount: { nulabId: "string", name: "string", uniqueId: "string" },
});

const loose = (name: string, type: FieldType, note?: string): Field => ({
  ...field(`content.${name}`, type, note),
  loose: true,
});

const ID = loose("id", "integer");
const NAME = loose("name", "string");
const ISSUE_ID = [ID, loose("key_id", "integer", "the number in the issue key")];
const ISSUE = [...ISSUE_ID, loose("summary", "string"), loose("description", "string")];
const CHANGES = loose("changes", "array", "field, new_value, old_value, type");
const FILES = optional(
  loose("attachments", "array", "id, name, size"),
  loose("shared_files", "array", "id, dir, name, size"),
);
const COMMENT = loose("comment", "object", "id and content");
const LINK = loose("link", "array", "id, key_id and title of each issue");

const CRANE_ID = { id: 1200417, key_id: 417 };
const CRANE = { ...CRANE_ID, summary: "Crane 4 stops at zero wind", description: "Wind sensor reads zero." };
const LINKED_CRANE = { ...CRANE_ID, title: CRANE.summary };
const LINKED_LAMP = { id: 1200418, key_id: 418, title: "Crane 5 lamp" };
/** Where several issues are changed together, the numbers are text. */
const toTexts = ({ id, key_id, title }: typeof LINKED_CRANE) => ({
  id: String(id),
  key_id: String(key_id),
  title,
});
const REPLY = { id: 7211034, content: "Cable replaced, please check." };
const REPOSITORY = { id: 21530, name: "pier-control", description: "Crane control" };
const user = (id: number, { displayName }: SamplePerson) => ({
  id,
  userId: null,
  name: displayName,
  roleType: 2,
  lang: null,
  mailAddress: null,
  nulabAccount: null,
});
export const MAJA = user(310442, MAJA_PERSON);
const OSCAR = user(310460, OSCAR_PERSON);
/** Whom an issue or a pull request is assigned to: a user ID, but no account. */
const ASSIGNEE = {
  id: OSCAR.id,
  userId: OSCAR_PERSON.username,
  name: OSCAR.name,
  roleType: OSCAR.roleType,
  lang: null,
};
const PICTURE = { id: 81720, name: "sensor.png", size: 20418 };
const PLAN = { id: 4074321, dir: "/plans/2024/", name: "berth-plan.png", size: 48213 };

const issue = { group: "issue", confidence: "capture", variables: ["content.id", "content.key_id"] } as const;

const commented = {
  ...issue,
  fields: [...ACTIVITY, ...ISSUE, COMMENT, ...optional(CHANGES), ...FILES],
  sample: { ...CRANE, comment: REPLY, changes: [], attachments: [], shared_files: [] },
} as const;

const WIKI_PAGE = { id: 2073768, name: "Crane log", content: "Wind limits per crane" };

const wiki = {
  group: "wiki",
  confidence: "capture",
  fields: [
    ...ACTIVITY,
    ID,
    NAME,
    loose("content", "string"),
    ...optional(loose("diff", "string", "in the manner of ed"), loose("version", "integer")),
    ...FILES,
  ],
  sample: WIKI_PAGE,
} as const;

const file = {
  group: "file",
  confidence: "source",
  fields: [...ACTIVITY, ID, loose("dir", "string"), NAME, loose("size", "integer", "bytes")],
  sample: PLAN,
} as const;

const git = { group: "git", confidence: "capture" } as const;
const REPOSITORY_FIELD = loose("repository", "object", "id, name, description");

const pullRequest = {
  ...git,
  fields: [
    ...ACTIVITY,
    ID,
    loose("number", "integer"),
    loose("summary", "string"),
    loose("description", "string"),
    REPOSITORY_FIELD,
    CHANGES,
    ...optional(
      COMMENT,
      loose("issue", "object", "the linked issue, where it is new; null otherwise"),
      loose("base", "string"),
      loose("branch", "string"),
      loose("assignee", "object"),
      loose("diff", "string"),
    ),
  ],
  sample: {
    id: 3148,
    number: 88,
    summary: "Ignore zero wind for 3 s",
    description: "Fixes PIER-417",
    comment: null,
    changes: [],
    repository: REPOSITORY,
    issue: null,
    base: "main",
    branch: "fix/wind-zero",
    assignee: null,
    diff: null,
  },
} as const;

const members = {
  group: "project",
  confidence: "capture",
  fields: [
    ...ACTIVITY,
    loose("users", "array"),
    ...optional(loose("group_project_activities", "array"), loose("comment", "string")),
  ],
} as const;
const membersBody = (type: number) => ({
  users: [OSCAR],
  group_project_activities: [
    { id: 624001, type },
    { id: 624002, type },
  ],
  comment: "",
});

const team = {
  group: "project",
  confidence: "source",
  fields: [...ACTIVITY, loose("parties", "array", "id and name of each team")],
  sample: { parties: [{ id: 5512, name: "Crane crew" }] },
} as const;

const milestone = {
  group: "milestone",
  confidence: "source",
  fields: [
    ...ACTIVITY,
    ID,
    NAME,
    ...optional(
      loose("start_date", "string"),
      loose("reference_date", "string"),
      loose("description", "string"),
    ),
  ],
  sample: {
    id: 36110,
    name: "2024.4",
    start_date: "2024-10-01",
    reference_date: "2024-12-20",
    description: "Winter works",
  },
} as const;

const document = {
  group: "document",
  confidence: "derived",
  note: "Number, name and content are certain; that webhooks deliver the type is not confirmed",
  fields: [...ACTIVITY, loose("id", "string"), loose("title", "string")],
  sample: { id: "0192f0c6b1b57a3f9d2e7c5a4b3d2e1f", title: "Crane handbook" },
} as const;

export const EVENTS = eventTable({
  issue_created: {
    ...issue,
    typeId: 1,
    name: "Issue added",
    description: "An issue was added",
    note: "The whole issue, where the Recent Updates API has four fields; empty values are written untidily",
    fields: [
      ...ACTIVITY,
      ...ISSUE,
      ...optional(
        ...["issueType", "resolution", "priority", "status", "assignee", "category", "versions"].map((name) =>
          loose(name, "any"),
        ),
        ...["milestone", "customFields", "startDate", "dueDate", "estimatedHours", "actualHours"].map(
          (name) => loose(name, "any"),
        ),
        loose("parentIssueId", "any"),
      ),
    ],
    sample: {
      ...CRANE,
      issueType: { id: 52017, projectId: 61440, name: "Bug", color: "#990000", displayOrder: 0 },
      resolution: { id: null, name: "" },
      priority: { id: 2, name: "High" },
      status: { id: 1, name: "Open" },
      assignee: { ...ASSIGNEE, lang: "null" },
      category: [{ id: null, name: "Cranes", displayOrder: null }],
      versions: [],
      milestone: [
        {
          id: null,
          projectId: null,
          name: "2024.4",
          description: "",
          startDate: "null",
          releaseDueDate: "null",
          archived: "false",
          displayOrder: null,
        },
      ],
      customFields: [],
      startDate: "",
      dueDate: "2024-11-20",
      estimatedHours: null,
      actualHours: null,
      parentIssueId: null,
    },
  },
  issue_updated: {
    ...commented,
    typeId: 2,
    description: "An issue was edited",
    fields: [...ACTIVITY, ...ISSUE, ...optional(COMMENT, CHANGES), ...FILES],
    sample: {
      ...CRANE,
      comment: REPLY,
      changes: [
        { field: "status", new_value: "2", old_value: "1", type: "standard" },
        { field: "attachment", new_value: PICTURE.name, old_value: "", type: "standard" },
      ],
      attachments: [PICTURE],
      shared_files: [PLAN],
    },
  },
  issue_commented: {
    ...commented,
    typeId: 3,
    name: "Comment added",
    description: "A comment was added to an issue",
  },
  issue_deleted: {
    ...issue,
    typeId: 4,
    description: "An issue was deleted",
    fields: [...ACTIVITY, ...ISSUE_ID],
    sample: CRANE_ID,
  },

  wiki_created: { ...wiki, typeId: 5, description: "A wiki page was added" },
  wiki_updated: {
    ...wiki,
    typeId: 6,
    description: "A wiki page was edited",
    sample: {
      ...WIKI_PAGE,
      diff: "1c1\n<Wind limits\n---\n>Wind limits per crane",
      version: 2,
      attachments: [PICTURE],
      shared_files: [PLAN],
    },
  },
  wiki_deleted: { ...wiki, typeId: 7, description: "A wiki page was deleted" },

  file_added: { ...file, typeId: 8, confidence: "capture", description: "A shared file was added" },
  file_updated: { ...file, typeId: 9, description: "A shared file was replaced" },
  file_deleted: { ...file, typeId: 10, description: "A shared file was deleted" },

  svn_committed: {
    group: "svn",
    typeId: 11,
    name: "SVN committed",
    description: "Something was committed to the Subversion repository of the project",
    confidence: "capture",
    fields: [...ACTIVITY, loose("rev", "integer", "a number or text"), loose("comment", "string")],
    sample: { rev: 100, comment: "Add wind limit table" },
  },
  git_pushed: {
    ...git,
    typeId: 12,
    description: "Commits, a branch or a tag were pushed",
    fields: [
      ...ACTIVITY,
      REPOSITORY_FIELD,
      loose("change_type", "string", "create, update or delete"),
      loose("revision_type", "string", "commit or tag"),
      loose("ref", "string"),
      loose("revision_count", "integer"),
      loose("revisions", "array", "rev and comment of each"),
    ],
    sample: {
      repository: REPOSITORY,
      change_type: "update",
      revision_type: "commit",
      ref: "refs/heads/main",
      revision_count: 1,
      revisions: [{ rev: "5f1c0e9b7a6d4c3b2a190817263544f5e6d7c8b9", comment: "Ignore zero wind for 3 s" }],
    },
  },
  git_repository_created: {
    ...git,
    typeId: 13,
    description: "A Git repository was created",
    fields: [...ACTIVITY, REPOSITORY_FIELD],
    sample: { repository: REPOSITORY },
  },

  issue_multi_updated: {
    ...issue,
    typeId: 14,
    description: "Several issues were changed together",
    variables: ["content.tx_id"],
    fields: [...ACTIVITY, loose("tx_id", "integer", "a number or text"), LINK, CHANGES],
    sample: {
      tx_id: "230011",
      link: [LINKED_CRANE, LINKED_LAMP].map(toTexts),
      changes: [{ field: "priority", new_value: "2", type: "standard" }],
    },
  },
  project_user_added: {
    ...members,
    typeId: 15,
    description: "Users joined the project",
    sample: membersBody(15),
  },
  project_user_removed: {
    ...members,
    typeId: 16,
    description: "Users left the project",
    sample: membersBody(16),
  },
  notification_added: {
    ...commented,
    typeId: 17,
    name: "Comment notification added",
    description: "People were notified of a comment afterwards",
  },

  pull_request_added: {
    ...pullRequest,
    typeId: 18,
    description: "A pull request was opened",
    fields: [...pullRequest.fields, ...FILES],
    sample: { ...pullRequest.sample, issue: CRANE, assignee: ASSIGNEE, attachments: [], shared_files: [] },
  },
  pull_request_updated: {
    ...pullRequest,
    typeId: 19,
    description: "A pull request was edited, closed or merged",
    note: "The status is 1 for open, 2 for closed, 3 for merged",
    sample: {
      ...pullRequest.sample,
      comment: { id: 579, content: "" },
      changes: [{ field: "status", new_value: "3", old_value: "1" }],
    },
  },
  pull_request_commented: {
    ...pullRequest,
    typeId: 20,
    name: "Comment added on pull request",
    description: "A comment was added to a pull request",
    sample: { ...pullRequest.sample, comment: { id: 580, content: "Looks right." } },
  },
  pull_request_deleted: {
    ...pullRequest,
    typeId: 21,
    description: "A pull request was deleted",
    confidence: "derived",
    note: "Sources disagree on this number: deleted, or merged",
  },

  milestone_created: { ...milestone, typeId: 22, description: "A milestone was created" },
  milestone_updated: {
    ...milestone,
    typeId: 23,
    description: "A milestone was changed",
    fields: [...ACTIVITY, ID, NAME, CHANGES],
    sample: {
      id: 36110,
      name: "2024.4",
      changes: [{ field: "reference_date", new_value: "2024-12-22", old_value: "2024-12-20" }],
    },
  },
  milestone_deleted: { ...milestone, typeId: 24, description: "A milestone was deleted" },

  project_group_added: { ...team, typeId: 25, description: "A team was added to the project" },
  project_group_deleted: { ...team, typeId: 26, description: "A team was removed from the project" },

  status_deleted: {
    group: "project",
    typeId: 34,
    description: "An issue status of the project was deleted",
    confidence: "source",
    fields: [
      ...ACTIVITY,
      loose("deletedStatus", "object"),
      LINK,
      ...optional(loose("change", "object", "null when no issue moved")),
    ],
    sample: {
      deletedStatus: { name: "Waiting for parts" },
      link: [LINKED_CRANE, LINKED_LAMP],
      change: { field: "status", new_value: "1", type: "standard" },
    },
  },
  issues_dates_updated: {
    group: "issue",
    typeId: 35,
    description: "Dates of several issues were changed together, as in the Gantt chart",
    confidence: "derived",
    note: "The content of a change to several issues is assumed",
    fields: [...ACTIVITY, ...optional(LINK, CHANGES)],
    sample: {
      link: [LINKED_CRANE, LINKED_LAMP],
      changes: [{ field: "limitDate", new_value: "2024-12-01", type: "standard" }],
    },
  },

  document_created: { ...document, typeId: 36, description: "A document was created" },
  document_deleted: { ...document, typeId: 37, description: "A document was deleted" },
  document_title_updated: { ...document, typeId: 38, description: "A document was renamed" },
  document_comment_created: {
    ...document,
    typeId: 40,
    description: "A comment was added to a document",
  },
  document_comment_updated: { ...document, typeId: 41, description: "A comment of a document was edited" },
  document_comment_deleted: { ...document, typeId: 42, description: "A comment of a document was deleted" },
  document_comment_reply_created: {
    ...document,
    typeId: 43,
    description: "A reply was added to a comment of a document",
  },
  document_comment_reply_updated: {
    ...document,
    typeId: 44,
    description: "A reply to a comment of a document was edited",
  },
  document_comment_reply_deleted: {
    ...document,
    typeId: 45,
    description: "A reply to a comment of a document was deleted",
  },
  document_attachment_created: {
    ...document,
    typeId: 46,
    description: "A file was attached to a document",
  },
  issue_multi_created: {
    group: "issue",
    typeId: 47,
    description: "Several issues were created together",
    confidence: "source",
    fields: [...ACTIVITY, LINK],
    sample: { link: [LINKED_CRANE, LINKED_LAMP] },
  },
  document_multi_created: {
    group: "document",
    typeId: 48,
    description: "Several documents were created together",
    confidence: "source",
    fields: [...ACTIVITY, loose("documents", "array", "id and title of each")],
    sample: {
      documents: [document.sample, { id: "0192f0c6b1b57a3f9d2e7c5a4b3d2e20", title: "Berth handbook" }],
    },
  },
});
