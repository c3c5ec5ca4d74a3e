/** Replays: the list of a site, the form with its preview, and the progress of one. */
import { requireCallersMistake } from "../http/problems.ts";
import type { CallboardError } from "../../../errors.ts";
import { LEFT_OUT_KINDS, REPLAY_STATES } from "../../model/replay.ts";
import type { LeftOutKind, ReplayResult } from "../../model/replay.ts";
import type { ReplayPreview, ShownReplay } from "../../replay/replays.ts";
import { formatReplayId, formatWebhookId } from "../../model/ids.ts";
import type { NamedReceiver } from "../../model/find-receivers.ts";
import type { Portal } from "../../model/portal.ts";
import { requirePortalReceiver } from "../http/subject.ts";
import { requireSite } from "../http/access.ts";
import { computeRate, replayWish } from "../present/replay.ts";
import { listReachedSites } from "../http/query.ts";
import type { ReceiverStanding } from "../../registry/receivers.ts";
import type { Rooms } from "../rooms.ts";
import { badge } from "./html.ts";
import type { BadgeKind } from "./html.ts";
import { asUtc, toFieldTime } from "./form-time.ts";
import { listChips } from "./list.ts";
import type { Filter } from "./list.ts";
import type { Page, PageAnswer, Visit } from "./page.ts";
import { createPaging } from "./paging.ts";
import { MAX_LISTED } from "./receiver-choice.ts";
import { receiverLink } from "./rows.ts";
import { formatReplayTitle } from "./titles.ts";
import type { Receiver } from "../../model/endpoint.ts";
import type { Site } from "../../model/site.ts";

const PATH = "/admin/replays";
const PAGE_ROWS = 25;
/** A window that nothing else tells begins this long ago. */
const DEFAULT_WINDOW_MS = 7 * 86_400_000;

const STATES: Readonly<Record<ShownReplay["state"], readonly [kind: BadgeKind, text: string]>> = {
  running: ["busy", "Running"],
  done: ["good", "Done"],
  cancelled: ["quiet", "Canceled"],
};

const FILTERS: readonly Filter[] = [
  { name: "q", label: "Receiver" },
  {
    name: "state",
    label: "State",
    describe: (value) => {
      const state = REPLAY_STATES.find((each) => each === value);
      return state === undefined ? undefined : STATES[state][1];
    },
  },
];

const KINDS: Readonly<Record<LeftOutKind, string>> = {
  delivered: "Already delivered",
  waiting: "Already waiting",
  "body-deleted": "Body deleted",
  test: "Test delivery",
  "not-subscribed": "Not subscribed",
  "not-matched": "Not matched",
  "too-many-deliveries": "Too many deliveries",
};

/** The form of a replay to this receiver. `since` fills in the begin of the window. */
export function replayHref(
  site: Pick<Site, "key" | "no">,
  receiver: Receiver,
  since = Date.now() - DEFAULT_WINDOW_MS,
): string {
  const to: Record<string, string> =
    receiver.kind === "addon"
      ? { addon: receiver.addonKey }
      : { webhook: formatWebhookId(site.no, receiver.webhookNo) };
  const words = new URLSearchParams({ ...to, since: new Date(since).toISOString() });
  return `${PATH}/${site.key}/new?${words.toString()}`;
}

/** A page's address with the offer to send what a receiver has missed since then. */
export const withOffer = (href: string, since = Date.now() - DEFAULT_WINDOW_MS): string =>
  `${href}?missed=${new Date(since).toISOString()}`;

/** Returns the offer of a replay that a URL selects. */
export function findOffer(
  query: URLSearchParams,
  site: Pick<Site, "key" | "no">,
  receiver: Receiver,
): { readonly since: number; readonly href: string } | undefined {
  const since = Date.parse(query.get("missed") ?? "");
  return Number.isNaN(since) ? undefined : { since, href: replayHref(site, receiver, since) };
}

/** Since when a receiver got nothing, or not everything. */
export const stoppedSince = ({ pausedAt, goneSince }: ReceiverStanding): number | undefined =>
  pausedAt === undefined || goneSince === undefined ? (pausedAt ?? goneSince) : Math.min(pausedAt, goneSince);

/** @throws {CallboardError} SITE_NOT_FOUND, SCOPE */
async function loadSite({ params, caller }: Visit, { sites }: Rooms): Promise<Site> {
  const siteKey = params["site"] ?? "";
  requireSite(caller, siteKey);
  return sites.load(siteKey);
}

function listLeftOut({ counts, examples }: ReplayResult) {
  return LEFT_OUT_KINDS.flatMap((kind) => {
    const count = counts.leftOut[kind];
    if (count === undefined) return [];
    const first = examples.filter((example) => example.kind === kind);
    return [
      {
        text: KINDS[kind],
        count,
        first: first.map((each) => ({ ...each, href: `/admin/events/${each.event}` })),
      },
    ];
  });
}

function replayView(replay: ShownReplay, site: Site, rooms: Rooms) {
  const { result, siteNo, no, receiver, about } = replay;
  const [kind, text] = STATES[replay.state];
  const id = formatReplayId(siteNo, no);
  const link = receiverLink(siteNo, receiver, rooms);
  const { events, created, redelivered } = result.counts;
  return {
    id,
    title: formatReplayTitle({ receiver: link.text, state: replay.state, sent: created + redelivered }),
    href: `${PATH}/${site.key}/${id}`,
    receiver: link,
    badge: badge(kind, text),
    isRunning: replay.state === "running",
    reason: replay.reason,
    since: replay.since,
    until: replay.until,
    events: replay.events,
    onlyMissing: replay.onlyMissing,
    about: Math.max(about, events),
    looked: events,
    sent: created + redelivered,
    created,
    redelivered,
    waiting: replay.waiting,
    rate: computeRate(replay, rooms.endpoints.now()),
    leftOut: listLeftOut(result),
    leftOutCount: LEFT_OUT_KINDS.reduce((sum, each) => sum + (result.counts.leftOut[each] ?? 0), 0),
    createdAt: replay.createdAt,
    createdBy: replay.createdBy.replace(/^token:/, ""),
    endedAt: replay.endedAt,
  };
}

interface Fields {
  readonly to: string;
  readonly since: string;
  readonly until: string;
  readonly events: string;
  readonly onlyMissing: boolean;
  /** Narrows the receivers that can be chosen. */
  readonly find: string;
}

const readFields = (form: URLSearchParams): Fields => ({
  to: form.get("to") ?? "",
  since: form.get("since")?.trim() ?? "",
  until: form.get("until")?.trim() ?? "",
  events: form.get("events")?.trim() ?? "",
  onlyMissing: form.get("onlyMissing") !== null,
  find: form.get("find")?.trim() ?? "",
});

function fieldsAsked(query: URLSearchParams): Fields {
  const [addon, webhook] = [query.get("addon"), query.get("webhook")];
  const since = Date.parse(query.get("since") ?? "");
  const until = Date.parse(query.get("until") ?? "");
  return {
    to: addon !== null ? `addon|${addon}` : webhook !== null ? `webhook|${webhook}` : "",
    since: toFieldTime(Number.isNaN(since) ? Date.now() - DEFAULT_WINDOW_MS : since),
    until: Number.isNaN(until) ? "" : toFieldTime(until),
    events: "",
    onlyMissing: true,
    find: "",
  };
}

/** The receivers of a form: those that match its search, and the chosen one. */
function listChoices({ key }: Site, portal: Portal | undefined, { to, find }: Fields, rooms: Rooms) {
  const all = rooms.receivers.find(key, { portal });
  const matches = rooms.receivers.find(key, { portal, search: find });
  const toValue = ({ receiver, id }: NamedReceiver) => `${receiver.kind}|${id}`;
  const chosen = all.find((each) => toValue(each) === to);
  const listed = matches.filter((each) => each !== chosen).slice(0, MAX_LISTED);
  return {
    options: [...(chosen === undefined ? [] : [chosen]), ...listed].map((each) => ({
      value: toValue(each),
      text: each.name === each.id ? each.name : `${each.name} (${each.id})`,
    })),
    isSearch: all.length > MAX_LISTED,
    found: matches.length,
    listed: Math.min(matches.length, MAX_LISTED),
  };
}

function parseWindow({ to, since, until, events, onlyMissing }: Fields) {
  const at = to.indexOf("|");
  const id = to.slice(at + 1);
  const names = events.split(/[\s,]+/).filter((name) => name !== "");
  return replayWish({
    to: to.startsWith("addon|") ? { addon: id } : { webhook: id },
    since: asUtc(since),
    ...(until === "" ? {} : { until: asUtc(until) }),
    ...(names.length === 0 ? {} : { events: names }),
    onlyMissing,
  });
}

interface FormState {
  readonly portal: Portal | undefined;
  readonly fields: Fields;
  readonly refused?: CallboardError;
  readonly preview?: ReplayPreview;
}

function formView(site: Site, rooms: Rooms, { portal, fields, refused, preview }: FormState) {
  const running = refused?.code === "REPLAY_RUNNING" ? String(refused.extra["replay"]) : undefined;
  return {
    kind: "view" as const,
    view: "replay-new",
    title: "Send what a receiver missed",
    section: "deliveries" as const,
    parents: [{ text: "Replays", path: `${PATH}/${site.key}` }],
    status: refused === undefined ? 200 : refused.status,
    data: {
      site,
      fields,
      back: `${PATH}/${site.key}`,
      action: `${PATH}/${site.key}/new`,
      receivers: listChoices(site, portal, fields, rooms),
      refusal: refused,
      running: running === undefined ? undefined : { id: running, href: `${PATH}/${site.key}/${running}` },
      preview:
        preview === undefined
          ? undefined
          : {
              about: preview.about,
              looked: preview.result.counts.events,
              sent: preview.result.counts.created + preview.result.counts.redelivered,
              isComplete: preview.isComplete,
              leftOut: listLeftOut(preview.result),
            },
    },
  };
}

/** Enter in the search of receivers searches, and previews in every other field. */
const asksForReceivers = (form: URLSearchParams, { find }: Fields): boolean =>
  form.get("do") === "find" || (form.get("do") === "enter" && find !== (form.get("searched") ?? ""));

async function submit(visit: Visit, rooms: Rooms): Promise<PageAnswer> {
  const site = await loadSite(visit, rooms);
  const { portal } = visit.caller;
  const fields = readFields(visit.form);
  if (asksForReceivers(visit.form, fields)) return formView(site, rooms, { portal, fields });
  try {
    const wish = parseWindow(fields);
    requirePortalReceiver(visit.caller, site.key, wish.receiver, rooms);
    if (visit.form.get("do") !== "start") {
      return formView(site, rooms, { portal, fields, preview: await rooms.replays.preview(site.key, wish) });
    }
    const { siteNo, no } = await rooms.replays.create(site.key, wish, visit.author);
    return {
      kind: "redirect",
      to: `${PATH}/${site.key}/${formatReplayId(siteNo, no)}`,
      notice: "replay-started",
    };
  } catch (error) {
    return formView(site, rooms, { portal, fields, refused: requireCallersMistake(error) });
  }
}

export const replayPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "own",
    scope: "read",
    answer: async ({ caller, query }, rooms) => {
      const siteKeys = await listReachedSites(undefined, caller, rooms);
      const first = siteKeys.find((key) => key === query.get("site")) ?? siteKeys[0];
      if (first !== undefined) return { kind: "redirect", to: `${PATH}/${first}` };
      return { kind: "redirect", to: caller.portal === undefined ? "/admin/settings" : "/admin/deliveries" };
    },
  },
  {
    method: "get",
    path: `${PATH}/:site`,
    subject: "site",
    scope: "read",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const siteKeys = await listReachedSites(undefined, visit.caller, rooms);
      const path = `${PATH}/${site.key}`;
      const paging = createPaging(path, visit.query);
      const state = REPLAY_STATES.find((each) => each === visit.query.get("state"));
      const search = visit.query.get("q")?.trim() ?? "";
      const page = await rooms.replays.list(
        site.key,
        { limit: PAGE_ROWS, cursor: paging.cursor },
        { state, search, portal: visit.caller.portal },
      );
      const chips = listChips(path, visit.query, FILTERS);
      return {
        kind: "view",
        view: "replays",
        title: "Replays",
        section: "deliveries",
        live: paging.cursor === undefined,
        data: {
          site,
          newHref: `${path}/new`,
          choosePath: PATH,
          tabs: siteKeys.map((key) => ({ text: key, href: `${PATH}/${key}`, current: key === site.key })),
          rows: page.items.map((replay) => replayView(replay, site, rooms)),
          path,
          search,
          state: state ?? "",
          states: REPLAY_STATES.map((value) => ({ value, text: STATES[value][1] })),
          chips,
          clearHref: path,
          isFiltered: chips.length > 0,
          older: paging.older(page.next),
          newer: paging.newer,
          newest: paging.newest,
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/:site/new`,
    subject: "site",
    scope: "admin",
    answer: async (visit, rooms) =>
      formView(await loadSite(visit, rooms), rooms, {
        portal: visit.caller.portal,
        fields: fieldsAsked(visit.query),
      }),
  },
  {
    method: "post",
    path: `${PATH}/:site/new`,
    subject: "site",
    scope: "admin",
    perMinute: 30,
    answer: submit,
  },
  {
    method: "get",
    path: `${PATH}/:site/:id`,
    subject: "replay",
    scope: "read",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const replay = replayView(await rooms.replays.show(site.key, visit.params["id"] ?? ""), site, rooms);
      return {
        kind: "view",
        view: "replay",
        title: replay.title,
        section: "deliveries",
        parents: [{ text: "Replays", path: `${PATH}/${site.key}` }],
        live: true,
        data: { site, replay, back: `${PATH}/${site.key}` },
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/:site/:id/cancel`,
    subject: "replay",
    scope: "admin",
    answer: async (visit, rooms) => {
      const site = await loadSite(visit, rooms);
      const id = visit.params["id"] ?? "";
      await rooms.replays.cancel(site.key, id, visit.author);
      return { kind: "redirect", to: `${PATH}/${site.key}/${id}`, notice: "replay-cancelled" };
    },
  },
];
