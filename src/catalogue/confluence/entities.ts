/**
 * The pages, people and spaces of the Confluence samples, in the words of both ages: the Connect bodies of 2013, which
 * name people by user name and user key, and the bodies of Confluence Cloud, which know account ids only.
 */

import { SAMPLE_AT } from "../event-type.ts";

export const BASE = "https://wiki.harbourline.example/wiki";
const CLOUD_BASE = "https://harbourline.example.net/wiki";

const MAJA = { name: "mlindqvist", key: "ff80808149aa0d3a0149aa0e21c40007" };
const OSCAR = { name: "otakeda", key: "ff80808149aa0d3a0149aa0e21c40011" };
const MAJA_ACCOUNT = "712020:3f0d6a52-8c19-4d0b-9a77-5e61f2b0c9aa";
export const OSCAR_ACCOUNT = "712020:9b1c44e0-1f2d-4c3b-8f10-0a6f7f0f2d31";

/** First members of a Connect body. `user` is an older name of `username`. */
export const CONNECT = {
  timestamp: SAMPLE_AT,
  user: MAJA.name,
  username: MAJA.name,
  userKey: MAJA.key,
};

/** Members of a Cloud body beside its entity. */
export const CLOUD = { userAccountId: OSCAR_ACCOUNT, accountType: "customer", timestamp: SAMPLE_AT };

const WRITTEN = {
  creatorName: MAJA.name,
  creatorKey: MAJA.key,
  lastModifierName: OSCAR.name,
  lastModifierKey: OSCAR.key,
  creationDate: 1730539800123,
  modificationDate: 1731403798623,
};

const CLOUD_WRITTEN = {
  creatorAccountId: MAJA_ACCOUNT,
  spaceKey: "HARB",
  spaceId: 2293761,
  creationDate: 1730539800123,
  modificationDate: 1731403798623,
  lastModifierAccountId: OSCAR_ACCOUNT,
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

/** A page of a Cloud body; the id is there twice, as a number and as text. */
export const cloudPage = (id: number, title: string, version = 1) => ({
  ...CLOUD_WRITTEN,
  idAsString: String(id),
  self: `${CLOUD_BASE}/spaces/HARB/pages/${id}`,
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
  creatorName: MAJA.name,
  creatorKey: MAJA.key,
  creationDate: 1731403796123,
  lastModifierName: MAJA.name,
  lastModifierKey: MAJA.key,
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
  owner: MAJA.name,
  ownerKey: MAJA.key,
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
  creatorName: MAJA.name,
  creatorKey: MAJA.key,
  creationDate: 1721763800123,
  lastModifierName: OSCAR.name,
  lastModifierKey: OSCAR.key,
  modificationDate: 1731403799223,
};

export const STATUS = {
  id: 4817200,
  content: "At the east pier until noon",
  self: `${BASE}/display/~mlindqvist/Status+4817200`,
  creatorName: MAJA.name,
  creatorKey: MAJA.key,
  creationDate: 1731403799623,
  isCurrent: false,
};

export const PROFILE = {
  userKey: "ff80808149aa0d3a0149aa0e21c40042",
  username: "bferreira",
  email: "b.ferreira@harbourline.example",
  fullName: "Bruna Ferreira",
};

export const LABELED = { labels: [{ name: LABEL.name }], ...PAGE };

export const CLOUD_BLOG = {
  ...CLOUD_WRITTEN,
  idAsString: "91422799",
  self: `${CLOUD_BASE}/spaces/HARB/blog/2024/11/12/91422799`,
  id: 91422799,
  title: "Autumn mooring notes",
  contentType: "blogpost",
  version: 1,
};

export const CLOUD_ATTACHMENT = {
  ...CLOUD_WRITTEN,
  idAsString: "91422901",
  self: `${CLOUD_BASE}/spaces/HARB/pages/91422901`,
  id: 91422901,
  title: "berth-plan.png",
  contentType: "attachment",
  version: 1,
  fileName: "berth-plan.png",
  fileSize: 48213,
  comment: "",
};

export const CLOUD_COMMENT = {
  ...CLOUD_WRITTEN,
  idAsString: "91422850",
  self: `${CLOUD_BASE}/spaces/HARB/pages/91422850?focusedCommentId=91422850`,
  id: 91422850,
  contentType: "comment",
  version: 1,
  parent: CLOUD_PAGE,
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
  creatorAccountId: MAJA_ACCOUNT,
  creationDate: 1721763800123,
  lastModifierAccountId: OSCAR_ACCOUNT,
  modificationDate: 1731403799223,
};

export const CLOUD_PROFILE = {
  userAccountId: "712020:5a7e0c11-7b1d-4c7e-8c30-2d2f8f1f6b90",
  fullName: "Bruna Ferreira",
};

/** The `content_*` events of Cloud send the bare REST resource, without any envelope. */
export const CONTENT = {
  id: "91423010",
  type: "page",
  status: "current",
  title: "Tide table imports",
  space: {
    id: 2293761,
    key: "HARB",
    name: "Harbour Office",
    type: "global",
    status: "current",
    _links: { webui: "/spaces/HARB", self: `${CLOUD_BASE}/rest/api/space/HARB` },
  },
  history: {
    latest: true,
    createdBy: {
      type: "known",
      accountId: MAJA_ACCOUNT,
      accountType: "atlassian",
      displayName: "Maja Lindqvist",
    },
    createdDate: "2024-11-02T09:30:00.123Z",
  },
  version: {
    by: {
      type: "known",
      accountId: OSCAR_ACCOUNT,
      accountType: "atlassian",
      displayName: "Oscar Takeda",
    },
    when: "2024-11-12T09:30:00.123Z",
    message: "",
    number: 3,
    minorEdit: false,
  },
  macroRenderedOutput: {},
  metadata: { labels: { results: [], start: 0, limit: 200, size: 0 } },
  _expandable: { container: "/rest/api/space/HARB", body: "", ancestors: "" },
  _links: {
    context: "/wiki",
    self: `${CLOUD_BASE}/rest/api/content/91423010`,
    collection: "/rest/api/content",
    webui: "/spaces/HARB/pages/91423010",
    base: CLOUD_BASE,
  },
};
