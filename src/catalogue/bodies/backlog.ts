/** Generated from the catalogue by `npm run bodies`. */

export interface BacklogEvents {
  /** An issue was added */
  readonly issue_created: IssueCreated;
  /** An issue was edited */
  readonly issue_updated: IssueUpdated;
  /** A comment was added to an issue */
  readonly issue_commented: IssueCommented;
  /** An issue was deleted */
  readonly issue_deleted: IssueDeleted;
  /** A wiki page was added */
  readonly wiki_created: WikiCreated;
  /** A wiki page was edited */
  readonly wiki_updated: WikiUpdated;
  /** A wiki page was deleted */
  readonly wiki_deleted: WikiDeleted;
  /** A shared file was added */
  readonly file_added: FileAdded;
  /** A shared file was replaced */
  readonly file_updated: FileUpdated;
  /** A shared file was deleted */
  readonly file_deleted: FileDeleted;
  /** Something was committed to the Subversion repository of the project */
  readonly svn_committed: SvnCommitted;
  /** Commits, a branch or a tag were pushed */
  readonly git_pushed: GitPushed;
  /** A Git repository was created */
  readonly git_repository_created: GitRepositoryCreated;
  /** Several issues were changed together */
  readonly issue_multi_updated: IssueMultiUpdated;
  /** Users joined the project */
  readonly project_user_added: ProjectUserAdded;
  /** Users left the project */
  readonly project_user_removed: ProjectUserRemoved;
  /** People were notified of a comment afterwards */
  readonly notification_added: NotificationAdded;
  /** A pull request was opened */
  readonly pull_request_added: PullRequestAdded;
  /** A pull request was edited, closed or merged */
  readonly pull_request_updated: PullRequestUpdated;
  /** A comment was added to a pull request */
  readonly pull_request_commented: PullRequestCommented;
  /** A pull request was deleted */
  readonly pull_request_deleted: PullRequestDeleted;
  /** A milestone was created */
  readonly milestone_created: MilestoneCreated;
  /** A milestone was changed */
  readonly milestone_updated: MilestoneUpdated;
  /** A milestone was deleted */
  readonly milestone_deleted: MilestoneDeleted;
  /** A team was added to the project */
  readonly project_group_added: ProjectGroupAdded;
  /** A team was removed from the project */
  readonly project_group_deleted: ProjectGroupDeleted;
  /** An issue status of the project was deleted */
  readonly status_deleted: StatusDeleted;
  /** Dates of several issues were changed together, as in the Gantt chart */
  readonly issues_dates_updated: IssuesDatesUpdated;
  /** A document was created */
  readonly document_created: DocumentCreated;
  /** A document was deleted */
  readonly document_deleted: DocumentDeleted;
  /** A document was renamed */
  readonly document_title_updated: DocumentTitleUpdated;
  /** A comment was added to a document */
  readonly document_comment_created: DocumentCommentCreated;
  /** A comment of a document was edited */
  readonly document_comment_updated: DocumentCommentUpdated;
  /** A comment of a document was deleted */
  readonly document_comment_deleted: DocumentCommentDeleted;
  /** A reply was added to a comment of a document */
  readonly document_comment_reply_created: DocumentCommentReplyCreated;
  /** A reply to a comment of a document was edited */
  readonly document_comment_reply_updated: DocumentCommentReplyUpdated;
  /** A reply to a comment of a document was deleted */
  readonly document_comment_reply_deleted: DocumentCommentReplyDeleted;
  /** A file was attached to a document */
  readonly document_attachment_created: DocumentAttachmentCreated;
  /** Several issues were created together */
  readonly issue_multi_created: IssueMultiCreated;
  /** Several documents were created together */
  readonly document_multi_created: DocumentMultiCreated;
}

/** An issue was added */
export interface IssueCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    /** the number in the issue key */
    readonly key_id?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    readonly issueType?: unknown;
    readonly resolution?: unknown;
    readonly priority?: unknown;
    readonly status?: unknown;
    readonly assignee?: unknown;
    readonly category?: unknown;
    readonly versions?: unknown;
    readonly milestone?: unknown;
    readonly customFields?: unknown;
    readonly startDate?: unknown;
    readonly dueDate?: unknown;
    readonly estimatedHours?: unknown;
    readonly actualHours?: unknown;
    readonly parentIssueId?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** An issue was edited */
export interface IssueUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    /** the number in the issue key */
    readonly key_id?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A comment was added to an issue */
export interface IssueCommented {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    /** the number in the issue key */
    readonly key_id?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** An issue was deleted */
export interface IssueDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    /** the number in the issue key */
    readonly key_id?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A wiki page was added */
export interface WikiCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly content?: unknown;
    /** in the manner of ed */
    readonly diff?: unknown;
    readonly version?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A wiki page was edited */
export interface WikiUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly content?: unknown;
    /** in the manner of ed */
    readonly diff?: unknown;
    readonly version?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A wiki page was deleted */
export interface WikiDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly content?: unknown;
    /** in the manner of ed */
    readonly diff?: unknown;
    readonly version?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A shared file was added */
export interface FileAdded {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly dir?: unknown;
    readonly name?: unknown;
    /** bytes */
    readonly size?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A shared file was replaced */
export interface FileUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly dir?: unknown;
    readonly name?: unknown;
    /** bytes */
    readonly size?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A shared file was deleted */
export interface FileDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly dir?: unknown;
    readonly name?: unknown;
    /** bytes */
    readonly size?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Something was committed to the Subversion repository of the project */
export interface SvnCommitted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** a number or text */
    readonly rev?: unknown;
    readonly comment?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Commits, a branch or a tag were pushed */
export interface GitPushed {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id, name, description */
    readonly repository?: unknown;
    /** create, update or delete */
    readonly change_type?: unknown;
    /** commit or tag */
    readonly revision_type?: unknown;
    readonly ref?: unknown;
    readonly revision_count?: unknown;
    /** rev and comment of each */
    readonly revisions?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A Git repository was created */
export interface GitRepositoryCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id, name, description */
    readonly repository?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Several issues were changed together */
export interface IssueMultiUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** a number or text */
    readonly tx_id?: unknown;
    /** id, key_id and title of each issue */
    readonly link?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Users joined the project */
export interface ProjectUserAdded {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly users?: unknown;
    readonly group_project_activities?: unknown;
    readonly comment?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Users left the project */
export interface ProjectUserRemoved {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly users?: unknown;
    readonly group_project_activities?: unknown;
    readonly comment?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** People were notified of a comment afterwards */
export interface NotificationAdded {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    /** the number in the issue key */
    readonly key_id?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A pull request was opened */
export interface PullRequestAdded {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly number?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id, name, description */
    readonly repository?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** the linked issue, where it is new; null otherwise */
    readonly issue?: unknown;
    readonly base?: unknown;
    readonly branch?: unknown;
    readonly assignee?: unknown;
    readonly diff?: unknown;
    /** id, name, size */
    readonly attachments?: unknown;
    /** id, dir, name, size */
    readonly shared_files?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A pull request was edited, closed or merged */
export interface PullRequestUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly number?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id, name, description */
    readonly repository?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** the linked issue, where it is new; null otherwise */
    readonly issue?: unknown;
    readonly base?: unknown;
    readonly branch?: unknown;
    readonly assignee?: unknown;
    readonly diff?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A comment was added to a pull request */
export interface PullRequestCommented {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly number?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id, name, description */
    readonly repository?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** the linked issue, where it is new; null otherwise */
    readonly issue?: unknown;
    readonly base?: unknown;
    readonly branch?: unknown;
    readonly assignee?: unknown;
    readonly diff?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A pull request was deleted */
export interface PullRequestDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly number?: unknown;
    readonly summary?: unknown;
    readonly description?: unknown;
    /** id, name, description */
    readonly repository?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
    /** id and content */
    readonly comment?: unknown;
    /** the linked issue, where it is new; null otherwise */
    readonly issue?: unknown;
    readonly base?: unknown;
    readonly branch?: unknown;
    readonly assignee?: unknown;
    readonly diff?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A milestone was created */
export interface MilestoneCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly start_date?: unknown;
    readonly reference_date?: unknown;
    readonly description?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A milestone was changed */
export interface MilestoneUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly name?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A milestone was deleted */
export interface MilestoneDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly name?: unknown;
    readonly start_date?: unknown;
    readonly reference_date?: unknown;
    readonly description?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A team was added to the project */
export interface ProjectGroupAdded {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id and name of each team */
    readonly parties?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A team was removed from the project */
export interface ProjectGroupDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id and name of each team */
    readonly parties?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** An issue status of the project was deleted */
export interface StatusDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly deletedStatus?: unknown;
    /** id, key_id and title of each issue */
    readonly link?: unknown;
    /** null when no issue moved */
    readonly change?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Dates of several issues were changed together, as in the Gantt chart */
export interface IssuesDatesUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id, key_id and title of each issue */
    readonly link?: unknown;
    /** field, new_value, old_value, type */
    readonly changes?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A document was created */
export interface DocumentCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A document was deleted */
export interface DocumentDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A document was renamed */
export interface DocumentTitleUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A comment was added to a document */
export interface DocumentCommentCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A comment of a document was edited */
export interface DocumentCommentUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A comment of a document was deleted */
export interface DocumentCommentDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A reply was added to a comment of a document */
export interface DocumentCommentReplyCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A reply to a comment of a document was edited */
export interface DocumentCommentReplyUpdated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A reply to a comment of a document was deleted */
export interface DocumentCommentReplyDeleted {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** A file was attached to a document */
export interface DocumentAttachmentCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    readonly id?: unknown;
    readonly title?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Several issues were created together */
export interface IssueMultiCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id, key_id and title of each issue */
    readonly link?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

/** Several documents were created together */
export interface DocumentMultiCreated {
  /** id of the activity */
  readonly id: number;
  readonly project: BacklogProject;
  /** number of the activity type: the event name */
  readonly type: number;
  readonly content: {
    /** id and title of each */
    readonly documents?: unknown;
  };
  /** empty today; once who was notified, and why */
  readonly notifications: readonly unknown[];
  readonly createdUser: BacklogUser;
  /** ISO 8601, UTC, whole seconds */
  readonly created: string;
}

export interface BacklogProject {
  readonly id: number;
  readonly projectKey: string;
  readonly name: string;
  readonly archived: boolean;
  readonly subtaskingEnabled: boolean;
  readonly chartEnabled?: boolean;
  readonly projectLeaderCanEditProjectLeader?: boolean;
  readonly useWikiTreeView?: boolean;
  readonly useGantt?: boolean;
  readonly useBurndown?: boolean;
  /** backlog or markdown */
  readonly textFormattingRule?: string;
}

export interface BacklogUser {
  readonly id: number;
  /** null in every recorded body */
  readonly userId: string | null;
  readonly name: string;
  readonly roleType: number;
  readonly lang?: string | null;
  /** null in every recorded body */
  readonly mailAddress: string | null;
  /** null in all but the newest */
  readonly nulabAccount: BacklogAccount | null;
}

export interface BacklogAccount {
  readonly nulabId: string;
  readonly name: string;
  readonly uniqueId: string;
}
