/** The directory: add-ons that sites can install with one click, and for administrators of the server what is in it. */
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import { ENTRY_TEXTS, INSTALL_SOURCES } from "../../model/directory.ts";
import type { ListedAddon } from "../../registry/directory/directory.ts";
import { requireCallersMistake } from "../http/problems.ts";
import { listReachedSites } from "../http/query.ts";
import { entryTexts } from "../present/directory.ts";
import type { Rooms } from "../rooms.ts";
import { addonHref, sitesWithAddons } from "./addons.ts";
import { ofHost } from "./page.ts";
import type { Page, PageAnswer, Visit } from "./page.ts";
import { listChips } from "./list.ts";
import { createPaging } from "./paging.ts";
import { isOfHost } from "./visitors.ts";

const PATH = "/admin/directory";
const ENTRY_PATH = `${PATH}/addon/:key`;
const PAGE_ROWS = 50;

export const entryHref = (addonKey: string): string => `${PATH}/addon/${encodeURIComponent(addonKey)}`;

function toRow(entry: ListedAddon, site: string) {
  const { addonKey, version, descriptorUrl, readAt, failedAt, failure, installations } = entry;
  const here = installations.find((each) => each.site === site);
  return {
    key: addonKey,
    ...entryTexts(entry),
    version,
    descriptorUrl,
    readAt,
    failedAt,
    failure,
    href: entryHref(addonKey),
    installations: installations.map((each) => ({ ...each, href: addonHref(each.site, addonKey) })),
    /** Action that is possible on the chosen site. */
    offer: here === undefined ? "install" : here.hasUpdate ? "upgrade" : "none",
  };
}

interface ListState {
  readonly url?: string;
  readonly refused?: CallboardError;
}

async function listView({ query, caller }: Visit, rooms: Rooms, { url = "", refused }: ListState = {}) {
  const siteKeys = await listReachedSites(undefined, caller, rooms);
  const sites = sitesWithAddons(siteKeys, rooms);
  const wanted = query.get("site");
  const site = sites.find((key) => key === wanted) ?? sites[0];
  const search = query.get("q")?.trim() ?? "";
  const paging = createPaging(PATH, query);
  const { items, next } = await rooms.directory.list(siteKeys, {
    limit: PAGE_ROWS,
    cursor: paging.cursor,
    ...(search === "" ? {} : { find: search }),
  });
  const { installSources } = await rooms.settings.read();
  return {
    kind: "view" as const,
    view: "directory",
    title: "Directory",
    section: "directory" as const,
    status: refused?.status ?? 200,
    data: {
      path: PATH,
      rows: items.map((entry) => toRow(entry, site ?? "")),
      sites,
      site,
      search,
      chips: listChips(PATH, query, [{ name: "q", label: "Search" }]),
      clearHref: PATH,
      isFiltered: search !== "" || paging.cursor !== undefined,
      older: paging.older(next),
      newer: paging.newer,
      newest: paging.newest,
      isCurator: isOfHost(caller),
      installSources,
      allSources: INSTALL_SOURCES,
      url,
      refusal: refused,
    },
  };
}

async function entryView({ params, caller, form }: Visit, rooms: Rooms, refused?: CallboardError) {
  const siteKeys = await listReachedSites(undefined, caller, rooms);
  const entry = await rooms.directory.show(params["key"] ?? "", siteKeys);
  const sites = sitesWithAddons(siteKeys, rooms);
  const { name } = entryTexts(entry);
  const row = toRow(entry, "");
  return {
    kind: "view" as const,
    view: "directory-entry",
    title: name,
    section: "directory" as const,
    status: refused?.status ?? 200,
    data: {
      entry,
      row,
      free: sites.filter((key) => !entry.installations.some(({ site }) => site === key)),
      fromDescriptor: { name: entry.name, vendor: entry.vendor, description: entry.description },
      values: {
        descriptorUrl: form.get("descriptorUrl") ?? entry.descriptorUrl,
        ...Object.fromEntries(ENTRY_TEXTS.map((text) => [text, form.get(text) ?? entry.edited[text] ?? ""])),
      },
      isCurator: isOfHost(caller),
      refusal: refused,
    },
  };
}

const readKey = ({ params }: Visit): string => params["key"] ?? "";

/** Forms of the pages of the administrators of the server. */
const curatorPages: readonly Page[] = [
  {
    method: "post",
    path: PATH,
    scope: "admin",
    perMinute: 30,
    answer: async (visit, rooms): Promise<PageAnswer> => {
      const url = visit.form.get("url")?.trim() ?? "";
      try {
        const { addonKey } = await rooms.directory.add(url, {}, visit.author);
        return { kind: "redirect", to: entryHref(addonKey), notice: "directory-added" };
      } catch (error) {
        return listView(visit, rooms, { url, refused: requireCallersMistake(error) });
      }
    },
  },
  {
    method: "post",
    path: `${PATH}/refresh`,
    scope: "admin",
    perMinute: 30,
    answer: async (_visit, { directory }) => {
      await directory.refreshAll();
      return { kind: "redirect", to: PATH, notice: "directory-due" };
    },
  },
  {
    method: "post",
    path: `${PATH}/sources`,
    scope: "admin",
    answer: async ({ form, author }, { settings }) => {
      const installSources = INSTALL_SOURCES.find((each) => each === form.get("installSources"));
      if (installSources === undefined)
        throw new CallboardError("BODY_SCHEMA", `Choose one of ${INSTALL_SOURCES.join(", ")}`);
      await settings.change({ installSources }, author);
      return { kind: "redirect", to: PATH, notice: "settings-saved" };
    },
  },
  {
    method: "post",
    path: ENTRY_PATH,
    scope: "admin",
    perMinute: 30,
    answer: async (visit, rooms): Promise<PageAnswer> => {
      const { form, author } = visit;
      const key = readKey(visit);
      const { descriptorUrl: before } = await rooms.directory.show(key, []);
      const given = form.get("descriptorUrl")?.trim() ?? before;
      const texts = Object.fromEntries(
        ENTRY_TEXTS.map((name) => {
          const text = form.get(name)?.replaceAll("\r\n", "\n").trim() ?? "";
          return [name, text === "" ? null : text];
        }),
      );
      try {
        const change = { ...texts, ...defined({ descriptorUrl: given === before ? undefined : given }) };
        await rooms.directory.change(key, change, author);
        return { kind: "redirect", to: entryHref(key), notice: "directory-saved" };
      } catch (error) {
        const refused = requireCallersMistake(error);
        if (refused.status === 404) throw refused;
        return entryView(visit, rooms, refused);
      }
    },
  },
  {
    method: "post",
    path: `${ENTRY_PATH}/refresh`,
    scope: "admin",
    perMinute: 30,
    answer: async (visit, { directory }): Promise<PageAnswer> => {
      const key = readKey(visit);
      const { failure } = await directory.refresh(key);
      // The page says what is wrong with it.
      if (failure !== undefined) return { kind: "redirect", to: entryHref(key) };
      return { kind: "redirect", to: entryHref(key), notice: "directory-refreshed" };
    },
  },
  {
    method: "get",
    path: `${ENTRY_PATH}/remove`,
    scope: "admin",
    answer: async (visit, { directory }) => {
      const entry = await directory.show(readKey(visit), []);
      const href = entryHref(entry.addonKey);
      return {
        kind: "view",
        view: "confirm",
        title: `Remove ${entryTexts(entry).name} from the directory?`,
        section: "directory",
        parents: [{ text: entryTexts(entry).name, path: href }],
        data: {
          sentences: [
            "Sites can't install it from the directory any more. Where it is installed, it stays installed, and updates are no longer shown.",
          ],
          button: "Remove from directory",
          action: `${href}/remove`,
          back: href,
        },
      };
    },
  },
  {
    method: "post",
    path: `${ENTRY_PATH}/remove`,
    scope: "admin",
    answer: async (visit, { directory }) => {
      await directory.remove(readKey(visit), visit.author);
      return { kind: "redirect", to: PATH, notice: "directory-removed" };
    },
  },
];

export const directoryPages: readonly Page[] = [
  { method: "get", path: PATH, scope: "read", answer: (visit, rooms) => listView(visit, rooms) },
  { method: "get", path: ENTRY_PATH, scope: "read", answer: (visit, rooms) => entryView(visit, rooms) },
  ...curatorPages.map(ofHost),
];
