/**
 * The Confluence events: the 53 that Atlassian Connect listed in 2013, and those that Confluence Cloud added.
 * A body never says which event it is. `sample` is the Connect age's form and `cloudSample` today's, where both exist.
 */

import { eventTable, field, optional, SAMPLE_AT, shaped } from "../event-type.ts";
import { hostEvents } from "../host-events.ts";
import { OSCAR } from "../sample-people.ts";
import {
  ATTACHMENT,
  BASE,
  BLOG,
  CLOUD,
  CLOUD_ATTACHMENT,
  CLOUD_BLOG,
  CLOUD_COMMENT,
  CLOUD_LABEL,
  CLOUD_PAGE,
  CLOUD_PROFILE,
  CLOUD_SPACE,
  cloudPage,
  COMMENT,
  CONNECT,
  CONTENT,
  LABEL,
  LABELED,
  NEAP_TIDES,
  PAGE,
  PROFILE,
  SPACE,
  SPRING_TIDES,
  STATUS,
  written,
} from "./entities.ts";

const TIMESTAMP = field("timestamp", "integer", "epoch milliseconds");
/** Connect bodies have the user fields, Cloud bodies the account fields; which of them depends on the site. */
const HEAD = [
  TIMESTAMP,
  ...optional(
    field("user", "string", "older name of username; empty when anonymous"),
    field("username", "string"),
    field("userKey", "string"),
    field("userAccountId", "string", "Cloud only"),
    field("accountType", "string", "Cloud only; customer in recorded bodies"),
    field("event", "string", "the event name; Data Center only, which sends no more than ids beside it"),
  ),
];
const CLOUD_HEAD = [
  TIMESTAMP,
  field("userAccountId", "string"),
  field("accountType", "string", "customer in recorded bodies"),
];
const UPDATE_TRIGGER = optional(
  field("updateTrigger", "string", "Cloud only"),
  field("suppressNotifications", "boolean", "Cloud only"),
);
const UNDOCUMENTED = "The body is not documented";

const attachment = {
  group: "attachment",
  confidence: "source",
  fields: [
    ...HEAD,
    shaped("attachedTo", "ConfluencePage", "the content that holds the attachment"),
    shaped("attachments", "ConfluenceAttachment[]", "one entry per attachment"),
  ],
  sample: { ...CONNECT, attachedTo: PAGE, attachments: [ATTACHMENT] },
  cloudSample: { ...CLOUD, attachedTo: CLOUD_PAGE, attachments: [CLOUD_ATTACHMENT] },
  cloudConfidence: "guessed",
} as const;

const cloudAttachment = {
  group: "attachment",
  confidence: "derived",
  fields: [
    ...CLOUD_HEAD,
    shaped("attachedTo", "ConfluencePage"),
    shaped("attachments", "ConfluenceAttachment[]"),
  ],
  sample: attachment.cloudSample,
} as const;

const blog = {
  group: "blog",
  confidence: "source",
  fields: [...HEAD, shaped("blog", "ConfluenceBlog"), ...UPDATE_TRIGGER],
  sample: { ...CONNECT, blog: BLOG },
  cloudSample: { ...CLOUD, blog: CLOUD_BLOG },
  cloudConfidence: "guessed",
} as const;

const comment = {
  group: "comment",
  confidence: "source",
  fields: [
    ...HEAD,
    shaped(
      "comment",
      "ConfluenceComment",
      "has parent; in a reply inReplyTo (Connect) or a comment as parent (Cloud)",
    ),
  ],
  sample: { ...CONNECT, comment: COMMENT },
  cloudSample: { ...CLOUD, comment: CLOUD_COMMENT },
  cloudConfidence: "derived",
} as const;

const groupEvent = {
  group: "group",
  confidence: "derived",
  note: "The Connect age sent the envelope only, without the group",
  fields: [...HEAD, ...optional(shaped("group", "ConfluenceGroup", "Cloud only, not confirmed"))],
  sample: CONNECT,
  cloudSample: { ...CLOUD, group: { name: "harbour-pilots", type: "group" } },
  cloudConfidence: "guessed",
} as const;

const label = {
  group: "label",
  confidence: "source",
  fields: [
    ...HEAD,
    shaped("label", "ConfluenceLabel"),
    ...optional(shaped("labeled", "ConfluenceLabeled", "the labelled content, when there is one")),
  ],
  sample: { ...CONNECT, label: LABEL },
  cloudSample: { ...CLOUD, label: CLOUD_LABEL },
  cloudConfidence: "guessed",
} as const;

const labelling = {
  ...label,
  sample: { ...label.sample, labeled: LABELED },
  cloudSample: { ...label.cloudSample, labeled: CLOUD_PAGE },
} as const;

const session = {
  group: "security",
  status: "legacy",
  confidence: "source",
  fields: [TIMESTAMP, field("user", "string"), field("remoteHost", "string"), field("remoteIP", "string")],
  sample: {
    timestamp: SAMPLE_AT,
    user: CONNECT.user,
    remoteHost: "desk-14.harbourline.example",
    remoteIP: "203.0.113.24",
  },
} as const;

const page = {
  group: "page",
  confidence: "source",
  fields: [...HEAD, shaped("page", "ConfluencePage"), ...UPDATE_TRIGGER],
  sample: { ...CONNECT, page: PAGE },
  cloudSample: { ...CLOUD, page: CLOUD_PAGE },
  cloudConfidence: "capture",
} as const;

const cloudOnlyPage = {
  group: "page",
  confidence: "derived",
  fields: [...CLOUD_HEAD, shaped("page", "ConfluencePage")],
  sample: page.cloudSample,
} as const;

const space = {
  group: "space",
  confidence: "source",
  fields: [...HEAD, ...optional(shaped("space", "ConfluenceSpace", "absent when the event has none"))],
  sample: { ...CONNECT, space: SPACE },
  cloudSample: { ...CLOUD, space: CLOUD_SPACE },
  cloudConfidence: "guessed",
} as const;

const status = {
  group: "status",
  status: "legacy",
  confidence: "source",
  fields: [...HEAD, shaped("status", "ConfluenceStatus")],
  sample: { ...CONNECT, status: STATUS },
} as const;

const user = {
  group: "user",
  confidence: "source",
  fields: [
    ...HEAD,
    ...optional(shaped("userProfile", "ConfluenceProfile", "absent when it cannot be found")),
  ],
  sample: { ...CONNECT, userProfile: PROFILE },
  cloudSample: { ...CLOUD, userProfile: CLOUD_PROFILE },
  cloudConfidence: "guessed",
} as const;

const content = {
  group: "content",
  confidence: "capture",
  note: "The bare REST resource, without an envelope",
  fields: [
    ...["id", "type", "status", "title"].map((name) => field(name, "string")),
    shaped("space", "ConfluenceContentSpace"),
    shaped("history", "ConfluenceContentHistory"),
    shaped("version", "ConfluenceContentVersion"),
    field("macroRenderedOutput", "object"),
    shaped("metadata", "ConfluenceContentMetadata"),
    field("_expandable", "object"),
    shaped("_links", "ConfluenceContentLinks"),
  ],
  sample: CONTENT,
} as const;

const REVIEW_TITLE = "Berth review 12 Nov";
const FROM_BLUEPRINT = {
  blueprintContext: { spaceKey: "HARB", title: REVIEW_TITLE },
  blueprint: {
    id: "0b1b6d1a-57d9-4a8e-9c0b-7f7a4b6f7d11",
    indexKey: "berth-review",
    spaceKey: "HARB",
    i18nNameKey: "berth.review.name",
    indexTitleI18nKey: "berth.review.index.title",
    moduleCompleteKey: "com.example.tide-inspector:berth-review",
    createResult: "view",
    howToUseTemplate: "",
  },
};

const relation = {
  group: "relation",
  confidence: "guessed",
  fields: [
    TIMESTAMP,
    field("name", "string"),
    shaped("source", "ConfluenceRelationEnd"),
    shaped("target", "ConfluenceRelationEnd"),
    ...optional(
      field("userAccountId", "string"),
      field("accountType", "string"),
      field("relationData", "object"),
    ),
  ],
  sample: {
    ...CLOUD,
    name: "favourite",
    source: { type: "user", accountId: OSCAR.accountId },
    target: { type: "content", id: CLOUD_PAGE.idAsString },
    relationData: { name: "favourite" },
  },
} as const;

const app = {
  group: "app",
  confidence: "guessed",
  note: UNDOCUMENTED,
  fields: optional(TIMESTAMP),
  sample: { timestamp: SAMPLE_AT },
} as const;

export const EVENTS = eventTable({
  ...hostEvents({
    product: "confluence",
    clientKey: "confluence:6d2a7f10-5c1b-4e0e-9c55-2b8a6f1f7c11",
    baseUrl: BASE,
    description: "Harbourline wiki",
    versionBefore: "5980",
    version: "5982",
  }),

  attachment_created: { ...attachment, description: "An attachment was uploaded" },
  attachment_updated: {
    ...attachment,
    description: "A new version or new metadata of an attachment was saved",
  },
  attachment_viewed: { ...attachment, description: "An attachment was opened or downloaded" },
  attachment_removed: { ...attachment, description: "An attachment was deleted for good" },
  attachment_archived: { ...cloudAttachment, description: "An attachment was archived" },
  attachment_unarchived: { ...cloudAttachment, description: "An attachment came back from the archive" },
  attachment_trashed: { ...cloudAttachment, description: "An attachment was moved to the trash" },
  attachment_restored: { ...cloudAttachment, description: "An attachment came back from the trash" },

  blog_created: { ...blog, description: "A blog post was published" },
  blog_updated: {
    ...blog,
    description: "A blog post was edited",
    cloudSample: { ...blog.cloudSample, updateTrigger: "edit_page" },
  },
  blog_viewed: { ...blog, description: "A blog post was opened" },
  blog_trashed: { ...blog, description: "A blog post was moved to the trash" },
  blog_restored: { ...blog, description: "A blog post came back from the trash" },
  blog_removed: { ...blog, description: "A blog post was deleted for good" },
  blog_moved: {
    group: "blog",
    description: "A blog post was moved to another space",
    confidence: "derived",
    fields: [...CLOUD_HEAD, shaped("blog", "ConfluenceBlog")],
    sample: blog.cloudSample,
  },

  cache_statistics_changed: {
    group: "system",
    description: "The cache statistics of the host changed",
    status: "legacy",
    confidence: "guessed",
    note: "Named in the documentation of 2013; nothing was ever seen to send it",
    fields: HEAD,
    sample: CONNECT,
  },

  comment_created: {
    ...comment,
    description: "A comment was added",
    sample: { ...CONNECT, comment: { ...COMMENT, inReplyTo: { id: 4817001 } } },
    cloudConfidence: "capture",
  },
  comment_updated: { ...comment, description: "A comment was edited" },
  comment_removed: { ...comment, description: "A comment was deleted" },

  content_created: {
    ...content,
    description: "Content of any type, content properties included, was created",
  },
  content_updated: { ...content, description: "Content was changed" },
  content_trashed: { ...content, confidence: "derived", description: "Content was moved to the trash" },
  content_restored: { ...content, confidence: "derived", description: "Content came back from the trash" },
  content_removed: { ...content, description: "Content was deleted for good" },
  content_permissions_updated: {
    group: "content",
    description: "The restrictions of content changed",
    confidence: "source",
    fields: [...HEAD, shaped("content", "ConfluencePage")],
    sample: { ...CONNECT, content: PAGE },
    cloudSample: { ...CLOUD, content: CLOUD_PAGE },
    cloudConfidence: "guessed",
  },

  group_created: { ...groupEvent, description: "A user group was created" },
  group_removed: { ...groupEvent, description: "A user group was deleted" },

  label_added: { ...labelling, description: "A label was put on content" },
  label_removed: { ...labelling, description: "A label was taken off content" },
  label_created: { ...label, description: "A label was used for the first time" },
  label_deleted: { ...label, description: "A label is not used anywhere any more" },

  login: { ...session, description: "A user signed in" },
  login_failed: { ...session, description: "An attempt to sign in failed" },
  logout: { ...session, description: "A user signed out" },

  page_created: { ...page, description: "A page was published" },
  page_updated: {
    ...page,
    description: "A page was edited",
    cloudSample: { ...page.cloudSample, updateTrigger: "edit_page", suppressNotifications: false },
  },
  page_viewed: { ...page, description: "A page was opened", cloudConfidence: "derived" },
  page_moved: {
    ...page,
    description: "A page was moved below another parent or to another space",
    note: "No recorded Cloud body has oldParent or newParent",
    fields: [
      ...page.fields,
      ...optional(shaped("oldParent", "ConfluencePage"), shaped("newParent", "ConfluencePage")),
    ],
    sample: {
      ...page.sample,
      oldParent: written(4816897, "Harbour Office Home"),
      newParent: written(4816950, "Data imports"),
    },
    cloudConfidence: "capture",
  },
  page_children_reordered: {
    ...page,
    description: "The order of the children of a page changed",
    fields: [
      ...page.fields,
      ...optional(
        shaped("oldSortedChildren", "ConfluencePage[]"),
        shaped("newSortedChildren", "ConfluencePage[]"),
      ),
    ],
    sample: {
      ...page.sample,
      oldSortedChildren: [SPRING_TIDES, NEAP_TIDES],
      newSortedChildren: [NEAP_TIDES, SPRING_TIDES],
    },
    cloudConfidence: "guessed",
  },
  page_trashed: { ...page, description: "A page was moved to the trash" },
  page_restored: { ...page, description: "A page came back from the trash" },
  page_removed: { ...page, description: "A page was deleted from the trash" },
  page_archived: { ...cloudOnlyPage, description: "A page was archived" },
  page_unarchived: { ...cloudOnlyPage, description: "A page came back from the archive" },
  page_copied: { ...cloudOnlyPage, description: "A page was copied" },
  page_initialized: { ...cloudOnlyPage, description: "A live doc was created" },
  page_started: { ...cloudOnlyPage, description: "The first editing session of a live doc ended" },
  page_snapshotted: { ...cloudOnlyPage, description: "An editing session of a live doc ended" },
  page_published: { ...cloudOnlyPage, description: "A live doc was turned into a page" },
  blueprint_page_created: {
    group: "page",
    description: "A page was created from a blueprint",
    confidence: "source",
    fields: [
      ...HEAD,
      field("blueprintContext", "object"),
      shaped("blueprint", "ConfluenceBlueprint"),
      field("creator", "string", "a user key"),
      shaped("page", "ConfluencePage"),
    ],
    sample: {
      ...CONNECT,
      ...FROM_BLUEPRINT,
      creator: CONNECT.userKey,
      page: written(4817300, REVIEW_TITLE),
    },
    cloudSample: {
      ...CLOUD,
      ...FROM_BLUEPRINT,
      creator: OSCAR.accountId,
      page: cloudPage(91423300, REVIEW_TITLE, 1),
    },
    cloudConfidence: "guessed",
  },

  relation_created: { ...relation, description: "A relation between two entities was created" },
  relation_deleted: { ...relation, description: "A relation between two entities was deleted" },

  search_performed: {
    group: "search",
    description: "A search was run",
    confidence: "source",
    fields: [
      TIMESTAMP,
      field("results", "integer", "number of hits"),
      ...optional(
        field("user", "string"),
        field("query", "string"),
        field("spaceKeys", "array"),
        field("spaceCategories", "array"),
      ),
    ],
    sample: {
      timestamp: SAMPLE_AT,
      results: 7,
      user: CONNECT.user,
      query: "berth plan",
      spaceKeys: ["HARB"],
    },
  },

  space_created: { ...space, description: "A space was created" },
  space_updated: { ...space, description: "The details of a space changed" },
  space_logo_updated: { ...space, description: "The logo of a space changed" },
  space_permissions_updated: { ...space, description: "The permissions of a space changed" },
  space_removed: { ...space, description: "A space was deleted" },
  space_trashed: {
    group: "space",
    description: "A space was moved to the trash",
    confidence: "derived",
    fields: [...CLOUD_HEAD, shaped("space", "ConfluenceSpace")],
    sample: space.cloudSample,
  },

  status_created: {
    ...status,
    description: "A user set a status message",
    sample: { ...CONNECT, status: { ...STATUS, isCurrent: true } },
  },
  status_cleared: { ...status, description: "A user cleared the status message" },
  status_removed: { ...status, description: "A status message was deleted" },

  theme_enabled: {
    group: "system",
    description: "A theme was enabled",
    confidence: "guessed",
    fields: [...CLOUD_HEAD, ...optional(field("theme", "object"))],
    sample: { ...CLOUD, theme: { key: "com.example.harbour-theme" } },
  },

  user_created: { ...user, description: "A user account was created" },
  user_deactivated: { ...user, description: "A user account was deactivated" },
  user_reactivated: { ...user, description: "A user account was enabled again" },
  user_removed: { ...user, description: "A user account was deleted" },
  user_followed: {
    ...user,
    description: "A user started to follow another user",
    confidence: "derived",
    note: "Whether the Connect age sent userProfile is not confirmed",
    sample: CONNECT,
  },

  app_policy_changed: { ...app, description: "The data policy that applies to an app changed" },
  app_access_to_objects_blocked: { ...app, description: "The app lost access to objects" },
  app_access_to_objects_in_container_blocked: {
    ...app,
    description: "The app lost access to the objects of a container",
  },
});
