/**
 * The search over everything: what has a name is found in memory, a delivery, an event or a replay by its whole ID, and the
 * documents by their own search. Nothing here looks through the log.
 */
import { searchEventTypes } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { parseId, parseReplayId } from "../../model/ids.ts";
import { addonHref } from "./addons.ts";
import { MAX_FIND_LENGTH, rankFound } from "../present/rank.ts";
import type { Candidate, FoundGroup, FoundKind } from "../present/rank.ts";
import { requireReach } from "../present/delivery.ts";
import { meetsNeed, requireSite } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import { hasReceiver, listProducts } from "../http/subject.ts";
import type { NamedThing } from "../../registry/search-index.ts";
import type { Rooms } from "../rooms.ts";
import { openLibrary, toDocPath } from "./docs-library.ts";
import { toEventTypeHref } from "./event-type-link.ts";
import type { Page } from "./page.ts";
import { SEARCH } from "./paths.ts";
import { receiverLink, toDeliveryTitle, toEventDeliveries } from "./rows.ts";
import { OF_HOST, PORTAL_SECTIONS, SECTIONS } from "./sections.ts";
import type { Section } from "./sections.ts";
import { formatEventTitle } from "./titles.ts";
import { isOfHost } from "./visitors.ts";
import { webhookHref } from "./webhooks.ts";

const MAX_SHOWN = 6;
/** When one kind of thing alone is asked for. */
const MAX_SHOWN_ALONE = 100;
/** Every letter that is typed can be a search. */
const SEARCHES_A_MINUTE = 300;

const KINDS: Readonly<Record<FoundKind, string>> = {
  exact: "By ID",
  page: "Pages",
  site: "Sites",
  addon: "Add-ons",
  webhook: "Outgoing webhooks",
  endpoint: "Endpoints",
  "event-type": "Event types",
  document: "Documentation",
};

/** The page of a webhook is its form, which is for administrators: others are led to its deliveries. */
function toCandidate(thing: NamedThing, caller: Caller): Candidate {
  const { site } = thing;
  switch (thing.kind) {
    case "site":
      return {
        kind: "site",
        text: site.name,
        also: [site.key],
        detail: `${site.key} · ${site.product}`,
        path: `/admin?site=${site.key}`,
      };
    case "receiver": {
      const { receiver, name, id, url } = thing;
      const common = { text: name, also: [id, url], detail: `${url} · on ${site.key}` };
      return receiver.kind === "addon"
        ? { ...common, kind: "addon", path: addonHref(site.key, receiver.addonKey) }
        : {
            ...common,
            kind: "webhook",
            path: meetsNeed(caller, { scope: "admin", isOpenToPortals: true })
              ? webhookHref(site.key, receiver.webhookNo)
              : `/admin/deliveries?webhook=${id}`,
          };
    }
    case "endpoint":
      return {
        kind: "endpoint",
        text: thing.origin,
        also: [thing.name],
        detail: `${thing.name} · on ${site.key}`,
        path: `/admin/endpoints/${site.key}/${thing.no}`,
      };
  }
}

/** Sections that a site's page stands for, or that the caller can't open, are left out. */
function listPages(caller: Caller): readonly Candidate[] {
  const names = Object.keys(SECTIONS) as Section[];
  return names
    .filter((name) => canOpen(name, caller))
    .map((name) => {
      const [text, path] = SECTIONS[name];
      return { kind: "page", text, also: [], detail: "", path };
    });
}

function canOpen(section: Section, caller: Caller): boolean {
  if (caller.portal !== undefined) return PORTAL_SECTIONS[caller.portal.kind].includes(section);
  return isOfHost(caller) || !OF_HOST.includes(section);
}

async function listEventTypes(search: string, caller: Caller, rooms: Rooms): Promise<readonly Candidate[]> {
  const products = await listProducts(caller, rooms);
  return rooms.catalogue.products
    .filter(({ key }) => products.has(key))
    .flatMap((product) => searchEventTypes(product, search))
    .map(({ product, event, name, group, description }) => ({
      kind: "event-type",
      text: event,
      also: [name, group, description],
      detail: `${name} · ${product}`,
      path: toEventTypeHref({ product, event }),
    }));
}

async function findDocuments(search: string, most: number): Promise<readonly FoundGroup[]> {
  const library = await openLibrary().catch(() => undefined);
  const matches = library?.search(search) ?? [];
  if (matches.length === 0) return [];
  const best = matches.slice(0, most).map(({ slug, title, id, heading, excerpt }): Candidate => ({
    kind: "document",
    text: heading === "" ? title : `${title}: ${heading}`,
    also: [],
    detail: excerpt,
    path: toDocPath(slug) + (id === "" ? "" : `#${id}`),
  }));
  return [{ kind: "document", best, total: matches.length }];
}

type FindById = (id: string, caller: Caller, rooms: Rooms) => Promise<Omit<Candidate, "kind" | "also">>;

const BY_ID: Readonly<Record<string, FindById>> = {
  dlv: async (id, caller, rooms) => {
    await requireReach(id, caller, rooms);
    const { delivery } = await rooms.deliveryLog.show(id);
    return {
      text: toDeliveryTitle(delivery, rooms),
      detail: delivery.event ?? "",
      path: `/admin/deliveries/${id}`,
    };
  },
  evt: async (id, caller, rooms) => {
    const siteKey = rooms.sites.findKey(parseId("evt", id).siteNo);
    if (siteKey === undefined || caller.portal !== undefined) throw nothingFound();
    requireSite(caller, siteKey);
    const { event, deliveries } = await rooms.deliveryLog.showEvent(siteKey, id);
    const text = formatEventTitle(event.name, toEventDeliveries(deliveries));
    return { text, detail: `on ${siteKey}`, path: `/admin/events/${id}` };
  },
  rpl: async (id, caller, rooms) => {
    const siteKey = rooms.sites.findKey(parseReplayId(id).siteNo);
    if (siteKey === undefined) throw nothingFound();
    requireSite(caller, siteKey);
    const replay = await rooms.replays.show(siteKey, id);
    if (!hasReceiver(caller, replay, rooms)) throw nothingFound();
    const { text } = receiverLink(replay.siteNo, replay.receiver, rooms);
    return { text: `Replay to ${text}`, detail: `on ${siteKey}`, path: `/admin/replays/${siteKey}/${id}` };
  },
};

const nothingFound = () => new CallboardError("NOT_FOUND", "Nothing has this ID");

/** What does not exist and what the caller may not see is found alike: not at all. */
async function findById(search: string, caller: Caller, rooms: Rooms): Promise<readonly FoundGroup[]> {
  const id = search.trim();
  const prefix = id.slice(0, 3);
  const find = Object.hasOwn(BY_ID, prefix) ? BY_ID[prefix] : undefined;
  if (find === undefined || !/^[a-z]{3}_\d+_\w+$/.test(id)) return [];
  try {
    const found: Candidate = { ...(await find(id, caller, rooms)), kind: "exact", also: [] };
    return [{ kind: "exact", best: [found], total: 1 }];
  } catch (error) {
    if (error instanceof CallboardError && error.status < 500) return [];
    throw error;
  }
}

interface Asked {
  readonly search: string;
  /** The only kind that is asked for. */
  readonly kind: FoundKind | undefined;
}

async function findAll(
  { search, kind }: Asked,
  caller: Caller,
  rooms: Rooms,
): Promise<readonly FoundGroup[]> {
  const most = kind === undefined ? MAX_SHOWN : MAX_SHOWN_ALONE;
  const eventTypes = await listEventTypes(search, caller, rooms);
  const named = rankFound(search, candidates(eventTypes, caller, rooms), most);
  const found = [
    ...(await findById(search, caller, rooms)),
    ...named,
    ...(await findDocuments(search, most)),
  ];
  return kind === undefined ? found : found.filter((group) => group.kind === kind);
}

function* candidates(eventTypes: readonly Candidate[], caller: Caller, rooms: Rooms): Generator<Candidate> {
  yield* listPages(caller);
  for (const thing of rooms.searchIndex.walk(caller)) {
    // The dashboard, which stands for a site, is not part of a portal.
    if (thing.kind !== "site" || caller.portal === undefined) yield toCandidate(thing, caller);
  }
  yield* eventTypes;
}

function toSection({ kind, best, total }: FoundGroup, { search, kind: only }: Asked) {
  const words = new URLSearchParams({ q: search, kind });
  return {
    kind,
    title: KINDS[kind],
    hits: best,
    total,
    morePath: total > best.length && only === undefined ? `${SEARCH}?${words.toString()}` : undefined,
    isCut: total > best.length,
  };
}

export const searchPages: readonly Page[] = [
  {
    method: "get",
    path: SEARCH,
    subject: "own",
    scope: "read",
    perMinute: SEARCHES_A_MINUTE,
    answer: async ({ query, caller }, rooms) => {
      const search = (query.get("q") ?? "").trim().slice(0, MAX_FIND_LENGTH);
      const kind = (Object.keys(KINDS) as FoundKind[]).find((each) => each === query.get("kind"));
      const asked = { search, kind };
      const groups = search === "" ? [] : await findAll(asked, caller, rooms);
      return {
        kind: "view",
        view: "search",
        title: search === "" ? "Search" : `Search for “${search}”`,
        section: "elsewhere",
        data: {
          search,
          kind,
          kindTitle: kind === undefined ? undefined : KINDS[kind],
          allPath: `${SEARCH}?${new URLSearchParams({ q: search }).toString()}`,
          groups: groups.map((group) => toSection(group, asked)),
          maxLength: MAX_FIND_LENGTH,
        },
      };
    },
  },
];
