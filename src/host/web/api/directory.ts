/** The directory: add-ons that an administrator of the server approved. */
import { ENTRY_TEXTS, MAX_TEXT_LENGTH } from "../../model/directory.ts";
import type { ListedAddon } from "../../registry/directory/directory.ts";
import type { DirectoryEntry } from "../../store/tables/directory.ts";
import type { Caller } from "../http/access.ts";
import { readPage, pageParameters, listReachedSites } from "../http/query.ts";
import { entryTexts } from "../present/directory.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import type { Rooms } from "../rooms.ts";
import { DESCRIPTOR_URL } from "./addons.ts";
import { LINE_WITH_TEXT, LINES_WITH_TEXT } from "../schema/parts.ts";
import { body, nullable, string } from "../schema/schema.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import { DIRECTORY_ENTRY, DIRECTORY_PAGE, DIRECTORY_REFRESH } from "../schema/directory.ts";
import { OF_DESCRIPTORS } from "./error-codes.ts";

const GROUP = "Directory";

const toEntry = (entry: DirectoryEntry) => ({
  key: entry.addonKey,
  ...entryTexts(entry),
  version: entry.version ?? null,
  descriptorUrl: entry.descriptorUrl,
  edited: ENTRY_TEXTS.filter((name) => entry.edited[name] !== undefined),
  addedAt: isoTime(entry.addedAt),
  addedBy: entry.addedBy,
  readAt: isoTime(entry.readAt),
  failure:
    entry.failedAt === undefined
      ? null
      : { since: isoTime(entry.failedAt), code: entry.failureCode ?? null, detail: entry.failure ?? null },
});

const toListed = ({ installations, ...entry }: ListedAddon) => ({
  ...toEntry(entry),
  installations: installations.map(({ site, version, state, hasUpdate }) => ({
    site,
    version: version ?? null,
    state,
    availableVersion: hasUpdate ? (entry.version ?? null) : null,
  })),
});

const readKey = ({ params }: Pick<Call, "params">) => params["key"] ?? "";

async function showListed(key: string, caller: Caller, rooms: Rooms) {
  return toListed(await rooms.directory.show(key, await listReachedSites(undefined, caller, rooms)));
}

const replacedText = (name: keyof typeof MAX_TEXT_LENGTH, form: Readonly<Record<string, unknown>>) =>
  nullable(
    string(
      `Shown in place of the descriptor's ${name}; null shows that of the descriptor`,
      { maxLength: MAX_TEXT_LENGTH[name] },
      form,
    ),
  );
const TEXTS = {
  name: replacedText("name", LINE_WITH_TEXT),
  vendor: replacedText("vendor", LINE_WITH_TEXT),
  description: replacedText("description", LINES_WITH_TEXT),
};

export const directoryRoutes = [
  route({
    id: "listDirectory",
    method: "GET",
    path: "/directory",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary:
      "List the add-ons of the directory, with their installations on the sites that the token reaches",
    query: {
      ...pageParameters("^[^\\u0000]{1,200}$"),
      find: string("Part of a key, name, vendor or description", { minLength: 1, maxLength: 200 }),
    },
    success: { status: 200, description: "Add-ons, by key", schema: DIRECTORY_PAGE },
    handle: async ({ query, caller }, rooms) => {
      const { find } = query;
      const request = { ...readPage(query), ...(find === undefined ? {} : { find }) };
      const siteKeys = await listReachedSites(undefined, caller, rooms);
      return presentList(await rooms.directory.list(siteKeys, request), toListed);
    },
  }),
  route({
    id: "addToDirectory",
    method: "POST",
    path: "/directory",
    scope: "admin",
    group: GROUP,
    summary: "Add an add-on to the directory, after a check of its descriptor",
    body: body({ descriptorUrl: DESCRIPTOR_URL }, TEXTS),
    example: { descriptorUrl: "https://addon.example.com/atlassian-connect.json" },
    success: { status: 201, description: "The add-on", schema: DIRECTORY_ENTRY },
    errors: [...OF_DESCRIPTORS, "CONFLICT", "LIMIT_REACHED", "RATE_LIMITED"],
    handle: async (call, rooms) => {
      rooms.rates.validations.take(call.caller.tokenId);
      const { descriptorUrl, ...texts } = call.body;
      const { addonKey } = await rooms.directory.add(descriptorUrl, texts, toAuthor(call));
      return showListed(addonKey, call.caller, rooms);
    },
  }),
  route({
    id: "refreshDirectory",
    method: "POST",
    path: "/directory/refresh",
    scope: "admin",
    group: GROUP,
    summary: "Read every descriptor of the directory again, in the background",
    success: { status: 202, description: "How many add-ons are due", schema: DIRECTORY_REFRESH },
    handle: async (_call, { directory }) => ({ due: await directory.refreshAll() }),
  }),
  route({
    id: "showDirectoryEntry",
    method: "GET",
    path: "/directory/{key}",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "Show an add-on of the directory",
    success: { status: 200, description: "The add-on", schema: DIRECTORY_ENTRY },
    errors: ["DIRECTORY_NOT_FOUND"],
    handle: (call, rooms) => showListed(readKey(call), call.caller, rooms),
  }),
  route({
    id: "changeDirectoryEntry",
    method: "PATCH",
    path: "/directory/{key}",
    scope: "admin",
    group: GROUP,
    summary: "Change the texts of an add-on of the directory, or its descriptor URL",
    body: body({}, { descriptorUrl: DESCRIPTOR_URL, ...TEXTS }, { minProperties: 1 }),
    example: { description: "Shows who is called and when" },
    success: { status: 200, description: "The add-on", schema: DIRECTORY_ENTRY },
    errors: [...OF_DESCRIPTORS, "ADDON_STATE", "DIRECTORY_NOT_FOUND", "RATE_LIMITED"],
    handle: async (call, rooms) => {
      if (call.body.descriptorUrl !== undefined) rooms.rates.validations.take(call.caller.tokenId);
      await rooms.directory.change(readKey(call), call.body, toAuthor(call));
      return showListed(readKey(call), call.caller, rooms);
    },
  }),
  route({
    id: "removeFromDirectory",
    method: "DELETE",
    path: "/directory/{key}",
    scope: "admin",
    group: GROUP,
    summary: "Remove an add-on from the directory; its installations stay",
    success: { status: 204, description: "The add-on is removed" },
    errors: ["DIRECTORY_NOT_FOUND"],
    handle: (call, { directory }) => directory.remove(readKey(call), toAuthor(call)),
  }),
  route({
    id: "refreshDirectoryEntry",
    method: "POST",
    path: "/directory/{key}/refresh",
    scope: "admin",
    group: GROUP,
    summary: "Read the descriptor of an add-on of the directory again",
    success: {
      status: 200,
      description: "The add-on; a descriptor that can't be read is its failure",
      schema: DIRECTORY_ENTRY,
    },
    errors: ["DIRECTORY_NOT_FOUND"],
    handle: async (call, rooms) => {
      await rooms.directory.refresh(readKey(call));
      return showListed(readKey(call), call.caller, rooms);
    },
  }),
];
