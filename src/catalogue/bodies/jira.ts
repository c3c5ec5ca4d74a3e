/** Generated from the catalogue by `npm run bodies`. */
/* eslint-disable @typescript-eslint/no-deprecated -- the map names them */

export interface JiraEvents {
  /** The subscribing add-on itself was disabled */
  readonly connect_addon_disabled: ConnectAddonDisabled;
  /** The subscribing add-on itself was enabled */
  readonly connect_addon_enabled: ConnectAddonEnabled;
  /** A plugin or add-on was enabled in the host */
  readonly plugin_enabled: PluginEnabled;
  /** The Connect plugin of the host was upgraded */
  readonly plugins_upgraded: PluginsUpgraded;
  /** The subscribing add-on itself, of the XML age, was disabled */
  readonly remote_plugin_disabled: RemotePluginDisabled;
  /** The subscribing add-on itself, of the XML age, was enabled */
  readonly remote_plugin_enabled: RemotePluginEnabled;
  /** The subscribing add-on itself, of the XML age, was installed */
  readonly remote_plugin_installed: RemotePluginInstalled;
  /** The host product was upgraded */
  readonly server_upgraded: ServerUpgraded;
  /** A webhook that an administrator attached to a workflow transition fired */
  readonly "jira-webhook-post-function": JiraWebhookPostFunction;
  /** An add-on's own workflow post function ran on a transition */
  readonly remote_workflow_post_function: RemoteWorkflowPostFunction;
  /** An issue was created */
  readonly "jira:issue_created": JiraIssueCreated;
  /** An issue was edited, commented on, assigned, transitioned or otherwise changed */
  readonly "jira:issue_updated": JiraIssueUpdated;
  /** An issue was deleted */
  readonly "jira:issue_deleted": JiraIssueDeleted;
  /**
   * Work was logged on an issue, or a work log was changed; worklog_* replace it
   * @deprecated
   */
  readonly "jira:worklog_updated": JiraWorklogUpdated;
  /** The remote links of an issue were cleared as a group */
  readonly remote_issue_link_aggregate_cleared_event: RemoteIssueLinkAggregateClearedEvent;
  /** A comment was added */
  readonly comment_created: CommentCreated;
  /** A comment was edited */
  readonly comment_updated: CommentUpdated;
  /** A comment was deleted */
  readonly comment_deleted: CommentDeleted;
  /** Work was logged */
  readonly worklog_created: WorklogCreated;
  /** A work log was edited */
  readonly worklog_updated: WorklogUpdated;
  /** A work log was deleted */
  readonly worklog_deleted: WorklogDeleted;
  /** A property of an issue was written */
  readonly issue_property_set: IssuePropertySet;
  /** A property of an issue was removed */
  readonly issue_property_deleted: IssuePropertyDeleted;
  /** A file was attached to an issue */
  readonly attachment_created: AttachmentCreated;
  /** An attached file was deleted */
  readonly attachment_deleted: AttachmentDeleted;
  /** Two issues were linked */
  readonly issuelink_created: IssuelinkCreated;
  /** A link between two issues was removed */
  readonly issuelink_deleted: IssuelinkDeleted;
  /** An issue type was created */
  readonly issuetype_created: IssuetypeCreated;
  /** An issue type was changed */
  readonly issuetype_updated: IssuetypeUpdated;
  /** An issue type was deleted */
  readonly issuetype_deleted: IssuetypeDeleted;
  /** A project was created */
  readonly project_created: ProjectCreated;
  /** The details of a project changed */
  readonly project_updated: ProjectUpdated;
  /** A project was deleted for good */
  readonly project_deleted: ProjectDeleted;
  /** A project was moved to the trash */
  readonly project_soft_deleted: ProjectSoftDeleted;
  /** A project came back from the trash */
  readonly project_restored_deleted: ProjectRestoredDeleted;
  /** A project was archived */
  readonly project_archived: ProjectArchived;
  /** An archived project was restored */
  readonly project_restored_archived: ProjectRestoredArchived;
  /** An app was enabled for a project */
  readonly project_app_enabled: ProjectAppEnabled;
  /** An app was disabled for a project */
  readonly project_app_disabled: ProjectAppDisabled;
  /** A version was created */
  readonly "jira:version_created": JiraVersionCreated;
  /** The details of a version changed */
  readonly "jira:version_updated": JiraVersionUpdated;
  /** A version was deleted */
  readonly "jira:version_deleted": JiraVersionDeleted;
  /** A version was released */
  readonly "jira:version_released": JiraVersionReleased;
  /** The release of a version was undone */
  readonly "jira:version_unreleased": JiraVersionUnreleased;
  /** A version changed its place in the list */
  readonly "jira:version_moved": JiraVersionMoved;
  /** A version was merged into another */
  readonly "jira:version_merged": JiraVersionMerged;
  /** A saved filter was created */
  readonly filter_created: FilterCreated;
  /** A saved filter was changed */
  readonly filter_updated: FilterUpdated;
  /** A saved filter was deleted */
  readonly filter_deleted: FilterDeleted;
  /** A user account was created */
  readonly user_created: UserCreated;
  /** A user account changed */
  readonly user_updated: UserUpdated;
  /** A user account was deleted */
  readonly user_deleted: UserDeleted;
  /** The site option 'voting' was switched */
  readonly option_voting_changed: OptionVotingChanged;
  /** The site option 'watching' was switched */
  readonly option_watching_changed: OptionWatchingChanged;
  /** The site option 'unassigned issues' was switched */
  readonly option_unassigned_issues_changed: OptionUnassignedIssuesChanged;
  /** The site option 'subtasks' was switched */
  readonly option_subtasks_changed: OptionSubtasksChanged;
  /** The site option 'attachments' was switched */
  readonly option_attachments_changed: OptionAttachmentsChanged;
  /** The site option 'issue links' was switched */
  readonly option_issuelinks_changed: OptionIssuelinksChanged;
  /** The site option 'time tracking' was switched */
  readonly option_timetracking_changed: OptionTimetrackingChanged;
  /** The site option 'time tracking provider' was switched */
  readonly option_timetracking_provider_changed: OptionTimetrackingProviderChanged;
  /** A sprint was created */
  readonly sprint_created: SprintCreated;
  /** The details of a sprint changed */
  readonly sprint_updated: SprintUpdated;
  /** A sprint was started */
  readonly sprint_started: SprintStarted;
  /** A sprint was completed */
  readonly sprint_closed: SprintClosed;
  /** A sprint was deleted */
  readonly sprint_deleted: SprintDeleted;
  /** A board was created */
  readonly board_created: BoardCreated;
  /** A board was renamed or changed */
  readonly board_updated: BoardUpdated;
  /** A board was deleted */
  readonly board_deleted: BoardDeleted;
  /** Columns, filter or other settings of a board changed */
  readonly board_configuration_changed: BoardConfigurationChanged;
  /** A Jira expression that the app registered could not be evaluated */
  readonly jira_expression_evaluation_failed: JiraExpressionEvaluationFailed;
  /** The data policy that applies to the app changed */
  readonly app_policy_changed: AppPolicyChanged;
  /** The app lost access to objects */
  readonly app_access_to_objects_blocked: AppAccessToObjectsBlocked;
  /** The app lost access to the objects of a container */
  readonly app_access_to_objects_in_container_blocked: AppAccessToObjectsInContainerBlocked;
}

/** The subscribing add-on itself was disabled */
export interface ConnectAddonDisabled {
  /** key of the add-on */
  readonly key: string;
  readonly clientKey: string;
  readonly publicKey: string;
  readonly serverVersion: string;
  readonly pluginsVersion: string;
  readonly baseUrl: string;
  readonly productType: string;
  readonly description: string;
  readonly links?: {
    readonly self?: string;
    readonly oauth?: string;
  };
  readonly user_key?: string;
  readonly eventType: "disabled";
  readonly serviceEntitlementNumber?: string;
  /** deprecated; never together with a JWT */
  readonly userKey?: string;
}

/** The subscribing add-on itself was enabled */
export interface ConnectAddonEnabled {
  /** key of the add-on */
  readonly key: string;
  readonly clientKey: string;
  readonly publicKey: string;
  readonly serverVersion: string;
  readonly pluginsVersion: string;
  readonly baseUrl: string;
  readonly productType: string;
  readonly description: string;
  readonly links?: {
    readonly self?: string;
    readonly oauth?: string;
  };
  readonly user_key?: string;
  readonly eventType: "enabled";
  readonly serviceEntitlementNumber?: string;
  /** deprecated; never together with a JWT */
  readonly userKey?: string;
}

/** A plugin or add-on was enabled in the host */
export interface PluginEnabled {
  /** key of the plugin */
  readonly key: string;
}

/** The Connect plugin of the host was upgraded */
export interface PluginsUpgraded {
  /** clientKey of the host */
  readonly key: string;
  readonly baseUrl: string;
  readonly oldVersion: string;
  readonly newVersion: string;
}

/** The subscribing add-on itself, of the XML age, was disabled */
export interface RemotePluginDisabled {
  /** key of the add-on */
  readonly key: string;
  readonly clientKey: string;
  readonly publicKey: string;
  readonly serverVersion: string;
  readonly pluginsVersion: string;
  readonly baseUrl: string;
  readonly productType: string;
  readonly description: string;
  readonly links?: {
    readonly self?: string;
    readonly oauth?: string;
  };
  readonly user_key?: string;
  readonly user_id?: string;
}

/** The subscribing add-on itself, of the XML age, was enabled */
export interface RemotePluginEnabled {
  /** key of the add-on */
  readonly key: string;
  readonly clientKey: string;
  readonly publicKey: string;
  readonly serverVersion: string;
  readonly pluginsVersion: string;
  readonly baseUrl: string;
  readonly productType: string;
  readonly description: string;
  readonly links?: {
    readonly self?: string;
    readonly oauth?: string;
  };
  readonly user_key?: string;
  readonly user_id?: string;
}

/** The subscribing add-on itself, of the XML age, was installed */
export interface RemotePluginInstalled {
  /** key of the add-on */
  readonly key: string;
  readonly clientKey: string;
  readonly publicKey: string;
  readonly serverVersion: string;
  readonly pluginsVersion: string;
  readonly baseUrl: string;
  readonly productType: string;
  readonly description: string;
  readonly links?: {
    readonly self?: string;
    readonly oauth?: string;
  };
  readonly user_key?: string;
  readonly user_id?: string;
}

/** The host product was upgraded */
export interface ServerUpgraded {
  /** clientKey of the host */
  readonly key: string;
  readonly baseUrl: string;
  readonly oldVersion: string;
  readonly newVersion: string;
}

/** A webhook that an administrator attached to a workflow transition fired */
export interface JiraWebhookPostFunction {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly issue: JiraIssue;
  readonly transition: JiraTransition;
  readonly webhookEvent?: string;
  readonly user?: JiraUser;
  readonly comment?: string;
}

/** An add-on's own workflow post function ran on a transition */
export interface RemoteWorkflowPostFunction {
  readonly issue: JiraIssue;
  readonly transition: JiraTransition;
  /** value: the string that the add-on's configuration page stored */
  readonly configuration: {
    readonly value?: string;
  };
}

/** An issue was created */
export interface JiraIssueCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:issue_created";
  readonly issue: JiraIssue;
  readonly user: JiraUser;
  /** issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others */
  readonly issue_event_type_name: string;
  /** what the issue was given */
  readonly changelog: JiraChangelog;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** An issue was edited, commented on, assigned, transitioned or otherwise changed */
export interface JiraIssueUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:issue_updated";
  readonly issue: JiraIssue;
  readonly user: JiraUser;
  /** issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others */
  readonly issue_event_type_name?: string;
  /** absent when the update is only a comment */
  readonly changelog?: JiraChangelog;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
  /** when a comment came with the change */
  readonly comment?: JiraComment;
}

/** An issue was deleted */
export interface JiraIssueDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:issue_deleted";
  readonly issue: JiraIssue;
  readonly user: JiraUser;
  /** issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others */
  readonly issue_event_type_name?: string;
  /** absent when the update is only a comment */
  readonly changelog?: JiraChangelog;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/**
 * Work was logged on an issue, or a work log was changed; worklog_* replace it
 * @deprecated
 */
export interface JiraWorklogUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:worklog_updated";
  readonly issue?: JiraIssue;
  readonly worklog?: JiraWorklog;
  /** issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others */
  readonly issue_event_type_name?: string;
  readonly user?: JiraUser;
  /** absent when the update is only a comment */
  readonly changelog?: JiraChangelog;
}

/** The remote links of an issue were cleared as a group */
export interface RemoteIssueLinkAggregateClearedEvent {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "remote_issue_link_aggregate_cleared_event";
  readonly issue: JiraIssue;
  /** issue_created, issue_updated, issue_generic, issue_assigned, issue_commented and others */
  readonly issue_event_type_name?: string;
  readonly user?: JiraUser;
  /** absent when the update is only a comment */
  readonly changelog?: JiraChangelog;
}

/** A comment was added */
export interface CommentCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "comment_created";
  readonly comment: JiraComment;
  /** Cloud: an issue of six fields; Server: absent */
  readonly issue?: JiraCommentedIssue;
  /** Server only */
  readonly user?: JiraUser;
  /** recent Cloud: primaryAction */
  readonly eventType?: string;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A comment was edited */
export interface CommentUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "comment_updated";
  readonly comment: JiraComment;
  /** Cloud: an issue of six fields; Server: absent */
  readonly issue?: JiraCommentedIssue;
  /** Server only */
  readonly user?: JiraUser;
  /** recent Cloud: primaryAction */
  readonly eventType?: string;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A comment was deleted */
export interface CommentDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "comment_deleted";
  readonly comment: JiraComment;
  /** Cloud: an issue of six fields; Server: absent */
  readonly issue?: JiraCommentedIssue;
  /** Server only */
  readonly user?: JiraUser;
  /** recent Cloud: primaryAction */
  readonly eventType?: string;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** Work was logged */
export interface WorklogCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "worklog_created";
  /** has issueId; there is no issue beside it */
  readonly worklog: JiraWorklog;
  /** recent Cloud */
  readonly isFromIssueLimitTransformation?: boolean;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A work log was edited */
export interface WorklogUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "worklog_updated";
  /** has issueId; there is no issue beside it */
  readonly worklog: JiraWorklog;
  /** recent Cloud */
  readonly isFromIssueLimitTransformation?: boolean;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A work log was deleted */
export interface WorklogDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "worklog_deleted";
  /** has issueId; there is no issue beside it */
  readonly worklog: JiraWorklog;
  /** recent Cloud */
  readonly isFromIssueLimitTransformation?: boolean;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A property of an issue was written */
export interface IssuePropertySet {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issue_property_set";
  readonly issue?: JiraIssueReference;
  readonly property?: JiraIssueProperty;
  readonly user?: JiraUser;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A property of an issue was removed */
export interface IssuePropertyDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issue_property_deleted";
  readonly issue?: JiraIssueReference;
  readonly property?: JiraIssueProperty;
  readonly user?: JiraUser;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A file was attached to an issue */
export interface AttachmentCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "attachment_created";
  readonly attachment: JiraAttachment;
  /** seen in one body, not confirmed */
  readonly issue?: JiraAttachedIssue;
}

/** An attached file was deleted */
export interface AttachmentDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "attachment_deleted";
  readonly attachment: JiraAttachment;
  /** seen in one body, not confirmed */
  readonly issue?: JiraAttachedIssue;
}

/** Two issues were linked */
export interface IssuelinkCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issuelink_created";
  /** sourceIssueId and destinationIssueId are numbers */
  readonly issueLink: JiraLink;
}

/** A link between two issues was removed */
export interface IssuelinkDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issuelink_deleted";
  /** sourceIssueId and destinationIssueId are numbers */
  readonly issueLink: JiraLink;
}

/** An issue type was created */
export interface IssuetypeCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issuetype_created";
  readonly issuetype?: JiraIssueType;
  readonly issueType?: JiraIssueType;
}

/** An issue type was changed */
export interface IssuetypeUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issuetype_updated";
  readonly issuetype?: JiraIssueType;
  readonly issueType?: JiraIssueType;
}

/** An issue type was deleted */
export interface IssuetypeDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "issuetype_deleted";
  readonly issuetype?: JiraIssueType;
  readonly issueType?: JiraIssueType;
}

/** A project was created */
export interface ProjectCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_created";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** The details of a project changed */
export interface ProjectUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_updated";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** A project was deleted for good */
export interface ProjectDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_deleted";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** A project was moved to the trash */
export interface ProjectSoftDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_soft_deleted";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** A project came back from the trash */
export interface ProjectRestoredDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_restored_deleted";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** A project was archived */
export interface ProjectArchived {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_archived";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** An archived project was restored */
export interface ProjectRestoredArchived {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_restored_archived";
  /** its id is a number here, unlike inside of an issue */
  readonly project: JiraProject;
}

/** An app was enabled for a project */
export interface ProjectAppEnabled {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_app_enabled";
  /** its id is a number here, unlike inside of an issue */
  readonly project?: JiraProject;
}

/** An app was disabled for a project */
export interface ProjectAppDisabled {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "project_app_disabled";
  /** its id is a number here, unlike inside of an issue */
  readonly project?: JiraProject;
}

/** A version was created */
export interface JiraVersionCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_created";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** The details of a version changed */
export interface JiraVersionUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_updated";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A version was deleted */
export interface JiraVersionDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_deleted";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
  /** when the deletion was a merge; recalled */
  readonly mergedTo?: JiraVersion;
  /** not confirmed */
  readonly customFieldReplacements?: readonly unknown[];
}

/** A version was released */
export interface JiraVersionReleased {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_released";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** The release of a version was undone */
export interface JiraVersionUnreleased {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_unreleased";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A version changed its place in the list */
export interface JiraVersionMoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_moved";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
}

/** A version was merged into another */
export interface JiraVersionMerged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira:version_merged";
  readonly version: JiraVersion;
  /** only for webhooks registered through the REST API */
  readonly matchedWebhookIds?: readonly number[];
  readonly mergedVersion?: JiraVersion;
}

/** A saved filter was created */
export interface FilterCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "filter_created";
  readonly filter?: JiraFilter;
}

/** A saved filter was changed */
export interface FilterUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "filter_updated";
  readonly filter?: JiraFilter;
}

/** A saved filter was deleted */
export interface FilterDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "filter_deleted";
  readonly filter?: JiraFilter;
}

/** A user account was created */
export interface UserCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "user_created";
  readonly user: JiraUser;
}

/** A user account changed */
export interface UserUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "user_updated";
  readonly user: JiraUser;
}

/** A user account was deleted */
export interface UserDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "user_deleted";
  readonly user: JiraUser;
}

/** The site option 'voting' was switched */
export interface OptionVotingChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_voting_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'watching' was switched */
export interface OptionWatchingChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_watching_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'unassigned issues' was switched */
export interface OptionUnassignedIssuesChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_unassigned_issues_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'subtasks' was switched */
export interface OptionSubtasksChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_subtasks_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'attachments' was switched */
export interface OptionAttachmentsChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_attachments_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'issue links' was switched */
export interface OptionIssuelinksChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_issuelinks_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'time tracking' was switched */
export interface OptionTimetrackingChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_timetracking_changed";
  readonly property?: JiraApplicationProperty;
}

/** The site option 'time tracking provider' was switched */
export interface OptionTimetrackingProviderChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "option_timetracking_provider_changed";
  readonly property?: JiraApplicationProperty;
}

/** A sprint was created */
export interface SprintCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "sprint_created";
  readonly sprint: JiraSprint;
}

/** The details of a sprint changed */
export interface SprintUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "sprint_updated";
  readonly sprint: JiraSprint;
  readonly oldValue?: JiraSprint;
}

/** A sprint was started */
export interface SprintStarted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "sprint_started";
  readonly sprint: JiraSprint;
  readonly oldValue?: JiraSprint;
}

/** A sprint was completed */
export interface SprintClosed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "sprint_closed";
  readonly sprint: JiraSprint;
  readonly oldValue?: JiraSprint;
}

/** A sprint was deleted */
export interface SprintDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "sprint_deleted";
  readonly sprint: JiraSprint;
}

/** A board was created */
export interface BoardCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "board_created";
  readonly board: JiraBoard;
}

/** A board was renamed or changed */
export interface BoardUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "board_updated";
  readonly board: JiraBoard;
}

/** A board was deleted */
export interface BoardDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "board_deleted";
  readonly board: JiraBoard;
}

/** Columns, filter or other settings of a board changed */
export interface BoardConfigurationChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "board_configuration_changed";
  /** the key is configuration, not board */
  readonly configuration: JiraBoardConfiguration;
}

/** A Jira expression that the app registered could not be evaluated */
export interface JiraExpressionEvaluationFailed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "jira_expression_evaluation_failed";
  readonly expression?: string;
  readonly errorMessages?: readonly string[];
  readonly contextObjects?: readonly unknown[];
  readonly workflowId?: string;
  readonly conditionId?: string;
}

/** The data policy that applies to the app changed */
export interface AppPolicyChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "app_policy_changed";
}

/** The app lost access to objects */
export interface AppAccessToObjectsBlocked {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "app_access_to_objects_blocked";
}

/** The app lost access to the objects of a container */
export interface AppAccessToObjectsInContainerBlocked {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** the event name */
  readonly webhookEvent: "app_access_to_objects_in_container_blocked";
}

export interface JiraIssue {
  readonly id: string;
  readonly self: string;
  readonly key: string;
  readonly fields: JiraIssueFields;
}

export interface JiraTransition {
  readonly workflowId: number;
  readonly workflowName: string;
  readonly transitionId: number;
  readonly transitionName: string;
  readonly from_status: string;
  readonly to_status: string;
}

export interface JiraUser {
  readonly self: string;
  /** Cloud */
  readonly accountId?: string;
  /** Server; Cloud until 2020 */
  readonly name?: string;
  /** Server; Cloud until 2020 */
  readonly key?: string;
  /** Server; Cloud until 2020 */
  readonly emailAddress?: string;
  readonly avatarUrls: JiraAvatarUrls;
  readonly displayName: string;
  readonly active: boolean;
  readonly timeZone: string;
  /** Cloud: atlassian, app or customer */
  readonly accountType?: string;
}

export interface JiraChangelog {
  readonly id: string;
  readonly items: readonly JiraChange[];
}

export interface JiraComment {
  readonly self: string;
  readonly id: string;
  readonly author: JiraUser;
  /** wiki markup */
  readonly body: string;
  readonly updateAuthor: JiraUser;
  readonly created: string;
  readonly updated: string;
  /** of a restricted comment */
  readonly visibility?: JiraVisibility;
  /** Cloud */
  readonly jsdPublic?: boolean;
}

export interface JiraWorklog {
  readonly self: string;
  readonly author: JiraUser;
  readonly updateAuthor: JiraUser;
  readonly comment?: string;
  readonly created: string;
  readonly updated: string;
  readonly visibility?: JiraVisibility;
  readonly started: string;
  /** 1h 30m */
  readonly timeSpent: string;
  readonly timeSpentSeconds: number;
  readonly id: string;
  readonly issueId: string;
}

export interface JiraCommentedIssue {
  readonly id: string;
  readonly self: string;
  readonly key: string;
  readonly fields: JiraCommentedIssueFields;
}

export interface JiraIssueReference {
  readonly id: string;
  readonly self: string;
  readonly key: string;
}

export interface JiraIssueProperty {
  readonly key: string;
  readonly value?: unknown;
}

export interface JiraAttachment {
  readonly self: string;
  readonly id: string;
  readonly filename: string;
  readonly author: JiraUser;
  readonly created: string;
  /** bytes */
  readonly size: number;
  readonly mimeType: string;
  /** URL of the file */
  readonly content: string;
  /** URL, of an image */
  readonly thumbnail?: string;
}

export interface JiraAttachedIssue {
  readonly id: string;
  readonly self: string;
  readonly key: string;
  readonly fields: JiraAttachedIssueFields;
}

export interface JiraLink {
  readonly id: number;
  readonly sourceIssueId: number;
  readonly destinationIssueId: number;
  readonly issueLinkType: JiraTypeOfLink;
  readonly systemLink: boolean;
}

export interface JiraIssueType {
  readonly self: string;
  readonly id: string;
  readonly description: string;
  readonly iconUrl: string;
  readonly name: string;
  readonly subtask: boolean;
  readonly avatarId?: number;
  /** Cloud, in team-managed projects */
  readonly entityId?: string;
  /** Cloud since 2021 */
  readonly hierarchyLevel?: number;
}

export interface JiraProject {
  readonly self: string;
  /** a number here, text in issues */
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly avatarUrls: JiraAvatarUrls;
  readonly projectLead: JiraUser;
  readonly assigneeType: string;
}

export interface JiraVersion {
  readonly self: string;
  readonly id: string;
  readonly description?: string;
  readonly name: string;
  readonly archived: boolean;
  readonly released: boolean;
  /** 2024-12-20 */
  readonly releaseDate?: string;
  /** of a version with a date that is not released */
  readonly overdue?: boolean;
  /** 20/Dec/24 */
  readonly userReleaseDate?: string;
  readonly projectId: number;
}

export interface JiraFilter {
  readonly self?: string;
  readonly id?: string;
  readonly name?: string;
  readonly owner?: JiraUser;
  readonly jql?: string;
  readonly favourite?: boolean;
}

export interface JiraApplicationProperty {
  readonly self?: string;
  readonly key?: string;
  /** text, also for true and false */
  readonly value?: string;
}

export interface JiraSprint {
  readonly id: number;
  /** absent when it was deleted */
  readonly self?: string;
  /** future, active or closed */
  readonly state: string;
  readonly name: string;
  /** UTC */
  readonly startDate?: string;
  readonly endDate?: string;
  readonly completeDate?: string;
  readonly originBoardId: number;
  readonly goal?: string;
}

export interface JiraBoard {
  readonly id: number;
  /** absent when it was deleted */
  readonly self?: string;
  readonly name: string;
  /** scrum, kanban or simple */
  readonly type: string;
}

export interface JiraBoardConfiguration {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly self: string;
  readonly location: JiraBoardLocation;
  readonly filter: JiraSelfReference;
  readonly columnConfig: JiraColumns;
  readonly ranking?: JiraRanking;
}

export interface JiraIssueFields {
  /** Cloud */
  readonly statuscategorychangedate?: string;
  readonly issuetype: JiraIssueType;
  readonly parent?: JiraLinkedIssue;
  /** seconds, as all times of work */
  readonly timespent: number | null;
  readonly project: JiraIssueProject;
  readonly fixVersions: readonly JiraIssueVersion[];
  readonly aggregatetimespent: number | null;
  /** Cloud since 2024 */
  readonly statusCategory?: JiraStatusCategory;
  readonly resolution: JiraResolution | null;
  readonly resolutiondate: string | null;
  /** percent; -1 without an estimate */
  readonly workratio: number;
  /** Cloud */
  readonly issuerestriction?: JiraIssueRestriction;
  readonly watches: JiraWatches;
  /** by the user who caused the event */
  readonly lastViewed: string | null;
  /** 2024-11-12T10:30:00.123+0100 */
  readonly created: string;
  /** absent where the screens of a project don't have it */
  readonly priority?: JiraPriority | null;
  readonly labels: readonly string[];
  readonly aggregatetimeoriginalestimate: number | null;
  readonly timeestimate: number | null;
  readonly versions: readonly JiraIssueVersion[];
  readonly issuelinks: readonly JiraIssueLink[];
  /** as priority */
  readonly assignee?: JiraUser | null;
  readonly updated: string;
  readonly status: JiraStatus;
  readonly components: readonly JiraComponent[];
  readonly timeoriginalestimate: number | null;
  /** wiki markup */
  readonly description: string | null;
  readonly timetracking: JiraTimeTracking;
  /** the security level, null without one */
  readonly security?: unknown;
  readonly attachment: readonly JiraAttachment[];
  readonly aggregatetimeestimate: number | null;
  readonly summary: string;
  readonly creator: JiraUser;
  readonly subtasks: readonly JiraLinkedIssue[];
  readonly reporter: JiraUser | null;
  readonly aggregateprogress: JiraProgress;
  readonly environment: string | null;
  /** 2024-11-20 */
  readonly duedate: string | null;
  readonly progress: JiraProgress;
  readonly votes: JiraVotes;
  /** Server; Cloud when an issue is deleted */
  readonly comment?: JiraCommentPage;
  /** Server; Cloud when an issue is deleted */
  readonly worklog?: JiraWorklogPage;
  readonly [member: string]: unknown;
}

export interface JiraAvatarUrls {
  readonly "48x48": string;
  readonly "24x24": string;
  readonly "16x16": string;
  readonly "32x32": string;
}

export interface JiraChange {
  readonly field: string;
  /** jira or custom */
  readonly fieldtype: string;
  /** Cloud */
  readonly fieldId?: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
  /** Cloud, of fields with a user */
  readonly tmpFromAccountId?: string | null;
  /** Cloud, of fields with a user */
  readonly tmpToAccountId?: string | null;
}

export interface JiraVisibility {
  /** group or role */
  readonly type: string;
  readonly value: string;
  readonly identifier?: string | null;
}

export interface JiraCommentedIssueFields {
  readonly summary: string;
  readonly issuetype: JiraIssueType;
  readonly project: JiraIssueProject;
  readonly assignee: JiraUser | null;
  readonly priority: JiraPriority | null;
  readonly status: JiraStatus;
}

export interface JiraAttachedIssueFields {
  readonly summary: string;
}

export interface JiraTypeOfLink {
  readonly id: number;
  readonly name: string;
  readonly outwardName: string;
  readonly inwardName: string;
  /** Cloud */
  readonly isSubTaskLinkType?: boolean;
  /** Cloud */
  readonly isSystemLinkType?: boolean;
  /** Server */
  readonly style?: string;
  /** Server */
  readonly subTask?: boolean;
  /** Server */
  readonly system?: boolean;
}

export interface JiraBoardLocation {
  readonly type: string;
  readonly key: string;
  readonly id: string;
  readonly self: string;
  readonly name: string;
}

export interface JiraSelfReference {
  readonly id: string;
  readonly self: string;
}

export interface JiraColumns {
  readonly columns: readonly JiraColumn[];
  readonly constraintType: string;
}

export interface JiraRanking {
  readonly rankCustomFieldId: number;
}

export interface JiraLinkedIssue {
  readonly id: string;
  readonly key: string;
  readonly self: string;
  readonly fields: JiraLinkedIssueFields;
}

export interface JiraIssueProject {
  readonly self: string;
  /** text here, a number in project events */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly projectTypeKey?: string;
  /** Cloud: true in team-managed projects */
  readonly simplified?: boolean;
  readonly avatarUrls: JiraAvatarUrls;
  readonly projectCategory?: JiraProjectCategory;
}

export interface JiraIssueVersion {
  readonly self: string;
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly archived: boolean;
  readonly released: boolean;
  /** 2024-12-20 */
  readonly releaseDate?: string;
}

export interface JiraStatusCategory {
  readonly self: string;
  readonly id: number;
  /** new, indeterminate or done */
  readonly key: string;
  readonly colorName: string;
  readonly name: string;
}

export interface JiraResolution {
  readonly self: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface JiraIssueRestriction {
  readonly issuerestrictions: { readonly [member: string]: unknown };
  readonly shouldDisplay: boolean;
}

export interface JiraWatches {
  readonly self: string;
  readonly watchCount: number;
  readonly isWatching: boolean;
}

export interface JiraPriority {
  readonly self: string;
  readonly iconUrl: string;
  readonly name: string;
  readonly id: string;
}

export interface JiraIssueLink {
  readonly id: string;
  readonly self: string;
  readonly type: JiraIssueLinkType;
  readonly inwardIssue?: JiraLinkedIssue;
  readonly outwardIssue?: JiraLinkedIssue;
}

export interface JiraStatus {
  readonly self: string;
  readonly description?: string;
  readonly iconUrl: string;
  readonly name: string;
  readonly id: string;
  readonly statusCategory: JiraStatusCategory;
}

export interface JiraComponent {
  readonly self: string;
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

export interface JiraTimeTracking {
  /** 2d 4h */
  readonly originalEstimate?: string;
  readonly remainingEstimate?: string;
  readonly timeSpent?: string;
  readonly originalEstimateSeconds?: number;
  readonly remainingEstimateSeconds?: number;
  readonly timeSpentSeconds?: number;
}

export interface JiraProgress {
  readonly progress: number;
  readonly total: number;
  readonly percent?: number;
}

export interface JiraVotes {
  readonly self: string;
  readonly votes: number;
  readonly hasVoted: boolean;
}

export interface JiraCommentPage {
  readonly comments: readonly JiraComment[];
  readonly maxResults: number;
  readonly total: number;
  readonly startAt: number;
}

export interface JiraWorklogPage {
  readonly startAt: number;
  readonly maxResults: number;
  readonly total: number;
  readonly worklogs: readonly JiraWorklog[];
}

export interface JiraColumn {
  readonly name: string;
  readonly statuses: readonly JiraSelfReference[];
}

export interface JiraLinkedIssueFields {
  readonly summary: string;
  readonly status: JiraStatus;
  readonly priority?: JiraPriority | null;
  readonly issuetype: JiraIssueType;
}

export interface JiraProjectCategory {
  readonly self: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface JiraIssueLinkType {
  readonly self: string;
  readonly id: string;
  readonly name: string;
  readonly inward: string;
  readonly outward: string;
}
