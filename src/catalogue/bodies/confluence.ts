/** Generated from the catalogue by `npm run bodies`. */

export interface ConfluenceEvents {
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
  /** An attachment was uploaded */
  readonly attachment_created: AttachmentCreated;
  /** A new version or new metadata of an attachment was saved */
  readonly attachment_updated: AttachmentUpdated;
  /** An attachment was opened or downloaded */
  readonly attachment_viewed: AttachmentViewed;
  /** An attachment was deleted for good */
  readonly attachment_removed: AttachmentRemoved;
  /** An attachment was archived */
  readonly attachment_archived: AttachmentArchived;
  /** An attachment came back from the archive */
  readonly attachment_unarchived: AttachmentUnarchived;
  /** An attachment was moved to the trash */
  readonly attachment_trashed: AttachmentTrashed;
  /** An attachment came back from the trash */
  readonly attachment_restored: AttachmentRestored;
  /** A blog post was published */
  readonly blog_created: BlogCreated;
  /** A blog post was edited */
  readonly blog_updated: BlogUpdated;
  /** A blog post was opened */
  readonly blog_viewed: BlogViewed;
  /** A blog post was moved to the trash */
  readonly blog_trashed: BlogTrashed;
  /** A blog post came back from the trash */
  readonly blog_restored: BlogRestored;
  /** A blog post was deleted for good */
  readonly blog_removed: BlogRemoved;
  /** A blog post was moved to another space */
  readonly blog_moved: BlogMoved;
  /** The cache statistics of the host changed */
  readonly cache_statistics_changed: CacheStatisticsChanged;
  /** A comment was added */
  readonly comment_created: CommentCreated;
  /** A comment was edited */
  readonly comment_updated: CommentUpdated;
  /** A comment was deleted */
  readonly comment_removed: CommentRemoved;
  /** Content of any type, content properties included, was created */
  readonly content_created: ContentCreated;
  /** Content was changed */
  readonly content_updated: ContentUpdated;
  /** Content was moved to the trash */
  readonly content_trashed: ContentTrashed;
  /** Content came back from the trash */
  readonly content_restored: ContentRestored;
  /** Content was deleted for good */
  readonly content_removed: ContentRemoved;
  /** The restrictions of content changed */
  readonly content_permissions_updated: ContentPermissionsUpdated;
  /** A user group was created */
  readonly group_created: GroupCreated;
  /** A user group was deleted */
  readonly group_removed: GroupRemoved;
  /** A label was put on content */
  readonly label_added: LabelAdded;
  /** A label was taken off content */
  readonly label_removed: LabelRemoved;
  /** A label was used for the first time */
  readonly label_created: LabelCreated;
  /** A label is not used anywhere any more */
  readonly label_deleted: LabelDeleted;
  /** A user signed in */
  readonly login: Login;
  /** An attempt to sign in failed */
  readonly login_failed: LoginFailed;
  /** A user signed out */
  readonly logout: Logout;
  /** A page was published */
  readonly page_created: PageCreated;
  /** A page was edited */
  readonly page_updated: PageUpdated;
  /** A page was opened */
  readonly page_viewed: PageViewed;
  /** A page was moved below another parent or to another space */
  readonly page_moved: PageMoved;
  /** The order of the children of a page changed */
  readonly page_children_reordered: PageChildrenReordered;
  /** A page was moved to the trash */
  readonly page_trashed: PageTrashed;
  /** A page came back from the trash */
  readonly page_restored: PageRestored;
  /** A page was deleted from the trash */
  readonly page_removed: PageRemoved;
  /** A page was archived */
  readonly page_archived: PageArchived;
  /** A page came back from the archive */
  readonly page_unarchived: PageUnarchived;
  /** A page was copied */
  readonly page_copied: PageCopied;
  /** A live doc was created */
  readonly page_initialized: PageInitialized;
  /** The first editing session of a live doc ended */
  readonly page_started: PageStarted;
  /** An editing session of a live doc ended */
  readonly page_snapshotted: PageSnapshotted;
  /** A live doc was turned into a page */
  readonly page_published: PagePublished;
  /** A page was created from a blueprint */
  readonly blueprint_page_created: BlueprintPageCreated;
  /** A relation between two entities was created */
  readonly relation_created: RelationCreated;
  /** A relation between two entities was deleted */
  readonly relation_deleted: RelationDeleted;
  /** A search was run */
  readonly search_performed: SearchPerformed;
  /** A space was created */
  readonly space_created: SpaceCreated;
  /** The details of a space changed */
  readonly space_updated: SpaceUpdated;
  /** The logo of a space changed */
  readonly space_logo_updated: SpaceLogoUpdated;
  /** The permissions of a space changed */
  readonly space_permissions_updated: SpacePermissionsUpdated;
  /** A space was deleted */
  readonly space_removed: SpaceRemoved;
  /** A space was moved to the trash */
  readonly space_trashed: SpaceTrashed;
  /** A user set a status message */
  readonly status_created: StatusCreated;
  /** A user cleared the status message */
  readonly status_cleared: StatusCleared;
  /** A status message was deleted */
  readonly status_removed: StatusRemoved;
  /** A theme was enabled */
  readonly theme_enabled: ThemeEnabled;
  /** A user account was created */
  readonly user_created: UserCreated;
  /** A user account was deactivated */
  readonly user_deactivated: UserDeactivated;
  /** A user account was enabled again */
  readonly user_reactivated: UserReactivated;
  /** A user account was deleted */
  readonly user_removed: UserRemoved;
  /** A user started to follow another user */
  readonly user_followed: UserFollowed;
  /** The data policy that applies to an app changed */
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

/** An attachment was uploaded */
export interface AttachmentCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** the content that holds the attachment */
  readonly attachedTo: ConfluencePage;
  /** one entry per attachment */
  readonly attachments: readonly ConfluenceAttachment[];
}

/** A new version or new metadata of an attachment was saved */
export interface AttachmentUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** the content that holds the attachment */
  readonly attachedTo: ConfluencePage;
  /** one entry per attachment */
  readonly attachments: readonly ConfluenceAttachment[];
}

/** An attachment was opened or downloaded */
export interface AttachmentViewed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** the content that holds the attachment */
  readonly attachedTo: ConfluencePage;
  /** one entry per attachment */
  readonly attachments: readonly ConfluenceAttachment[];
}

/** An attachment was deleted for good */
export interface AttachmentRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** the content that holds the attachment */
  readonly attachedTo: ConfluencePage;
  /** one entry per attachment */
  readonly attachments: readonly ConfluenceAttachment[];
}

/** An attachment was archived */
export interface AttachmentArchived {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly attachedTo: ConfluencePage;
  readonly attachments: readonly ConfluenceAttachment[];
}

/** An attachment came back from the archive */
export interface AttachmentUnarchived {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly attachedTo: ConfluencePage;
  readonly attachments: readonly ConfluenceAttachment[];
}

/** An attachment was moved to the trash */
export interface AttachmentTrashed {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly attachedTo: ConfluencePage;
  readonly attachments: readonly ConfluenceAttachment[];
}

/** An attachment came back from the trash */
export interface AttachmentRestored {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly attachedTo: ConfluencePage;
  readonly attachments: readonly ConfluenceAttachment[];
}

/** A blog post was published */
export interface BlogCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blog: ConfluenceBlog;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A blog post was edited */
export interface BlogUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blog: ConfluenceBlog;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A blog post was opened */
export interface BlogViewed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blog: ConfluenceBlog;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A blog post was moved to the trash */
export interface BlogTrashed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blog: ConfluenceBlog;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A blog post came back from the trash */
export interface BlogRestored {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blog: ConfluenceBlog;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A blog post was deleted for good */
export interface BlogRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blog: ConfluenceBlog;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A blog post was moved to another space */
export interface BlogMoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly blog: ConfluenceBlog;
}

/** The cache statistics of the host changed */
export interface CacheStatisticsChanged {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
}

/** A comment was added */
export interface CommentCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** has parent; in a reply inReplyTo (Connect) or a comment as parent (Cloud) */
  readonly comment: ConfluenceComment;
}

/** A comment was edited */
export interface CommentUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** has parent; in a reply inReplyTo (Connect) or a comment as parent (Cloud) */
  readonly comment: ConfluenceComment;
}

/** A comment was deleted */
export interface CommentRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** has parent; in a reply inReplyTo (Connect) or a comment as parent (Cloud) */
  readonly comment: ConfluenceComment;
}

/** Content of any type, content properties included, was created */
export interface ContentCreated {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly title: string;
  readonly space: ConfluenceContentSpace;
  readonly history: ConfluenceContentHistory;
  readonly version: ConfluenceContentVersion;
  readonly macroRenderedOutput: { readonly [member: string]: unknown };
  readonly metadata: ConfluenceContentMetadata;
  readonly _expandable: { readonly [member: string]: unknown };
  readonly _links: ConfluenceContentLinks;
}

/** Content was changed */
export interface ContentUpdated {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly title: string;
  readonly space: ConfluenceContentSpace;
  readonly history: ConfluenceContentHistory;
  readonly version: ConfluenceContentVersion;
  readonly macroRenderedOutput: { readonly [member: string]: unknown };
  readonly metadata: ConfluenceContentMetadata;
  readonly _expandable: { readonly [member: string]: unknown };
  readonly _links: ConfluenceContentLinks;
}

/** Content was moved to the trash */
export interface ContentTrashed {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly title: string;
  readonly space: ConfluenceContentSpace;
  readonly history: ConfluenceContentHistory;
  readonly version: ConfluenceContentVersion;
  readonly macroRenderedOutput: { readonly [member: string]: unknown };
  readonly metadata: ConfluenceContentMetadata;
  readonly _expandable: { readonly [member: string]: unknown };
  readonly _links: ConfluenceContentLinks;
}

/** Content came back from the trash */
export interface ContentRestored {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly title: string;
  readonly space: ConfluenceContentSpace;
  readonly history: ConfluenceContentHistory;
  readonly version: ConfluenceContentVersion;
  readonly macroRenderedOutput: { readonly [member: string]: unknown };
  readonly metadata: ConfluenceContentMetadata;
  readonly _expandable: { readonly [member: string]: unknown };
  readonly _links: ConfluenceContentLinks;
}

/** Content was deleted for good */
export interface ContentRemoved {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly title: string;
  readonly space: ConfluenceContentSpace;
  readonly history: ConfluenceContentHistory;
  readonly version: ConfluenceContentVersion;
  readonly macroRenderedOutput: { readonly [member: string]: unknown };
  readonly metadata: ConfluenceContentMetadata;
  readonly _expandable: { readonly [member: string]: unknown };
  readonly _links: ConfluenceContentLinks;
}

/** The restrictions of content changed */
export interface ContentPermissionsUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly content: ConfluencePage;
}

/** A user group was created */
export interface GroupCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** Cloud only, not confirmed */
  readonly group?: ConfluenceGroup;
}

/** A user group was deleted */
export interface GroupRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** Cloud only, not confirmed */
  readonly group?: ConfluenceGroup;
}

/** A label was put on content */
export interface LabelAdded {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly label: ConfluenceLabel;
  /** the labelled content, when there is one */
  readonly labeled?: ConfluenceLabeled;
}

/** A label was taken off content */
export interface LabelRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly label: ConfluenceLabel;
  /** the labelled content, when there is one */
  readonly labeled?: ConfluenceLabeled;
}

/** A label was used for the first time */
export interface LabelCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly label: ConfluenceLabel;
  /** the labelled content, when there is one */
  readonly labeled?: ConfluenceLabeled;
}

/** A label is not used anywhere any more */
export interface LabelDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly label: ConfluenceLabel;
  /** the labelled content, when there is one */
  readonly labeled?: ConfluenceLabeled;
}

/** A user signed in */
export interface Login {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly user: string;
  readonly remoteHost: string;
  readonly remoteIP: string;
}

/** An attempt to sign in failed */
export interface LoginFailed {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly user: string;
  readonly remoteHost: string;
  readonly remoteIP: string;
}

/** A user signed out */
export interface Logout {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly user: string;
  readonly remoteHost: string;
  readonly remoteIP: string;
}

/** A page was published */
export interface PageCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A page was edited */
export interface PageUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A page was opened */
export interface PageViewed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A page was moved below another parent or to another space */
export interface PageMoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
  readonly oldParent?: ConfluencePage;
  readonly newParent?: ConfluencePage;
}

/** The order of the children of a page changed */
export interface PageChildrenReordered {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
  readonly oldSortedChildren?: readonly ConfluencePage[];
  readonly newSortedChildren?: readonly ConfluencePage[];
}

/** A page was moved to the trash */
export interface PageTrashed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A page came back from the trash */
export interface PageRestored {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A page was deleted from the trash */
export interface PageRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly page: ConfluencePage;
  /** Cloud only */
  readonly updateTrigger?: string;
  /** Cloud only */
  readonly suppressNotifications?: boolean;
}

/** A page was archived */
export interface PageArchived {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** A page came back from the archive */
export interface PageUnarchived {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** A page was copied */
export interface PageCopied {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** A live doc was created */
export interface PageInitialized {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** The first editing session of a live doc ended */
export interface PageStarted {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** An editing session of a live doc ended */
export interface PageSnapshotted {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** A live doc was turned into a page */
export interface PagePublished {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly page: ConfluencePage;
}

/** A page was created from a blueprint */
export interface BlueprintPageCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly blueprintContext: { readonly [member: string]: unknown };
  readonly blueprint: ConfluenceBlueprint;
  /** a user key */
  readonly creator: string;
  readonly page: ConfluencePage;
}

/** A relation between two entities was created */
export interface RelationCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly name: string;
  readonly source: ConfluenceRelationEnd;
  readonly target: ConfluenceRelationEnd;
  readonly userAccountId?: string;
  readonly accountType?: string;
  readonly relationData?: { readonly [member: string]: unknown };
}

/** A relation between two entities was deleted */
export interface RelationDeleted {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly name: string;
  readonly source: ConfluenceRelationEnd;
  readonly target: ConfluenceRelationEnd;
  readonly userAccountId?: string;
  readonly accountType?: string;
  readonly relationData?: { readonly [member: string]: unknown };
}

/** A search was run */
export interface SearchPerformed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** number of hits */
  readonly results: number;
  readonly user?: string;
  readonly query?: string;
  readonly spaceKeys?: readonly unknown[];
  readonly spaceCategories?: readonly unknown[];
}

/** A space was created */
export interface SpaceCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when the event has none */
  readonly space?: ConfluenceSpace;
}

/** The details of a space changed */
export interface SpaceUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when the event has none */
  readonly space?: ConfluenceSpace;
}

/** The logo of a space changed */
export interface SpaceLogoUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when the event has none */
  readonly space?: ConfluenceSpace;
}

/** The permissions of a space changed */
export interface SpacePermissionsUpdated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when the event has none */
  readonly space?: ConfluenceSpace;
}

/** A space was deleted */
export interface SpaceRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when the event has none */
  readonly space?: ConfluenceSpace;
}

/** A space was moved to the trash */
export interface SpaceTrashed {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly space: ConfluenceSpace;
}

/** A user set a status message */
export interface StatusCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly status: ConfluenceStatus;
}

/** A user cleared the status message */
export interface StatusCleared {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly status: ConfluenceStatus;
}

/** A status message was deleted */
export interface StatusRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  readonly status: ConfluenceStatus;
}

/** A theme was enabled */
export interface ThemeEnabled {
  /** epoch milliseconds */
  readonly timestamp: number;
  readonly userAccountId: string;
  /** customer in recorded bodies */
  readonly accountType: string;
  readonly theme?: { readonly [member: string]: unknown };
}

/** A user account was created */
export interface UserCreated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when it cannot be found */
  readonly userProfile?: ConfluenceProfile;
}

/** A user account was deactivated */
export interface UserDeactivated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when it cannot be found */
  readonly userProfile?: ConfluenceProfile;
}

/** A user account was enabled again */
export interface UserReactivated {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when it cannot be found */
  readonly userProfile?: ConfluenceProfile;
}

/** A user account was deleted */
export interface UserRemoved {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when it cannot be found */
  readonly userProfile?: ConfluenceProfile;
}

/** A user started to follow another user */
export interface UserFollowed {
  /** epoch milliseconds */
  readonly timestamp: number;
  /** older name of username; empty when anonymous */
  readonly user?: string;
  readonly username?: string;
  readonly userKey?: string;
  /** Cloud only */
  readonly userAccountId?: string;
  /** Cloud only; customer in recorded bodies */
  readonly accountType?: string;
  /** the event name; Data Center only, which sends no more than ids beside it */
  readonly event?: string;
  /** absent when it cannot be found */
  readonly userProfile?: ConfluenceProfile;
}

/** The data policy that applies to an app changed */
export interface AppPolicyChanged {
  /** epoch milliseconds */
  readonly timestamp?: number;
}

/** The app lost access to objects */
export interface AppAccessToObjectsBlocked {
  /** epoch milliseconds */
  readonly timestamp?: number;
}

/** The app lost access to the objects of a container */
export interface AppAccessToObjectsInContainerBlocked {
  /** epoch milliseconds */
  readonly timestamp?: number;
}

export interface ConfluencePage {
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
  /** Cloud since 2024 */
  readonly idAsString?: string;
  /** a number in older bodies */
  readonly id: number | string;
  /** its page for people */
  readonly self: string;
  readonly version: number;
  /** Cloud */
  readonly contentType?: string;
  /** Cloud since 2024 */
  readonly spaceId?: number;
  readonly title: string;
  readonly spaceKey: string;
}

export interface ConfluenceAttachment {
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
  /** Cloud since 2024 */
  readonly idAsString?: string;
  /** a number in older bodies */
  readonly id: number | string;
  /** its page for people */
  readonly self: string;
  readonly version: number;
  /** Cloud */
  readonly contentType?: string;
  /** Cloud since 2024 */
  readonly spaceId?: number;
  readonly fileName: string;
  /** bytes */
  readonly fileSize: number;
  readonly comment: string;
  /** Cloud */
  readonly title?: string;
  /** Cloud */
  readonly spaceKey?: string;
}

export interface ConfluenceBlog {
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
  /** Cloud since 2024 */
  readonly idAsString?: string;
  /** a number in older bodies */
  readonly id: number | string;
  /** its page for people */
  readonly self: string;
  readonly version: number;
  /** Cloud */
  readonly contentType?: string;
  /** Cloud since 2024 */
  readonly spaceId?: number;
  readonly title: string;
  readonly spaceKey: string;
}

export interface ConfluenceComment {
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
  /** Cloud since 2024 */
  readonly idAsString?: string;
  /** a number in older bodies */
  readonly id: number | string;
  /** its page for people */
  readonly self: string;
  readonly version: number;
  /** Cloud */
  readonly contentType?: string;
  /** Cloud since 2024 */
  readonly spaceId?: number;
  readonly spaceKey: string;
  /** the commented content; in Cloud, of a reply the comment */
  readonly parent: ConfluenceCommentParent;
  /** Connect, of a reply */
  readonly inReplyTo?: ConfluenceReference;
}

export interface ConfluenceContentSpace {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  /** global or personal */
  readonly type: string;
  readonly status: string;
  readonly _links?: { readonly [member: string]: unknown };
  readonly _expandable?: { readonly [member: string]: unknown };
}

export interface ConfluenceContentHistory {
  readonly latest: boolean;
  readonly createdBy: ConfluenceUser;
  readonly createdDate: string;
  readonly _links?: { readonly [member: string]: unknown };
  readonly _expandable?: { readonly [member: string]: unknown };
}

export interface ConfluenceContentVersion {
  readonly by: ConfluenceUser;
  readonly when: string;
  /** just a moment ago */
  readonly friendlyWhen: string;
  readonly message: string;
  readonly number: number;
  readonly minorEdit: boolean;
  readonly contentTypeModified?: boolean;
  readonly _links?: { readonly [member: string]: unknown };
  readonly _expandable?: { readonly [member: string]: unknown };
}

export interface ConfluenceContentMetadata {
  readonly labels?: ConfluenceContentLabels;
  readonly _links?: { readonly [member: string]: unknown };
  readonly _expandable?: { readonly [member: string]: unknown };
}

export interface ConfluenceContentLinks {
  readonly context: string;
  readonly self: string;
  readonly collection: string;
  readonly webui: string;
  readonly base: string;
}

export interface ConfluenceGroup {
  readonly name: string;
  readonly type?: string;
}

export interface ConfluenceLabel {
  readonly name: string;
  /** Connect */
  readonly owner?: string;
  /** Connect */
  readonly ownerKey?: string;
  readonly title: string;
  readonly self: string;
}

export interface ConfluenceLabeled {
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
  /** Cloud since 2024 */
  readonly idAsString?: string;
  /** a number in older bodies */
  readonly id: number | string;
  /** its page for people */
  readonly self: string;
  readonly version: number;
  /** Cloud */
  readonly contentType?: string;
  /** Cloud since 2024 */
  readonly spaceId?: number;
  /** Connect */
  readonly labels?: readonly ConfluenceLabelName[];
  readonly title?: string;
  readonly spaceKey?: string;
}

export interface ConfluenceBlueprint {
  readonly id: string;
  readonly indexKey: string;
  readonly spaceKey: string;
  readonly i18nNameKey: string;
  readonly indexTitleI18nKey: string;
  readonly moduleCompleteKey: string;
  readonly createResult: string;
  readonly howToUseTemplate: string;
}

export interface ConfluenceRelationEnd {
  readonly type?: string;
  readonly accountId?: string;
  readonly id?: string;
}

export interface ConfluenceSpace {
  readonly key: string;
  readonly title: string;
  readonly description?: string;
  readonly isPersonalSpace: boolean;
  readonly self: string;
  readonly homePage?: ConfluenceReference;
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
}

export interface ConfluenceStatus {
  readonly id: number;
  readonly content: string;
  readonly self: string;
  readonly creatorName: string;
  readonly creatorKey: string;
  readonly creationDate: number;
  readonly isCurrent: boolean;
}

export interface ConfluenceProfile {
  /** Connect */
  readonly userKey?: string;
  /** Connect */
  readonly username?: string;
  /** Connect */
  readonly email?: string;
  /** Cloud */
  readonly userAccountId?: string;
  readonly fullName: string;
}

export interface ConfluenceCommentParent {
  /** Connect */
  readonly creatorName?: string;
  /** Connect */
  readonly creatorKey?: string;
  /** Connect */
  readonly lastModifierName?: string;
  /** Connect */
  readonly lastModifierKey?: string;
  /** Cloud */
  readonly creatorAccountId?: string;
  /** Cloud */
  readonly lastModifierAccountId?: string;
  /** epoch milliseconds */
  readonly creationDate: number;
  /** epoch milliseconds */
  readonly modificationDate: number;
  /** Cloud since 2024 */
  readonly idAsString?: string;
  /** a number in older bodies */
  readonly id: number | string;
  /** its page for people */
  readonly self: string;
  readonly version: number;
  /** Cloud */
  readonly contentType?: string;
  /** Cloud since 2024 */
  readonly spaceId?: number;
  readonly title?: string;
  readonly spaceKey: string;
}

export interface ConfluenceReference {
  readonly id: number | string;
}

export interface ConfluenceUser {
  /** known, unknown or anonymous */
  readonly type: string;
  readonly accountId?: string;
  readonly accountType?: string;
  /** empty where the profile hides it */
  readonly email?: string;
  readonly publicName?: string;
  readonly profilePicture?: ConfluencePicture;
  readonly displayName: string;
  readonly isExternalCollaborator?: boolean;
  readonly _links?: { readonly [member: string]: unknown };
  readonly _expandable?: { readonly [member: string]: unknown };
}

export interface ConfluenceContentLabels {
  readonly results: readonly { readonly [member: string]: unknown }[];
  readonly start: number;
  readonly limit: number;
  readonly size: number;
  readonly _links?: { readonly [member: string]: unknown };
  readonly _expandable?: { readonly [member: string]: unknown };
}

export interface ConfluenceLabelName {
  readonly name: string;
}

export interface ConfluencePicture {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly isDefault: boolean;
}
