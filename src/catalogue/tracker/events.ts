/**
 * The activities of Pivotal Tracker's webhook format v5. Every activity has the same fields; what happened is in
 * `changes`, one entry per resource that was created, updated or deleted. `sample` is what differs between the kinds.
 */

import type { Field } from "../event-type.ts";
import { eventTable, field, optional } from "../event-type.ts";
import { MAJA as MAJA_PERSON, OSCAR as OSCAR_PERSON } from "../sample-people.ts";
import { createShapes } from "../shapes.ts";

/** The moment of the samples; Tracker's webhooks write times as whole milliseconds. */
export const OCCURRED_AT = 1731403800000;
const SHORTLY_BEFORE = OCCURRED_AT - 60_000;
const BEFORE = OCCURRED_AT - 90_000;

/** What an activity is made of, and held to. */
export const ENVELOPE: readonly Field[] = [
  field("kind", "string", "the event name"),
  field("guid", "string", "project id, _ and project_version"),
  field("project_version", "integer"),
  field("message", "string", "one sentence for people"),
  field("highlight", "string", "a short verb: added, edited, moved, accepted, deleted and others"),
  field("changes", "array"),
  field("changes[].kind", "string"),
  field("changes[].change_type", "string", "create, update or delete"),
  ...optional(
    field("changes[].id", "any"),
    field("changes[].original_values", "object"),
    field("changes[].new_values", "object"),
  ),
  field("primary_resources", "array", "kind, id, name, story_type and url of each"),
  ...optional(field("secondary_resources", "array", "in the API, in no recorded webhook")),
  field("project", "object"),
  field("project.id", "integer"),
  field("performed_by", "object"),
  field("occurred_at", "integer", "epoch milliseconds"),
];

const SHAPED: Readonly<Record<string, string>> = {
  changes: "TrackerChange[]",
  primary_resources: "TrackerResource[]",
  project: "TrackerProject",
  performed_by: "TrackerPerson",
};

/** The same with what is known of its members. Bodies are built from less. */
const FIELDS = ENVELOPE.filter(({ path }) => !path.includes("[].") && path !== "project.id").map((each) => {
  const notation = SHAPED[each.path];
  return notation === undefined ? each : { ...each, notation };
});

/** From 10 recorded bodies of 2014. */
export const TRACKER_SHAPES = createShapes({
  TrackerChange: {
    "kind!": "string",
    "change_type!": ["string", "create, update or delete"],
    "id?": "any",
    "original_values?": "object",
    "new_values?": "object",
    "name?": ["string", "of stories, epics and labels"],
    "story_type?": ["string", "feature, bug, chore or release"],
    "number?": ["integer", "of an iteration"],
  },
  TrackerResource: {
    kind: "string",
    id: "integer",
    name: "string",
    "story_type?": "string",
    "url?": "string",
    "initials?": ["string", "of a person"],
  },
  TrackerProject: { kind: "string", "id!": "integer", name: "string" },
  TrackerPerson: { kind: "string", id: "integer", name: "string", initials: "string" },
});

export const PROJECT = { kind: "project", id: 2467001, name: "Pier works" };
export const MAJA = { kind: "person", id: 3310442, name: MAJA_PERSON.displayName, initials: "ML" };
const OSCAR = { kind: "person", id: 3310460, name: OSCAR_PERSON.displayName, initials: "OT" };
const OTHER_PROJECT_ID = 2467099;

const STORY_ID = 188300417;
const STORY_NAME = { name: "Crane 4 stops at zero wind", story_type: "bug" };
const STORY = {
  kind: "story",
  id: STORY_ID,
  ...STORY_NAME,
  url: `https://www.tracker.example/story/show/${STORY_ID}`,
};

type ChangeType = "create" | "update" | "delete";

const storyChange = (original_values: object, new_values: object) => ({
  kind: "story",
  change_type: "update",
  id: STORY_ID,
  original_values: { ...original_values, updated_at: BEFORE },
  new_values: { ...new_values, updated_at: OCCURRED_AT },
  ...STORY_NAME,
});

/** Every activity on a story also updates the story. */
const STORY_TOUCHED = {
  ...storyChange({}, {}),
  original_values: { updated_at: SHORTLY_BEFORE },
};

const change = (kind: string, changeType: ChangeType, id: number, values: object) => ({
  kind,
  change_type: changeType,
  id,
  ...(changeType === "update" ? { original_values: {} } : {}),
  ...(changeType === "delete" ? {} : { new_values: values }),
});

const DONE: Readonly<Record<ChangeType, string>> = { create: "added", update: "edited", delete: "removed" };

const activity = {
  status: "current",
  confidence: "derived",
  variables: ["project.id"],
  fields: FIELDS,
} as const;

interface Said {
  readonly description: string;
  readonly highlight: string;
  readonly rest?: string;
}

const body = ({ highlight, rest = "" }: Said, changes: readonly object[], resource: object = STORY) => ({
  message: `${MAJA.name} ${highlight}${rest}`,
  highlight,
  changes,
  primary_resources: [resource],
});

const story = (said: Said, ...changes: readonly object[]) =>
  ({ ...activity, group: "story", description: said.description, sample: body(said, changes) }) as const;

/** Something that belongs to a story: a task, a blocker, a branch. */
const onStory = (group: string, label: string, id: number, values: object) => (changeType: ChangeType) =>
  ({
    ...activity,
    group,
    description: `${label} was ${DONE[changeType]}`,
    sample: body({ description: label, highlight: DONE[changeType] }, [
      change(group, changeType, id, values),
      STORY_TOUCHED,
    ]),
  }) as const;

const times = { created_at: OCCURRED_AT, updated_at: OCCURRED_AT };
const comment = (said: Said, changeType: ChangeType) =>
  ({
    ...activity,
    group: "comment",
    description: said.description,
    sample: body(said, [
      change("comment", changeType, 241100220, {
        id: 241100220,
        story_id: STORY_ID,
        text: "Cable replaced",
        person_id: MAJA.id,
        ...times,
        file_attachment_ids: [],
        google_attachment_ids: [],
        file_attachments: [],
        google_attachments: [],
      }),
      STORY_TOUCHED,
    ]),
  }) as const;

const task = onStory("task", "A task of a story", 99100210, {
  id: 99100210,
  story_id: STORY_ID,
  description: "Order cable",
  complete: false,
  position: 1,
  ...times,
});
const blocker = onStory("blocker", "A blocker of a story", 7700120, {
  id: 7700120,
  story_id: STORY_ID,
  person_id: MAJA.id,
  description: "Waiting for the cable",
  resolved: false,
  ...times,
});
const blocking = onStory("blocking", "The blocking side of a dependency between stories", 7700120, {
  blocked_story_id: 188300420,
});
const branch = onStory("branch", "A linked source branch", 6600101, {
  id: 6600101,
  story_id: STORY_ID,
  repo: "pier-control",
  owner: "harbourline",
  branch_name: "fix/wind-zero",
});
const pullRequest = onStory("pull_request", "A linked pull request", 6600140, {
  id: 6600140,
  story_id: STORY_ID,
  repo: "pier-control",
  owner: "harbourline",
  number: "88",
});
const follower = onStory("follower", "A follower of a story", MAJA.id, {
  story_id: STORY_ID,
  person_id: MAJA.id,
});
const review = (changeType: ChangeType) => ({
  ...onStory("review", "A review of a story", 4400210, {
    id: 4400210,
    story_id: STORY_ID,
    reviewer_id: OSCAR.id,
    status: "unstarted",
    review_type_id: 7710,
  })(changeType),
  confidence: "guessed" as const,
  note: "Neither the name nor the shape is confirmed",
});

const LABEL = { kind: "label", id: 25500330, name: "crane" };
const label = (changeType: ChangeType) =>
  ({
    ...activity,
    group: "label",
    description: `A label of the project was ${DONE[changeType]}`,
    sample: body(
      { description: "label", highlight: DONE[changeType] },
      [
        change("label", changeType, LABEL.id, {
          id: LABEL.id,
          project_id: PROJECT.id,
          name: LABEL.name,
          ...times,
        }),
      ],
      LABEL,
    ),
  }) as const;

const EPIC = {
  kind: "epic",
  id: 5120033,
  name: "Winter works",
  url: "https://www.tracker.example/epic/show/5120033",
};
const EPIC_VALUES = {
  id: EPIC.id,
  name: EPIC.name,
  project_id: PROJECT.id,
  label_id: LABEL.id,
  description: "Everything before ice",
  updated_at: OCCURRED_AT,
};
const epic = (said: Said, changeType: ChangeType, values: object) =>
  ({
    ...activity,
    group: "epic",
    description: said.description,
    sample: body(
      { ...said, rest: " this epic" },
      [{ kind: "epic", change_type: changeType, id: EPIC.id, ...values, name: EPIC.name }],
      EPIC,
    ),
  }) as const;

const project = (said: Said, ...changes: readonly object[]) =>
  ({
    ...activity,
    group: "project",
    description: said.description,
    sample: body(said, changes, PROJECT),
  }) as const;

const membership = (said: Said, changeType: ChangeType, original: object = {}) =>
  ({
    ...activity,
    group: "membership",
    description: said.description,
    sample: body(
      { ...said, rest: ` ${OSCAR.name}` },
      [
        {
          ...change("project_membership", changeType, 9900451, {
            id: 9900451,
            project_id: PROJECT.id,
            person_id: OSCAR.id,
            role: "member",
          }),
          ...original,
        },
      ],
      OSCAR,
    ),
  }) as const;

export const EVENTS = eventTable({
  story_create_activity: {
    ...story(
      { description: "A story was created", highlight: "added", rest: " this bug" },
      {
        kind: "story",
        change_type: "create",
        id: STORY_ID,
        new_values: {
          id: STORY_ID,
          project_id: PROJECT.id,
          name: STORY_NAME.name,
          description: "Wind sensor reads zero",
          story_type: STORY_NAME.story_type,
          current_state: "unscheduled",
          requested_by_id: MAJA.id,
          label_ids: [],
          follower_ids: [],
          ...times,
          before_id: 188300390,
          after_id: 188300401,
          labels: [],
        },
        ...STORY_NAME,
      },
    ),
    confidence: "capture",
  },
  story_update_activity: {
    ...story(
      {
        description:
          "A story was edited, or it was started, finished, delivered, accepted, rejected or estimated",
        highlight: "accepted",
        rest: " this bug",
      },
      storyChange(
        { accepted_at: null, current_state: "delivered", before_id: 188300390, after_id: 188300401 },
        { accepted_at: OCCURRED_AT, current_state: "accepted", before_id: 188300391, after_id: 188300402 },
      ),
    ),
    confidence: "capture",
    note: "before_id and after_id are in the documentation; recorded bodies don't have them",
  },
  story_delete_activity: story(
    { description: "A story was deleted", highlight: "deleted", rest: " this bug" },
    { kind: "story", change_type: "delete", id: STORY_ID, ...STORY_NAME },
  ),
  story_move_activity: {
    ...story(
      {
        description: "A story was moved in the list",
        highlight: "moved",
        rest: " this story after 'Check berth lights'",
      },
      storyChange(
        { current_state: "unstarted", after_id: 188300401, before_id: 188300390 },
        { current_state: "unscheduled", after_id: 188300377, before_id: null },
      ),
    ),
    confidence: "capture",
  },
  story_move_from_project_activity: story(
    { description: "A story left this project", highlight: "moved", rest: " this story" },
    storyChange({ project_id: PROJECT.id }, { project_id: OTHER_PROJECT_ID }),
  ),
  story_move_into_project_activity: story(
    { description: "A story came in from another project", highlight: "moved", rest: " this story" },
    storyChange({ project_id: OTHER_PROJECT_ID }, { project_id: PROJECT.id }),
  ),
  story_move_into_project_and_prioritize_activity: story(
    {
      description: "A story came in from another project, straight into the backlog",
      highlight: "moved",
      rest: " this story",
    },
    storyChange({ project_id: OTHER_PROJECT_ID }, { project_id: PROJECT.id }),
  ),

  comment_create_activity: {
    ...comment(
      { description: "A comment was added", highlight: "added comment:", rest: ' "Cable replaced"' },
      "create",
    ),
    confidence: "capture",
  },
  comment_update_activity: comment(
    { description: "A comment was edited", highlight: "edited comment" },
    "update",
  ),
  comment_delete_activity: comment(
    { description: "A comment was deleted", highlight: "deleted comment" },
    "delete",
  ),

  task_create_activity: task("create"),
  task_update_activity: task("update"),
  task_delete_activity: task("delete"),
  blocker_create_activity: blocker("create"),
  blocker_update_activity: blocker("update"),
  blocker_delete_activity: blocker("delete"),
  blocking_create_activity: blocking("create"),
  blocking_delete_activity: blocking("delete"),
  branch_create_activity: branch("create"),
  branch_delete_activity: branch("delete"),
  pull_request_create_activity: pullRequest("create"),
  pull_request_delete_activity: pullRequest("delete"),
  follower_create_activity: follower("create"),
  follower_delete_activity: follower("delete"),
  review_create_activity: review("create"),
  review_update_activity: review("update"),
  review_delete_activity: review("delete"),

  label_create_activity: label("create"),
  label_update_activity: label("update"),
  label_delete_activity: label("delete"),

  epic_create_activity: epic({ description: "An epic was created", highlight: "created" }, "create", {
    new_values: EPIC_VALUES,
  }),
  epic_update_activity: epic({ description: "An epic was edited", highlight: "edited" }, "update", {
    original_values: { name: "Winter", updated_at: BEFORE },
    new_values: EPIC_VALUES,
  }),
  epic_delete_activity: epic({ description: "An epic was deleted", highlight: "deleted" }, "delete", {}),
  epic_move_activity: epic({ description: "An epic was moved in the list", highlight: "moved" }, "update", {
    original_values: { after_id: 5120031, before_id: 5120036, updated_at: BEFORE },
    new_values: { after_id: 5120030, before_id: null, updated_at: OCCURRED_AT },
  }),

  iteration_update_activity: {
    ...project(
      {
        description: "The length or the team strength of an iteration was overridden",
        highlight: "edited",
        rest: " iteration 14",
      },
      {
        kind: "iteration_override",
        change_type: "update",
        id: 14,
        original_values: { team_strength: 1 },
        new_values: { team_strength: 0.5 },
        number: 14,
      },
    ),
    group: "iteration",
  },
  model_import_activity: project(
    { description: "Stories were imported into the project", highlight: "imported", rest: " 12 stories" },
    {
      kind: "story",
      change_type: "create",
      id: 188300500,
      new_values: {
        id: 188300500,
        name: "Paint bollards",
        story_type: "chore",
        current_state: "unscheduled",
      },
      name: "Paint bollards",
      story_type: "chore",
    },
  ),
  project_update_activity: project(
    { description: "The settings of the project changed", highlight: "edited", rest: " project settings" },
    {
      kind: "project",
      change_type: "update",
      id: PROJECT.id,
      original_values: { iteration_length: 1, updated_at: BEFORE },
      new_values: { iteration_length: 2, updated_at: OCCURRED_AT },
      name: PROJECT.name,
    },
  ),
  project_membership_create_activity: membership(
    { description: "A person joined the project", highlight: "added" },
    "create",
  ),
  project_membership_update_activity: membership(
    { description: "The role of a person in the project changed", highlight: "changed" },
    "update",
    { original_values: { role: "viewer" } },
  ),
  project_membership_delete_activity: membership(
    { description: "A person left the project", highlight: "removed" },
    "delete",
  ),
});
