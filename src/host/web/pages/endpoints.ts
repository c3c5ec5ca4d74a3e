/** The endpoints, those that need attention first, and what can be done about them. */
import { LISTED_STATES } from "../../delivery-log/endpoints.ts";
import type { ListedState } from "../../delivery-log/endpoints.ts";
import type { EndpointRate, ListedEndpoint } from "../../delivery-log/endpoint-figures.ts";
import type { CallboardError } from "../../../errors.ts";
import { formatId } from "../../model/ids.ts";
import { RATE_UNITS, describeRate } from "../../model/pace.ts";
import { requireSite } from "../http/access.ts";
import { requireCallersMistake } from "../http/problems.ts";
import { endpointNo, tryNow } from "../present/endpoint.ts";
import type { StuckKey } from "../../store/tables/stuck-keys.ts";
import { listReachedSites } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { toChartRange } from "../../model/chart-range.ts";
import { chartView } from "./chart.ts";
import { accessFields, accessView, readAccessFields, toAccessWishes } from "./access-form.ts";
import type { AccessFields, AccessView } from "./access-form.ts";
import { badge, outcomeText } from "./html.ts";
import type { BadgeKind } from "./html.ts";
import { RETRY_PROFILES, listPace, paceFields, readPaceFields, toPace } from "./pace-form.ts";
import type { PaceFields } from "./pace-form.ts";
import { listChips } from "./list.ts";
import type { Filter } from "./list.ts";
import type { Page, ViewAnswer, Visit } from "./page.ts";
import { createPaging, listPaging } from "./paging.ts";
import { replayHref } from "./replays.ts";
import { receiverHref } from "./rows.ts";
import { toBars } from "./spark.ts";
import { standstillView } from "./standstill-view.ts";
import { formatEndpointTitle } from "./titles.ts";

const PATH = "/admin/endpoints";
const PAGE_ROWS = 25;

const STATE_TEXTS: Readonly<Record<ListedState, readonly [kind: BadgeKind, text: string]>> = {
  paused: ["bad", "Paused"],
  inactive: ["quiet", "Inactive"],
  "circuit-open": ["warn", "Circuit open"],
  failing: ["bad", "Failing"],
  disabled: ["quiet", "Disabled"],
  healthy: ["good", "Healthy"],
};

const FILTERS: readonly Filter[] = [
  { name: "q", label: "Search" },
  {
    name: "state",
    label: "State",
    describe: (value) => {
      const state = LISTED_STATES.find((each) => each === value);
      return state === undefined ? undefined : STATE_TEXTS[state][1];
    },
  },
  { name: "site", label: "Site" },
];

const RATES = [
  ["1 h", "hour"],
  ["24 h", "day"],
  ["7 d", "week"],
] as const satisfies readonly (readonly [text: string, name: keyof ListedEndpoint])[];

/** What keeps a receiver from its deliveries says more than how its attempts go. */
const titleState = ({ state, receiverState, goneSince }: ListedEndpoint): ListedState =>
  receiverState !== "active" ? receiverState : goneSince === undefined ? state : "inactive";

function listBadges({ state, receiverState, goneSince }: ListedEndpoint): readonly string[] {
  const states: ListedState[] = [];
  if (receiverState !== "active") states.push(receiverState);
  else if (goneSince !== undefined) states.push("inactive");
  if (state !== "healthy" || states.length === 0) states.push(state);
  return states.map((each) => {
    const [kind, text] = STATE_TEXTS[each];
    return badge(kind, each === "inactive" && receiverState === "active" ? "Partly inactive" : text);
  });
}

function toRow(endpoint: ListedEndpoint) {
  const { siteKey, siteNo, no, receiver, queue, pausedAt, goneSince, failingSince, state } = endpoint;
  const { last } = queue;
  const bars = toBars(endpoint.series);
  return {
    name: endpoint.name,
    href: receiverHref(siteKey, receiver),
    path: `${PATH}/${siteKey}/${no}`,
    no,
    site: siteKey,
    origin: endpoint.origin,
    badges: listBadges(endpoint),
    since: pausedAt ?? goneSince ?? (state === "healthy" ? undefined : failingSince),
    rates: RATES.map(([text, name]) => ({ text, ...(endpoint[name] satisfies EndpointRate) })),
    bars,
    slots: endpoint.series,
    attempts: endpoint.day.attempts,
    success: endpoint.day.success,
    waiting: queue.waiting,
    waitMore: queue.more,
    oldestAt: endpoint.oldestWaitingAt,
    logHref: `/admin/deliveries?site=${siteKey}&endpoint=${no}`,
    waitingHref: `/admin/deliveries?site=${siteKey}&endpoint=${no}&state=waiting`,
    replayHref: replayHref({ key: siteKey, no: siteNo }, receiver, pausedAt ?? goneSince ?? failingSince),
    cancelHref: `/admin/deliveries/cancel?site=${siteKey}&endpoint=${no}`,
    last:
      last === undefined
        ? undefined
        : {
            href: `/admin/deliveries/${formatId("dlv", siteNo, last.id)}`,
            badge: badge(
              last.outcome.startsWith("accepted") ? "good" : "bad",
              outcomeText(last.outcome, last.status),
            ),
            ms: last.ms,
          },
    next: endpoint.next,
    canTry: queue.waiting > 0 && endpoint.receiverState === "active",
    canResume: pausedAt !== undefined || goneSince !== undefined,
  };
}

/** The site and number of the path. @throws {CallboardError} SITE_NOT_FOUND, SCOPE, ENDPOINT_NOT_FOUND */
async function readPlace({ params, caller }: Visit, { sites }: Rooms) {
  const siteKey = params["site"] ?? "";
  requireSite(caller, siteKey);
  return { siteKey: (await sites.load(siteKey)).key, no: endpointNo(params["number"]) };
}

/** The settings that are not the server's: name and value. */
function listSettings({ pace, orderBy }: ListedEndpoint, { headerNames, certificates }: AccessView) {
  const others = [
    ["Order by", orderBy ?? ""],
    ["Headers", headerNames.join(", ")],
    ["Certificates", certificates.map(({ subject, fingerprint }) => subject || fingerprint).join("; ")],
  ] as const;
  return [...listPace(pace), ...others.filter(([, value]) => value !== "")];
}

const toStuckRow = (siteNo: number, { id, outcome, status, ...stuck }: StuckKey) => ({
  ...stuck,
  href: `/admin/deliveries/${formatId("dlv", siteNo, id)}`,
  result: outcome === undefined ? "" : outcomeText(outcome, status),
});

interface PageState {
  readonly fields: PaceFields;
  readonly access: AccessFields;
  readonly orderBy: string;
  readonly refused: CallboardError;
}

async function endpointView(
  { siteKey, no }: { readonly siteKey: string; readonly no: number },
  query: URLSearchParams,
  rooms: Rooms,
  state?: PageState,
): Promise<ViewAnswer> {
  const range = toChartRange(query.get("range"));
  const endpoint = await rooms.endpoints.show(siteKey, no);
  const { receiver } = endpoint;
  const access = rooms.endpoints.access(siteKey, no);
  const savedAccess = accessView(access);
  return {
    kind: "view",
    view: "endpoint",
    title: formatEndpointTitle(endpoint.name, titleState(endpoint)),
    section: "endpoints",
    live: state === undefined,
    status: state === undefined ? 200 : 422,
    data: {
      row: toRow(endpoint),
      chart: chartView(range, await rooms.deliveryLog.endpointSeries(siteKey, [no], range), {
        path: `${PATH}/${siteKey}/${no}`,
        query,
      }),
      standstill: standstillView(await rooms.endpoints.standstill([siteKey], { endpointNo: no })),
      webhookHref: receiver.kind === "webhook" ? receiverHref(siteKey, receiver) : undefined,
      pace: state?.fields ?? paceFields(endpoint.pace),
      rate: describeWaitingRate(endpoint, rooms),
      rateUnits: RATE_UNITS,
      retryProfiles: RETRY_PROFILES,
      warnings: [rooms.endpoints.keyWarning(siteKey, no)].filter((warning) => warning !== undefined),
      orderBy: state?.orderBy ?? endpoint.orderBy ?? "",
      access: state?.access ?? accessFields(access),
      savedAccess,
      stuck: (await rooms.endpoints.stuckKeys(siteKey, no)).map((stuck) =>
        toStuckRow(endpoint.siteNo, stuck),
      ),
      settings: listSettings(endpoint, savedAccess),
      refusal: state?.refused,
    },
  };
}

/** Undefined unless deliveries wait for the rate, and for nothing else. */
function describeWaitingRate(
  { pace, dueAt, pausedAt, receiverState, openUntil = 0 }: ListedEndpoint,
  { endpoints }: Rooms,
): string | undefined {
  const now = endpoints.now();
  const isHeld = pausedAt !== undefined || receiverState !== "active" || openUntil > now;
  if (pace?.rate === undefined || isHeld || (dueAt ?? Infinity) > now) return undefined;
  return describeRate(pace.rate);
}

export const endpointPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    scope: "read",
    answer: async ({ query, caller }, rooms) => {
      const all = await listReachedSites(undefined, caller, rooms);
      const site = query.get("site") ?? "";
      const siteKeys = site === "" ? all : await listReachedSites(site, caller, rooms);
      const state = LISTED_STATES.find((each) => each === query.get("state"));
      const search = query.get("q")?.trim() ?? "";
      const paging = createPaging(PATH, query);
      const page = await rooms.endpoints.page(
        siteKeys,
        { state, search },
        { limit: PAGE_ROWS, cursor: paging.cursor },
      );
      return {
        kind: "view",
        view: "endpoints",
        title: "Endpoints",
        section: "endpoints",
        live: paging.cursor === undefined,
        data: {
          rows: page.items.map(toRow),
          ...listPaging(paging, { ...page, found: page.total }),
          noun: ["endpoint", "endpoints"],
          chips: listChips(PATH, query, FILTERS),
          clearHref: PATH,
          isFiltered: site !== "" || state !== undefined || search !== "",
          sites: all,
          site,
          state: state ?? "",
          states: LISTED_STATES.map((value) => ({ value, text: STATE_TEXTS[value][1] })),
          search,
          standstill: standstillView(page.standstill),
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/:site/:number`,
    scope: "read",
    answer: async (visit, rooms) => endpointView(await readPlace(visit, rooms), visit.query, rooms),
  },
  {
    method: "post",
    path: `${PATH}/:site/:number`,
    scope: "admin",
    perMinute: 60,
    answer: async (visit, rooms) => {
      const place = await readPlace(visit, rooms);
      const fields = readPaceFields(visit.form);
      const access = readAccessFields(visit.form);
      const orderBy = visit.form.get("orderBy")?.trim() ?? "";
      const { headers, tls } = toAccessWishes(access);
      try {
        const change = { pace: toPace(fields), orderBy, headers, tls };
        await rooms.registry.updateEndpoint(place.siteKey, place.no, { change, by: visit.author });
      } catch (error) {
        const refused = requireCallersMistake(error);
        if (refused.errors.length === 0) throw refused;
        return endpointView(place, visit.query, rooms, { fields, access, orderBy, refused });
      }
      return { kind: "redirect", to: `${PATH}/${place.siteKey}/${place.no}`, notice: "endpoint-saved" };
    },
  },
  {
    method: "post",
    path: `${PATH}/:site/:number/try`,
    scope: "admin",
    perMinute: 60,
    answer: async (visit, rooms) => {
      const { siteKey, no } = await readPlace(visit, rooms);
      const delivery = await tryNow(siteKey, no, visit.author, rooms);
      return { kind: "redirect", to: `/admin/deliveries/${delivery}`, notice: "endpoint-tried" };
    },
  },
  {
    method: "post",
    path: `${PATH}/:site/:number/resume`,
    scope: "admin",
    perMinute: 60,
    answer: async (visit, rooms) => {
      const { siteKey, no } = await readPlace(visit, rooms);
      await rooms.registry.resume(siteKey, { kind: "endpoint", endpointNo: no }, visit.author);
      return { kind: "redirect", to: PATH, notice: "receiver-resumed" };
    },
  },
];
