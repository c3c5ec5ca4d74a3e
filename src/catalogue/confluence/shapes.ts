/**
 * The objects in Confluence bodies, of both ages: of the Connect years, read in the mappers of Atlassian's Connect plugin, and of
 * Cloud, from 12 recorded bodies (2021 to 2026). A member without `?` is in all of them.
 */
import { createShapes } from "../shapes.ts";
import type { Shape } from "../shapes.ts";

const CONNECT = "Connect";
const CLOUD = "Cloud";
const NEWER_CLOUD = "Cloud since 2024";

/** Whoever wrote something, by user name and key or by account. */
const written: Shape = {
  "creatorName?": ["string", CONNECT],
  "creatorKey?": ["string", CONNECT],
  "lastModifierName?": ["string", CONNECT],
  "lastModifierKey?": ["string", CONNECT],
  "creatorAccountId?": ["string", CLOUD],
  "lastModifierAccountId?": ["string", CLOUD],
  creationDate: ["integer", "epoch milliseconds"],
  modificationDate: ["integer", "epoch milliseconds"],
};

const content: Shape = {
  ...written,
  "idAsString?": ["string", NEWER_CLOUD],
  id: ["integer | string", "a number in older bodies"],
  self: ["string", "its page for people"],
  version: "integer",
  "contentType?": ["string", CLOUD],
  "spaceId?": ["integer", NEWER_CLOUD],
};

const ConfluencePage: Shape = { ...content, title: "string", spaceKey: "string" };

const ConfluenceComment: Shape = {
  ...content,
  spaceKey: "string",
  parent: ["ConfluenceCommentParent", "the commented content; in Cloud, of a reply the comment"],
  "inReplyTo?": ["ConfluenceReference", "Connect, of a reply"],
};

const rest: Shape = { "_links?": "object", "_expandable?": "object" };

const ConfluenceUser: Shape = {
  type: ["string", "known, unknown or anonymous"],
  "accountId?": "string",
  "accountType?": "string",
  "email?": ["string", "empty where the profile hides it"],
  "publicName?": "string",
  "profilePicture?": "ConfluencePicture",
  displayName: "string",
  "isExternalCollaborator?": "boolean",
  ...rest,
};

export const CONFLUENCE_SHAPES = createShapes({
  ConfluencePage,
  ConfluenceBlog: ConfluencePage,
  ConfluenceComment,
  ConfluenceCommentParent: { ...content, "title?": "string", spaceKey: "string" },
  ConfluenceReference: { id: "integer | string" },
  ConfluenceAttachment: {
    ...content,
    fileName: "string",
    fileSize: ["integer", "bytes"],
    comment: "string",
    "title?": ["string", CLOUD],
    "spaceKey?": ["string", CLOUD],
  },
  ConfluenceLabel: {
    name: "string",
    "owner?": ["string", CONNECT],
    "ownerKey?": ["string", CONNECT],
    title: "string",
    self: "string",
  },
  ConfluenceLabeled: {
    ...content,
    "labels?": ["ConfluenceLabelName[]", CONNECT],
    "title?": "string",
    "spaceKey?": "string",
  },
  ConfluenceLabelName: { name: "string" },
  ConfluenceSpace: {
    key: "string",
    title: "string",
    "description?": "string",
    isPersonalSpace: "boolean",
    self: "string",
    "homePage?": "ConfluenceReference",
    ...written,
  },
  ConfluenceStatus: {
    id: "integer",
    content: "string",
    self: "string",
    creatorName: "string",
    creatorKey: "string",
    creationDate: "integer",
    isCurrent: "boolean",
  },
  ConfluenceProfile: {
    "userKey?": ["string", CONNECT],
    "username?": ["string", CONNECT],
    "email?": ["string", CONNECT],
    "userAccountId?": ["string", CLOUD],
    fullName: "string",
  },
  ConfluenceGroup: { name: "string", "type?": "string" },

  /** What the REST API calls things, in the events of content of any type. */
  ConfluenceUser,
  ConfluencePicture: { path: "string", width: "integer", height: "integer", isDefault: "boolean" },
  ConfluenceContentSpace: {
    id: "integer",
    key: "string",
    name: "string",
    type: ["string", "global or personal"],
    status: "string",
    ...rest,
  },
  ConfluenceContentHistory: {
    latest: "boolean",
    createdBy: "ConfluenceUser",
    createdDate: "string",
    ...rest,
  },
  ConfluenceContentVersion: {
    by: "ConfluenceUser",
    when: "string",
    friendlyWhen: ["string", "just a moment ago"],
    message: "string",
    number: "integer",
    minorEdit: "boolean",
    "contentTypeModified?": "boolean",
    ...rest,
  },
  ConfluenceContentMetadata: { "labels?": "ConfluenceContentLabels", ...rest },
  ConfluenceContentLabels: {
    results: "object[]",
    start: "integer",
    limit: "integer",
    size: "integer",
    ...rest,
  },
  ConfluenceContentLinks: {
    context: "string",
    self: "string",
    collection: "string",
    webui: "string",
    base: "string",
  },
  ConfluenceBlueprint: {
    id: "string",
    indexKey: "string",
    spaceKey: "string",
    i18nNameKey: "string",
    indexTitleI18nKey: "string",
    moduleCompleteKey: "string",
    createResult: "string",
    howToUseTemplate: "string",
  },
  ConfluenceRelationEnd: { "type?": "string", "accountId?": "string", "id?": "string" },
});
