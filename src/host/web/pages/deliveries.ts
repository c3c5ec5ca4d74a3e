/** The delivery log: its list with filters in the address, redelivering what was chosen or meant, and its export. */
import type { DeliveryFilter } from "../../delivery-log/filter.ts";
import { CallboardError } from "../../../errors.ts";
import { presentDelivery, toDeliveryFilter, requireReach } from "../present/delivery.ts";
import { listReachedSites } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { listChips } from "./list.ts";
import type { Filter } from "./list.ts";
import type { Page } from "./page.ts";
import {
  LAST_HOUR,
  ONE_HOUR,
  RANGE_OPTIONS,
  describePeriod,
  listNeighbors,
  readPeriod,
  withHour,
} from "./delivery-period.ts";
import { createPaging } from "./paging.ts";
import { chooseReceiver, nameReceiver } from "./receiver-choice.ts";
import type { ChoicePlace, ReceiverChoice } from "./receiver-choice.ts";
import { deliveryRow } from "./rows.ts";
import { STATE_NAMES } from "../../model/delivery.ts";

const PATH = "/admin/deliveries";
const PAGE_ROWS = 50;
const EXPORT_ROWS = 500;
const MAX_EXPORTED = 50_000;

const FIELDS = [
  "site",
  "addon",
  "webhook",
  "endpoint",
  "event",
  "state",
  "test",
  "since",
  "until",
  "q",
] as const;

/** The words of the address as the API knows them: the chosen target and range put into their own words. */
function readWords(query: URLSearchParams, now: number): Readonly<Record<string, string>> {
  const words: Record<string, string> = {};
  for (const name of FIELDS) {
    const value = query.get(name)?.trim() ?? "";
    if (value !== "") words[name] = value;
  }
  const [kind, site, key] = (query.get("target") ?? "").split("|", 3);
  if (kind === "addon" && site !== undefined && key !== undefined) Object.assign(words, { site, addon: key });
  if (kind === "webhook" && site !== undefined) words["webhook"] = site;
  const period = readPeriod(query, now);
  if (period !== undefined) {
    words["since"] = new Date(period.since).toISOString();
    words["until"] = new Date(period.until).toISOString();
  }
  return words;
}

/** The failed deliveries among them; test deliveries only if they are asked for. */
const readFailedWords = (query: URLSearchParams): Readonly<Record<string, string>> => ({
  test: "false",
  ...readWords(query, Date.now()),
  state: "failed",
});

/** The same query for waiting deliveries only. */
const readWaitingWords = (query: URLSearchParams): Readonly<Record<string, string>> => ({
  ...readWords(query, Date.now()),
  state: "waiting",
});

/** The list that a form was sent from, as far as the form tells. */
function listBefore(form: URLSearchParams): string {
  const kept = form.get("kept") ?? "";
  return kept === "" ? PATH : `${PATH}?${kept}`;
}

interface ChosenReceiver extends ReceiverChoice {
  /** The query with the receiver that was searched for, if there is only one. */
  readonly query: URLSearchParams;
  /** What was searched for; "" once it is chosen. */
  readonly search: string;
}

/** A receiver that was searched for is chosen if it is the only match. */
function readReceiver(query: URLSearchParams, place: ChoicePlace, rooms: Rooms): ChosenReceiver {
  const search = query.get("receiver")?.trim() ?? "";
  const choice = chooseReceiver(search, place, rooms);
  if (search === "") return { ...choice, query, search };
  const rest = new URLSearchParams(query);
  for (const name of ["receiver", "target", "webhook", "addon"]) rest.delete(name);
  const [only] = choice.options;
  if (choice.found !== 1 || only === undefined) return { ...choice, query: rest, search };
  rest.set("target", only.value);
  return { ...choice, query: rest, search: "" };
}

/** A search that cannot be made is told on the page: what is wrong with it, or that it takes an hour to look through. */
async function listed(filter: DeliveryFilter, cursor: string | undefined, rooms: Rooms) {
  try {
    return { ...(await rooms.deliveryLog.list(filter, { limit: PAGE_ROWS, cursor })), refusal: undefined };
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "QUERY_INVALID") throw error;
    const needsHour = error.errors.some(({ pointer }) => pointer === "q");
    return { items: [], next: undefined, refusal: needsHour ? ("needs an hour" as const) : error };
  }
}

/** Where texts in bodies can be searched. */
const offerHours = (kept: string) => ({
  lastHref: `${PATH}?${withRange(kept, LAST_HOUR)}`,
  chooseHref: `${PATH}?${withRange(kept, ONE_HOUR)}#hour`,
});

const NOTHING_LISTED = { items: [], next: undefined, refusal: undefined } as const;
/** Receivers that match a search and are listed as links. */
const MAX_LINKS = 20;

const toLink =
  (kept: string) =>
  ({ value, text }: ReceiverChoice["options"][number]) => {
    const query = new URLSearchParams(kept);
    query.set("target", value);
    return { text, href: `${PATH}?${query.toString()}` };
  };

const TESTS: Readonly<Record<string, string>> = { true: "only", false: "excluded" };

const listFilters = (targetName: string | undefined, period: string | undefined): readonly Filter[] => [
  { name: "q", label: "Search" },
  { name: "state", label: "State" },
  { name: "event", label: "Event" },
  { name: "target", label: "Receiver", describe: (value) => targetName ?? value },
  { name: "addon", label: "Add-on" },
  { name: "webhook", label: "Webhook", describe: (value) => targetName ?? value },
  { name: "endpoint", label: "Endpoint" },
  { name: "site", label: "Site" },
  { name: "range", label: "Time", describe: () => period },
  { name: "since", label: "Since" },
  { name: "until", label: "Until" },
  { name: "test", label: "Tests", describe: (value) => TESTS[value] ?? value },
];

function chosenTarget(query: URLSearchParams): string {
  const target = query.get("target") ?? "";
  if (target !== "") return target;
  if (query.get("webhook") !== null) return `webhook|${query.get("webhook") ?? ""}`;
  const addon = query.get("addon");
  return addon === null ? "" : `addon|${query.get("site") ?? ""}|${addon}`;
}

/** The filter's part of an address: without what belongs to paging. */
function filterQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  for (const name of ["cursor", "trail", "notice"]) kept.delete(name);
  for (const [name, value] of [...kept]) if (value === "") kept.delete(name);
  return kept.toString();
}

/** The same filter within a range. */
function withRange(kept: string, range: string): string {
  const query = new URLSearchParams(kept);
  for (const name of ["since", "until", "hour"]) query.delete(name);
  query.set("range", range);
  return query.toString();
}

async function* exported(filter: DeliveryFilter, signal: AbortSignal, rooms: Rooms) {
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await rooms.deliveryLog.list(filter, { limit: EXPORT_ROWS, cursor });
    count += page.items.length;
    yield page.items.map((item) => `${JSON.stringify(presentDelivery(item, rooms))}\n`).join("");
    cursor = page.next;
  } while (cursor !== undefined && count < MAX_EXPORTED && !signal.aborted);
}

export const deliveriesPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "own",
    scope: "read",
    answer: async ({ query: given, caller }, rooms) => {
      const now = Date.now();
      const reached = await listReachedSites(undefined, caller, rooms);
      const place = { reached, portal: caller.portal };
      const { query, search, ...choice } = readReceiver(withHour(given, now), place, rooms);
      const filter = await toDeliveryFilter(readWords(query, now), caller, rooms);
      const paging = createPaging(PATH, query);
      const { items, next, refusal } =
        search === "" ? await listed(filter, paging.cursor, rooms) : NOTHING_LISTED;
      const kept = filterQuery(query);
      const target = chosenTarget(query);
      const targetName = target === "" ? undefined : nameReceiver(target, place, rooms);
      return {
        kind: "view",
        view: "deliveries",
        title: "Deliveries",
        section: "deliveries",
        live: paging.cursor === undefined,
        data: {
          rows: items.map((delivery) => deliveryRow(delivery, rooms)),
          older: paging.older(next),
          newer: paging.newer,
          newest: paging.newest,
          refusal: refusal instanceof CallboardError ? refusal.message : undefined,
          bodies: refusal === "needs an hour" ? offerHours(kept) : undefined,
          hours: query.get("q") ? listNeighbors(PATH, query, now) : undefined,
          isFiltered: kept !== "",
          kept,
          chips: listChips(PATH, query, listFilters(targetName, describePeriod(query, now))),
          clearHref: PATH,
          values: Object.fromEntries(
            [...FIELDS, "range", "hour"].map((name) => [name, query.get(name) ?? ""]),
          ),
          target,
          receivers: choice,
          receiverSearch: search,
          receiverLinks: search === "" ? [] : choice.options.slice(0, MAX_LINKS).map(toLink(kept)),
          sites: reached,
          states: STATE_NAMES,
          ranges: RANGE_OPTIONS,
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/export`,
    subject: "own",
    scope: "read",
    perMinute: 10,
    answer: async ({ query, caller, signal }, rooms) => {
      const filter = await toDeliveryFilter(readWords(query, Date.now()), caller, rooms);
      return {
        kind: "file",
        name: "deliveries.jsonl",
        contentType: "application/jsonl; charset=utf-8",
        body: exported(filter, signal, rooms),
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/redeliver`,
    subject: "own",
    scope: "admin",
    answer: async ({ query, caller }, rooms) => {
      const words = readFailedWords(query);
      const filter = await toDeliveryFilter(words, caller, rooms);
      const { count, more } = await rooms.deliveryLog.count(filter);
      return {
        kind: "view",
        view: "redeliver",
        title: "Redeliver all that failed",
        section: "deliveries",
        data: {
          count,
          more,
          words,
          fields: Object.entries(words),
          ranges: RANGE_OPTIONS.filter(({ value }) => value !== ONE_HOUR || value === query.get("range")),
          range: query.get("range") ?? "",
          others: [...query].filter(
            ([name]) => !["range", "since", "until", "cursor", "trail"].includes(name),
          ),
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/cancel`,
    subject: "own",
    scope: "admin",
    answer: async ({ query, caller }, rooms) => {
      const words = readWaitingWords(query);
      const filter = await toDeliveryFilter(words, caller, rooms);
      const { count, more } = await rooms.deliveryLog.count(filter);
      return {
        kind: "view",
        view: "cancel-deliveries",
        title: "Cancel waiting deliveries",
        section: "deliveries",
        data: { count, more, fields: Object.entries(words), kept: filterQuery(query) },
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/cancel`,
    subject: "own",
    scope: "admin",
    answer: async ({ form, caller, author }, rooms) => {
      const filter = await toDeliveryFilter(readWaitingWords(form), caller, rooms);
      await rooms.deliveryLog.cancelMany(filter, author);
      return {
        kind: "redirect",
        to: listBefore(form),
        notice: "deliveries-cancelled",
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/redeliver`,
    subject: "own",
    scope: "admin",
    answer: async ({ form, caller, author }, rooms) => {
      const ids = form.getAll("id");
      if (form.get("meant") === null) {
        for (const id of ids) await requireReach(id, caller, rooms);
        await redeliverChosen(ids, async (id) => rooms.deliveryLog.redeliver(id, author));
      } else {
        const filter = await toDeliveryFilter(readFailedWords(form), caller, rooms);
        await rooms.deliveryLog.redeliverMany(filter, author);
      }
      return {
        kind: "redirect",
        to: listBefore(form),
        ...(ids.length > 0 || form.get("meant") !== null
          ? { notice: "deliveries-redelivered" as const }
          : {}),
      };
    },
  },
];

/** One that is being attempted at this moment is left alone: it does not stop the others. */
async function redeliverChosen(
  ids: readonly string[],
  redeliver: (id: string) => Promise<unknown>,
): Promise<void> {
  for (const id of ids.slice(0, PAGE_ROWS)) {
    try {
      await redeliver(id);
    } catch (error) {
      if (!(error instanceof CallboardError) || error.code !== "DELIVERY_STATE") throw error;
    }
  }
}
