/**
 * The pages, people and spaces of the Confluence samples, in the words of both ages: the Connect bodies of 2013, which
 * name people by user name and user key, and the bodies of Confluence Cloud, which know account ids only.
 */

import { SAMPLE_AT } from "../event-type.ts";
import { BRUNA, MAJA, OSCAR } from "../sample-people.ts";
import type { SamplePerson } from "../sample-people.ts";

export const BASE = "https://wiki.harbourline.example/wiki";
const CLOUD_BASE = "https://harbourline.example.net/wiki";

/** First members of a Connect body. `user` is an older name of `username`. */
export const CONNECT = {
  timestamp: SAMPLE_AT,
  user: MAJA.username,
  username: MAJA.username,
  userKey: MAJA.userKey,
};

/** Members of a Cloud body beside its entity. */
export const CLOUD = { userAccountId: OSCAR.accountId, accountType: "customer", timestamp: SAMPLE_AT };

const WRITTEN = {
  creatorName: MAJA.username,
  creatorKey: MAJA.userKey,
  lastModifierName: OSCAR.username,
  lastModifierKey: OSCAR.userKey,
  creationDate: 1730539800123,
  modificationDate: 1731403798623,
};

const CLOUD_WRITTEN = {
  creatorAccountId: MAJA.accountId,
  spaceKey: "HARB",
  spaceId: 2293761,
  creationDate: 1730539800123,
  modificationDate: 1731403798623,
  lastModifierAccountId: OSCAR.accountId,
};

/** A page or blog post of a Connect body. */
export const written = (id: number, title: string, version = 1) => ({
  ...WRITTEN,
  id,
  title,
  version,
  self: `${BASE}/display/HARB/${title.replaceAll(" ", "+")}`,
  spaceKey: "HARB",
});

/** The address of a page or blog post in Cloud: its title is the end of it. */
const cloudAddress = (id: number, title: string, folder = "pages") =>
  `${CLOUD_BASE}/spaces/HARB/${folder}/${id}/${title.replaceAll(" ", "+")}`;

/** A page of a Cloud body; the id is there twice, as a number and as text. */
export const cloudPage = (id: number, title: string, version: number) => ({
  idAsString: String(id),
  ...CLOUD_WRITTEN,
  self: cloudAddress(id, title),
  id,
  title,
  contentType: "page",
  version,
});

export const PAGE = written(4816922, "Tide table imports", 3);
export const BLOG = written(4816990, "Autumn mooring notes");
export const SPRING_TIDES = written(4816930, "Spring tides");
export const NEAP_TIDES = written(4816931, "Neap tides");
export const CLOUD_PAGE = cloudPage(91422722, "Tide table imports", 3);

export const ATTACHMENT = {
  fileName: "berth-plan.png",
  version: 1,
  comment: "",
  fileSize: 48213,
  id: 4817101,
  creatorName: MAJA.username,
  creatorKey: MAJA.userKey,
  creationDate: 1731403796123,
  lastModifierName: MAJA.username,
  lastModifierKey: MAJA.userKey,
  modificationDate: 1731403796123,
  self: `${BASE}/download/attachments/4816922/berth-plan.png?version=1`,
};

export const COMMENT = {
  ...WRITTEN,
  id: 4817044,
  version: 1,
  self: `${BASE}/display/HARB/Tide+table+imports?focusedCommentId=4817044#comment-4817044`,
  spaceKey: "HARB",
  parent: PAGE,
};

export const LABEL = {
  name: "pilotage",
  owner: MAJA.username,
  ownerKey: MAJA.userKey,
  title: "pilotage",
  self: `${BASE}/label/HARB/pilotage`,
};

export const SPACE = {
  key: "HARB",
  title: "Harbour Office",
  description: "Notes of the harbour office",
  isPersonalSpace: false,
  self: `${BASE}/display/HARB`,
  homePage: { id: 4816897 },
  creatorName: MAJA.username,
  creatorKey: MAJA.userKey,
  creationDate: 1721763800123,
  lastModifierName: OSCAR.username,
  lastModifierKey: OSCAR.userKey,
  modificationDate: 1731403799223,
};

export const STATUS = {
  id: 4817200,
  content: "At the east pier until noon",
  self: `${BASE}/display/~mlindqvist/Status+4817200`,
  creatorName: MAJA.username,
  creatorKey: MAJA.userKey,
  creationDate: 1731403799623,
  isCurrent: false,
};

export const PROFILE = {
  userKey: BRUNA.userKey,
  username: BRUNA.username,
  email: BRUNA.email,
  fullName: BRUNA.displayName,
};

export const LABELED = { labels: [{ name: LABEL.name }], ...PAGE };

export const CLOUD_BLOG = {
  idAsString: "91422799",
  ...CLOUD_WRITTEN,
  self: cloudAddress(91422799, BLOG.title, "blog/2024/11/02"),
  id: 91422799,
  title: BLOG.title,
  contentType: "blogpost",
  version: 1,
};

export const CLOUD_ATTACHMENT = {
  idAsString: "91422901",
  ...CLOUD_WRITTEN,
  self: `${CLOUD_PAGE.self}?preview=%2F91422722%2F91422901%2Fberth-plan.png`,
  id: 91422901,
  title: "berth-plan.png",
  contentType: "attachment",
  version: 1,
  fileName: "berth-plan.png",
  fileSize: 48213,
  comment: "",
};

/** In the newest bodies of comments, ids are text. */
export const CLOUD_COMMENT = {
  idAsString: "91422850",
  ...CLOUD_WRITTEN,
  self: `${CLOUD_PAGE.self}?focusedCommentId=91422850`,
  id: "91422850",
  contentType: "comment",
  version: 1,
  parent: { ...CLOUD_PAGE, id: CLOUD_PAGE.idAsString },
};

export const CLOUD_LABEL = {
  name: "pilotage",
  title: "pilotage",
  self: `${CLOUD_BASE}/label/HARB/pilotage`,
};

export const CLOUD_SPACE = {
  key: "HARB",
  title: "Harbour Office",
  isPersonalSpace: false,
  self: `${CLOUD_BASE}/spaces/HARB`,
  creatorAccountId: MAJA.accountId,
  creationDate: 1721763800123,
  lastModifierAccountId: OSCAR.accountId,
  modificationDate: 1731403799223,
};

export const CLOUD_PROFILE = {
  userAccountId: BRUNA.accountId,
  fullName: BRUNA.displayName,
};

const CONTENT_ID = "91422722";
const CONTENT_PATH = `/rest/api/content/${CONTENT_ID}`;
const SPACE_PATH = "/rest/api/space/HARB";

/** The REST API's own form of a user. */
const restUser = ({ accountId, displayName, email }: SamplePerson) => ({
  type: "known",
  accountId,
  accountType: "atlassian",
  email,
  publicName: displayName,
  profilePicture: {
    path: `/wiki/aa-avatar/${accountId}`,
    width: 48,
    height: 48,
    isDefault: false,
  },
  displayName,
  isExternalCollaborator: false,
  _expandable: { operations: "", personalSpace: "" },
  _links: { self: `${CLOUD_BASE}/rest/api/user?accountId=${accountId}` },
});

/** The `content_*` events of Cloud send the bare REST resource, without any envelope. */
export const CONTENT = {
  id: CONTENT_ID,
  type: "page",
  status: "current",
  title: PAGE.title,
  space: {
    id: CLOUD_WRITTEN.spaceId,
    key: "HARB",
    name: SPACE.title,
    type: "global",
    status: "current",
    _expandable: {
      settings: `${SPACE_PATH}/settings`,
      metadata: "",
      operations: "",
      lookAndFeel: "/rest/api/settings/lookandfeel?spaceKey=HARB",
      identifiers: "",
      permissions: "",
      icon: "",
      description: "",
      theme: `${SPACE_PATH}/theme`,
      history: "",
      homepage: "/rest/api/content/91422001",
    },
    _links: { webui: "/spaces/HARB", self: `${CLOUD_BASE}${SPACE_PATH}` },
  },
  history: {
    latest: true,
    createdBy: restUser(MAJA),
    createdDate: "2024-11-02T09:30:00.123Z",
    _expandable: { lastUpdated: "", previousVersion: "", contributors: "", nextVersion: "" },
    _links: { self: `${CLOUD_BASE}${CONTENT_PATH}/history` },
  },
  version: {
    by: restUser(OSCAR),
    when: "2024-11-12T09:29:58.623Z",
    friendlyWhen: "just a moment ago",
    message: "",
    number: 3,
    minorEdit: false,
    contentTypeModified: false,
    _expandable: { collaborators: "", content: CONTENT_PATH },
    _links: { self: `${CLOUD_BASE}${CONTENT_PATH}/version/3` },
  },
  macroRenderedOutput: {},
  metadata: {
    labels: {
      results: [],
      start: 0,
      limit: 200,
      size: 0,
      _links: {
        next: `${CONTENT_PATH}/label?next=true&limit=200&start=200`,
        self: `${CLOUD_BASE}${CONTENT_PATH}/label`,
      },
    },
    _expandable: {
      currentuser: "",
      comments: "",
      simple: "",
      properties: "",
      frontend: "",
      likes: "",
    },
  },
  _expandable: {
    childTypes: "",
    container: SPACE_PATH,
    operations: "",
    schedulePublishDate: "",
    children: `${CONTENT_PATH}/child`,
    restrictions: `${CONTENT_PATH}/restriction/byOperation`,
    ancestors: "",
    body: "",
    descendants: `${CONTENT_PATH}/descendant`,
  },
  _links: {
    context: "/wiki",
    self: `${CLOUD_BASE}${CONTENT_PATH}`,
    collection: "/rest/api/content",
    webui: `/spaces/HARB/pages/${CONTENT_ID}/${PAGE.title.replaceAll(" ", "+")}`,
    base: CLOUD_BASE,
  },
};
