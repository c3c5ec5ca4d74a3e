/** Generated from the catalogue by `npm run bodies`. */

export interface TrackerEvents {
  /** A story was created */
  readonly story_create_activity: StoryCreateActivity;
  /** A story was edited, or it was started, finished, delivered, accepted, rejected or estimated */
  readonly story_update_activity: StoryUpdateActivity;
  /** A story was deleted */
  readonly story_delete_activity: StoryDeleteActivity;
  /** A story was moved in the list */
  readonly story_move_activity: StoryMoveActivity;
  /** A story left this project */
  readonly story_move_from_project_activity: StoryMoveFromProjectActivity;
  /** A story came in from another project */
  readonly story_move_into_project_activity: StoryMoveIntoProjectActivity;
  /** A story came in from another project, straight into the backlog */
  readonly story_move_into_project_and_prioritize_activity: StoryMoveIntoProjectAndPrioritizeActivity;
  /** A comment was added */
  readonly comment_create_activity: CommentCreateActivity;
  /** A comment was edited */
  readonly comment_update_activity: CommentUpdateActivity;
  /** A comment was deleted */
  readonly comment_delete_activity: CommentDeleteActivity;
  /** A task of a story was added */
  readonly task_create_activity: TaskCreateActivity;
  /** A task of a story was edited */
  readonly task_update_activity: TaskUpdateActivity;
  /** A task of a story was removed */
  readonly task_delete_activity: TaskDeleteActivity;
  /** A blocker of a story was added */
  readonly blocker_create_activity: BlockerCreateActivity;
  /** A blocker of a story was edited */
  readonly blocker_update_activity: BlockerUpdateActivity;
  /** A blocker of a story was removed */
  readonly blocker_delete_activity: BlockerDeleteActivity;
  /** The blocking side of a dependency between stories was added */
  readonly blocking_create_activity: BlockingCreateActivity;
  /** The blocking side of a dependency between stories was removed */
  readonly blocking_delete_activity: BlockingDeleteActivity;
  /** A linked source branch was added */
  readonly branch_create_activity: BranchCreateActivity;
  /** A linked source branch was removed */
  readonly branch_delete_activity: BranchDeleteActivity;
  /** A linked pull request was added */
  readonly pull_request_create_activity: PullRequestCreateActivity;
  /** A linked pull request was removed */
  readonly pull_request_delete_activity: PullRequestDeleteActivity;
  /** A follower of a story was added */
  readonly follower_create_activity: FollowerCreateActivity;
  /** A follower of a story was removed */
  readonly follower_delete_activity: FollowerDeleteActivity;
  /** A review of a story was added */
  readonly review_create_activity: ReviewCreateActivity;
  /** A review of a story was edited */
  readonly review_update_activity: ReviewUpdateActivity;
  /** A review of a story was removed */
  readonly review_delete_activity: ReviewDeleteActivity;
  /** A label of the project was added */
  readonly label_create_activity: LabelCreateActivity;
  /** A label of the project was edited */
  readonly label_update_activity: LabelUpdateActivity;
  /** A label of the project was removed */
  readonly label_delete_activity: LabelDeleteActivity;
  /** An epic was created */
  readonly epic_create_activity: EpicCreateActivity;
  /** An epic was edited */
  readonly epic_update_activity: EpicUpdateActivity;
  /** An epic was deleted */
  readonly epic_delete_activity: EpicDeleteActivity;
  /** An epic was moved in the list */
  readonly epic_move_activity: EpicMoveActivity;
  /** The length or the team strength of an iteration was overridden */
  readonly iteration_update_activity: IterationUpdateActivity;
  /** Stories were imported into the project */
  readonly model_import_activity: ModelImportActivity;
  /** The settings of the project changed */
  readonly project_update_activity: ProjectUpdateActivity;
  /** A person joined the project */
  readonly project_membership_create_activity: ProjectMembershipCreateActivity;
  /** The role of a person in the project changed */
  readonly project_membership_update_activity: ProjectMembershipUpdateActivity;
  /** A person left the project */
  readonly project_membership_delete_activity: ProjectMembershipDeleteActivity;
}

/** A story was created */
export interface StoryCreateActivity {
  /** the event name */
  readonly kind: "story_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A story was edited, or it was started, finished, delivered, accepted, rejected or estimated */
export interface StoryUpdateActivity {
  /** the event name */
  readonly kind: "story_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A story was deleted */
export interface StoryDeleteActivity {
  /** the event name */
  readonly kind: "story_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A story was moved in the list */
export interface StoryMoveActivity {
  /** the event name */
  readonly kind: "story_move_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A story left this project */
export interface StoryMoveFromProjectActivity {
  /** the event name */
  readonly kind: "story_move_from_project_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A story came in from another project */
export interface StoryMoveIntoProjectActivity {
  /** the event name */
  readonly kind: "story_move_into_project_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A story came in from another project, straight into the backlog */
export interface StoryMoveIntoProjectAndPrioritizeActivity {
  /** the event name */
  readonly kind: "story_move_into_project_and_prioritize_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A comment was added */
export interface CommentCreateActivity {
  /** the event name */
  readonly kind: "comment_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A comment was edited */
export interface CommentUpdateActivity {
  /** the event name */
  readonly kind: "comment_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A comment was deleted */
export interface CommentDeleteActivity {
  /** the event name */
  readonly kind: "comment_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A task of a story was added */
export interface TaskCreateActivity {
  /** the event name */
  readonly kind: "task_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A task of a story was edited */
export interface TaskUpdateActivity {
  /** the event name */
  readonly kind: "task_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A task of a story was removed */
export interface TaskDeleteActivity {
  /** the event name */
  readonly kind: "task_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A blocker of a story was added */
export interface BlockerCreateActivity {
  /** the event name */
  readonly kind: "blocker_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A blocker of a story was edited */
export interface BlockerUpdateActivity {
  /** the event name */
  readonly kind: "blocker_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A blocker of a story was removed */
export interface BlockerDeleteActivity {
  /** the event name */
  readonly kind: "blocker_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** The blocking side of a dependency between stories was added */
export interface BlockingCreateActivity {
  /** the event name */
  readonly kind: "blocking_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** The blocking side of a dependency between stories was removed */
export interface BlockingDeleteActivity {
  /** the event name */
  readonly kind: "blocking_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A linked source branch was added */
export interface BranchCreateActivity {
  /** the event name */
  readonly kind: "branch_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A linked source branch was removed */
export interface BranchDeleteActivity {
  /** the event name */
  readonly kind: "branch_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A linked pull request was added */
export interface PullRequestCreateActivity {
  /** the event name */
  readonly kind: "pull_request_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A linked pull request was removed */
export interface PullRequestDeleteActivity {
  /** the event name */
  readonly kind: "pull_request_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A follower of a story was added */
export interface FollowerCreateActivity {
  /** the event name */
  readonly kind: "follower_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A follower of a story was removed */
export interface FollowerDeleteActivity {
  /** the event name */
  readonly kind: "follower_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A review of a story was added */
export interface ReviewCreateActivity {
  /** the event name */
  readonly kind: "review_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A review of a story was edited */
export interface ReviewUpdateActivity {
  /** the event name */
  readonly kind: "review_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A review of a story was removed */
export interface ReviewDeleteActivity {
  /** the event name */
  readonly kind: "review_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A label of the project was added */
export interface LabelCreateActivity {
  /** the event name */
  readonly kind: "label_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A label of the project was edited */
export interface LabelUpdateActivity {
  /** the event name */
  readonly kind: "label_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A label of the project was removed */
export interface LabelDeleteActivity {
  /** the event name */
  readonly kind: "label_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** An epic was created */
export interface EpicCreateActivity {
  /** the event name */
  readonly kind: "epic_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** An epic was edited */
export interface EpicUpdateActivity {
  /** the event name */
  readonly kind: "epic_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** An epic was deleted */
export interface EpicDeleteActivity {
  /** the event name */
  readonly kind: "epic_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** An epic was moved in the list */
export interface EpicMoveActivity {
  /** the event name */
  readonly kind: "epic_move_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** The length or the team strength of an iteration was overridden */
export interface IterationUpdateActivity {
  /** the event name */
  readonly kind: "iteration_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** Stories were imported into the project */
export interface ModelImportActivity {
  /** the event name */
  readonly kind: "model_import_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** The settings of the project changed */
export interface ProjectUpdateActivity {
  /** the event name */
  readonly kind: "project_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A person joined the project */
export interface ProjectMembershipCreateActivity {
  /** the event name */
  readonly kind: "project_membership_create_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** The role of a person in the project changed */
export interface ProjectMembershipUpdateActivity {
  /** the event name */
  readonly kind: "project_membership_update_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

/** A person left the project */
export interface ProjectMembershipDeleteActivity {
  /** the event name */
  readonly kind: "project_membership_delete_activity";
  /** project id, _ and project_version */
  readonly guid: string;
  readonly project_version: number;
  /** one sentence for people */
  readonly message: string;
  /** a short verb: added, edited, moved, accepted, deleted and others */
  readonly highlight: string;
  readonly changes: readonly TrackerChange[];
  /** kind, id, name, story_type and url of each */
  readonly primary_resources: readonly TrackerResource[];
  /** in the API, in no recorded webhook */
  readonly secondary_resources?: readonly unknown[];
  readonly project: TrackerProject;
  readonly performed_by: TrackerPerson;
  /** epoch milliseconds */
  readonly occurred_at: number;
}

export interface TrackerChange {
  readonly kind: string;
  /** create, update or delete */
  readonly change_type: string;
  readonly id?: unknown;
  readonly original_values?: { readonly [member: string]: unknown };
  readonly new_values?: { readonly [member: string]: unknown };
  /** of stories, epics and labels */
  readonly name?: string;
  /** feature, bug, chore or release */
  readonly story_type?: string;
  /** of an iteration */
  readonly number?: number;
}

export interface TrackerResource {
  readonly kind: string;
  readonly id: number;
  readonly name: string;
  readonly story_type?: string;
  readonly url?: string;
  /** of a person */
  readonly initials?: string;
}

export interface TrackerProject {
  readonly kind: string;
  readonly id: number;
  readonly name: string;
}

export interface TrackerPerson {
  readonly kind: string;
  readonly id: number;
  readonly name: string;
  readonly initials: string;
}
