/**
 * The statements of the delivery log. Every one walks an index from the newest delivery down and looks at a bounded number of
 * rows, so that a page costs the same whatever the log holds: a walk that meets its bound says where it stopped.
 */
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { toEventId } from "./event-ids.ts";
import { bindSites, namedSites } from "./named-sites.ts";
import { keepWaitingSites } from "./waiting-sites.ts";
import { DELIVERED, FAILED, LEASED, WAITING, isBehindLane, toLane, toMatched } from "./deliveries.ts";
import { toReceiver } from "../db/columns.ts";
import { toLastDelivery } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import { STATE_NAMES } from "../../model/delivery.ts";
import type { DeliveryState, FailureReason } from "../../model/delivery.ts";
import type { EndpointAt, OrderPlace } from "../../model/delivery.ts";
import type { Receiver } from "../../model/endpoint.ts";
import type { Lane } from "../../model/event.ts";
import { endpointRows } from "./endpoint-rows.ts";

/** A delivery, for display. */
export interface SentDelivery {
  readonly siteNo: number;
  readonly id: Uuid;
  readonly endpointNo: number;
  readonly subscriptionNo: number;
  /** Every subscription that it serves. */
  readonly matched: readonly number[];
  readonly lane: Lane;
  readonly state: DeliveryState;
  /** When the next attempt is due, while it waits for that. */
  readonly dueAt: number | undefined;
  readonly attempts: number;
  readonly redelivery: number;
  /** The replay that created or reopened it last. */
  readonly replayNo: number | undefined;
  /** The batch that it was put into last. */
  readonly batchId: Uuid | undefined;
  /** Undefined without a key. */
  readonly order: OrderPlace | undefined;
  readonly test: boolean;
  /** A test of values that are not saved: it serves no subscription. */
  readonly isUnsaved: boolean;
  readonly because: FailureReason | undefined;
  readonly lastStatus: number | undefined;
  readonly lastOutcome: string | undefined;
  readonly lastMs: number | undefined;
  readonly settledAt: number | undefined;
  /** Undefined once retention has taken the event. */
  readonly event: string | undefined;
  /** That of the last attempt, or the subscription's when there was none; undefined when both are gone. */
  readonly url: string | undefined;
  readonly receiver: Receiver | undefined;
  /** Time until which the circuit of its endpoint is open. */
  readonly openUntil: number | undefined;
}

/** Below everything; an id is hexadecimal. */
export const OLDEST: Uuid = "";
/** Above everything. */
export const NEWEST: Uuid = "g";

/** Ids from `from` (included) up to `below` (not included). */
export interface IdRange {
  readonly from: Uuid;
  readonly below: Uuid;
}

/** Which index is walked. */
export type Walk =
  | { readonly kind: "site" }
  | { readonly kind: "endpoint"; readonly endpointNo: number }
  | { readonly kind: "failed" }
  | { readonly kind: "tests" }
  /** Sorted after they were found: for when they are few. */
  | { readonly kind: "batch"; readonly batchId: Uuid }
  | { readonly kind: "waiting" }
  | { readonly kind: "leased" };

/** Further conditions on the rows of a walk. */
export interface Wanted {
  readonly state?: DeliveryState | undefined;
  readonly because?: FailureReason | undefined;
  readonly test?: boolean | undefined;
  readonly endpointNos?: readonly number[] | undefined;
  readonly subscriptionNos?: readonly number[] | undefined;
  readonly urlPrefix?: string | undefined;
  readonly event?: string | undefined;
  readonly batchId?: Uuid | undefined;
}

export interface WalkOptions {
  readonly siteNo: number;
  readonly walk: Walk;
  readonly range: IdRange;
  readonly wanted: Wanted;
  /** Maximum number of deliveries. */
  readonly limit: number;
}

export interface Walked {
  readonly rows: readonly SentDelivery[];
  /** Set when the walk met its bound: everything from here up was looked at, below not yet. */
  readonly stoppedAt: Uuid | undefined;
}

/** Rows that one walk looks at before it stops. */
const MAX_WALK = 10_000;
/** When each row costs looking up its URL. */
const MAX_WALK_BY_URL = 1_000;

const chooseBound = ({ urlPrefix }: Wanted) => (urlPrefix === undefined ? MAX_WALK : MAX_WALK_BY_URL);

const CODE_OF_STATE: Readonly<Record<DeliveryState, number>> = {
  waiting: WAITING,
  leased: LEASED,
  delivered: DELIVERED,
  failed: FAILED,
};

interface SentRow {
  site_no: number;
  id: string;
  endpoint_no: number;
  subscription_no: number;
  matched: string | null;
  lane: number;
  state: number;
  due_at: number;
  attempts: number;
  redelivery: number;
  replay_no: number | null;
  order_key: string | null;
  sequence: number | null;
  batch_id: Uuid | null;
  test: number;
  because: FailureReason | null;
  last_status: number | null;
  last_outcome: string | null;
  last_ms: number | null;
  settled_at: number | null;
  name: string | null;
  url: string | null;
  subscribed: number | null;
  addon_key: string | null;
  webhook_no: number | null;
  open_until: number | null;
}

function toSentDelivery(row: SentRow): SentDelivery {
  const state = STATE_NAMES[row.state] ?? "failed";
  const isBehind = state === "waiting" && isBehindLane(row.lane);
  return {
    siteNo: row.site_no,
    id: row.id,
    endpointNo: row.endpoint_no,
    subscriptionNo: row.subscription_no,
    matched: toMatched(row),
    lane: toLane(row.lane),
    state,
    dueAt: state === "waiting" && !isBehind ? row.due_at : undefined,
    attempts: row.attempts,
    redelivery: row.redelivery,
    replayNo: row.replay_no ?? undefined,
    batchId: row.batch_id ?? undefined,
    order:
      row.order_key === null
        ? undefined
        : { key: row.order_key, sequence: row.sequence ?? undefined, isBehind },
    test: row.test === 1,
    isUnsaved: row.test === 1 && row.matched === "[]",
    because: row.because ?? undefined,
    lastStatus: row.last_status ?? undefined,
    lastOutcome: row.last_outcome ?? undefined,
    lastMs: row.last_ms ?? undefined,
    settledAt: row.settled_at ?? undefined,
    openUntil: row.open_until ?? undefined,
    event: row.name ?? undefined,
    url: row.url ?? undefined,
    receiver: row.subscribed === null ? undefined : toReceiver(row),
  };
}

/** `site` is the parameter of the site, by which every look-up goes to the server with its rows. */
const lastUrl = (site: string) =>
  `(SELECT a.url FROM callboard_attempt a WHERE a.site_no = ${site} AND a.delivery_id = d.id AND a.number = d.attempts)`;
const withNames = (
  site: string,
) => `LEFT JOIN callboard_event e ON e.site_no = ${site} AND e.id = ${toEventId("d.id")}
   LEFT JOIN callboard_subscription s ON s.site_no = ${site} AND s.no = d.subscription_no
   LEFT JOIN callboard_endpoint ep ON ep.site_no = ${site} AND ep.no = d.endpoint_no`;
const shown = (
  site: string,
) => `d.site_no, d.id, d.endpoint_no, d.subscription_no, d.matched, d.lane, d.state, d.due_at, d.attempts,
   d.redelivery, d.replay_no, d.order_key, d.sequence, d.batch_id, d.test, d.because, d.last_status, d.last_outcome, d.last_ms, d.settled_at, e.name,
   COALESCE(${lastUrl(site)}, s.url) AS url, s.no AS subscribed, s.addon_key, s.webhook_no, ep.open_until`;

/** Collects bound values and gives each its `$n`. */
function createBinder(): { readonly values: unknown[]; readonly bind: (value: unknown) => string } {
  const values: unknown[] = [];
  return {
    values,
    bind: (value) => {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

type Bind = (value: unknown) => string;

/** Numbers only, so they may stand in the statement. */
const inList = (numbers: readonly number[]) => `(${numbers.map(Math.trunc).join(", ")})`;

function formatConditions(wanted: Wanted, siteNo: number, bind: Bind): readonly string[] {
  const conditions: string[] = [];
  if (wanted.state !== undefined) conditions.push(`d.state = ${CODE_OF_STATE[wanted.state]}`);
  if (wanted.because !== undefined) conditions.push(`d.because = ${bind(wanted.because)}`);
  if (wanted.batchId !== undefined) conditions.push(`d.batch_id = ${bind(wanted.batchId)}`);
  if (wanted.test !== undefined) conditions.push(`d.test = ${wanted.test ? 1 : 0}`);
  if (wanted.endpointNos !== undefined) conditions.push(`d.endpoint_no IN ${inList(wanted.endpointNos)}`);
  if (wanted.subscriptionNos !== undefined)
    conditions.push(`d.subscription_no IN ${inList(wanted.subscriptionNos)}`);
  if (wanted.urlPrefix !== undefined) {
    const site = bind(siteNo);
    const url = `COALESCE(${lastUrl(site)}, (SELECT s.url FROM callboard_subscription s
      WHERE s.site_no = ${site} AND s.no = d.subscription_no))`;
    conditions.push(`substr(${url}, 1, ${wanted.urlPrefix.length}) = ${bind(wanted.urlPrefix)}`);
  }
  if (wanted.event !== undefined) {
    conditions.push(`EXISTS (SELECT 1 FROM callboard_event e WHERE e.site_no = ${bind(siteNo)}
      AND e.id = ${toEventId("d.id")} AND e.name = ${bind(wanted.event)})`);
  }
  return conditions;
}

interface MetOnOptions {
  readonly walk: Walk;
  readonly columns: string;
  readonly siteNo: string;
  readonly range: { readonly from: string; readonly below: string };
}

/** Formats the rows of a walk, ordered by ID: the condition that its index covers, and the index. */
function metOn(
  { dialect }: Pick<Queryable, "dialect">,
  { walk, columns, siteNo, range }: MetOnOptions,
): string {
  const { condition, index, site, id } = chooseWay(walk);
  return `SELECT ${columns} FROM callboard_delivery${index === undefined ? "" : dialect.along(index)}
     WHERE ${site} = ${siteNo} AND ${id} < ${range.below} AND ${id} >= ${range.from} ${condition} ORDER BY ${id} DESC`;
}

/** `site` and `id` are how the walk writes these two columns. */
interface Way {
  readonly condition: string;
  readonly index: string | undefined;
  readonly site: string;
  readonly id: string;
}

const ORDERED = { site: "site_no", id: "id" } as const;
/**
 * The index of what waits is short and in another order. PostgreSQL would rather look for the few rows along the primary key,
 * all of it, than sort them: what is no column it cannot look up there.
 */
const SORTED = { site: "site_no", id: "(id || '')" } as const;

function chooseWay(walk: Walk): Way {
  switch (walk.kind) {
    case "site":
      return { condition: "", index: undefined, ...ORDERED };
    case "endpoint":
      return {
        condition: `AND endpoint_no = ${Math.trunc(walk.endpointNo)}`,
        index: "callboard_delivery_endpoint",
        ...ORDERED,
      };
    case "failed":
      return { condition: `AND state = ${FAILED}`, index: "callboard_delivery_failed", ...ORDERED };
    case "batch":
      return {
        // An ID is hexadecimal.
        condition: `AND batch_id = '${walk.batchId.replaceAll(/[^0-9a-f]/g, "")}'`,
        index: "callboard_delivery_batch",
        ...SORTED,
      };
    case "tests":
      return { condition: "AND test = 1", index: "callboard_delivery_test", ...ORDERED };
    case "waiting":
      return { condition: `AND state = ${WAITING}`, index: "callboard_delivery_due", ...SORTED };
    case "leased":
      return {
        condition: `AND state = ${LEASED}`,
        index: "callboard_delivery_lease",
        ...SORTED,
        site: "site_no + 0",
      };
  }
}

/** Formats the statement of a walk. Tests check its query plan. */
export function walkStatement(
  q: Pick<Queryable, "dialect">,
  { siteNo, walk, range, wanted, limit }: WalkOptions,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const { values, bind } = createBinder();
  const bounds = { below: bind(range.below), from: bind(range.from) };
  const met = (columns: string) => metOn(q, { walk, columns, siteNo: bind(siteNo), range: bounds });
  const rows = isInIndex(walk, wanted)
    ? `(SELECT d.* FROM (${met(INDEXED)} LIMIT ${MAX_WALK}) m
         JOIN callboard_delivery d ON d.site_no = m.site_no AND d.id = m.id
         WHERE m.endpoint_no IN ${inList(wanted.endpointNos ?? [])})`
    : `(${met("*")} LIMIT ${isUnconditional(wanted) ? bind(limit) : chooseBound(wanted)})`;
  const conditions = formatConditions(wanted, siteNo, bind);
  const picked =
    conditions.length === 0
      ? rows
      : `(SELECT * FROM ${rows} d WHERE ${conditions.join(" AND ")} ORDER BY d.id DESC LIMIT ${bind(limit)})`;
  const site = bind(siteNo);
  return { sql: `SELECT ${shown(site)} FROM ${picked} d ${withNames(site)} ORDER BY d.id DESC`, values };
}

/** Columns of the index of failed deliveries. Filtering them by receiver doesn't read the rows. */
const INDEXED = "site_no, id, endpoint_no";

const isInIndex = (walk: Walk, { endpointNos }: Wanted) =>
  walk.kind === "failed" && endpointNos !== undefined;
const isUnconditional = (wanted: Wanted) => Object.values(wanted).every((value) => value === undefined);

/** Counts the rows of a walk that match, among its newest `limit`. `more` is true if there are older ones. */
export async function countOnWalk(
  q: Queryable,
  { siteNo, walk, range, wanted, limit }: WalkOptions,
): Promise<{ readonly count: number; readonly more: boolean }> {
  const { values, bind } = createBinder();
  const isIndexed = Object.entries(wanted).every(
    ([name, value]) => value === undefined || name === "endpointNos" || name === "event",
  );
  const columns = walk.kind === "failed" && isIndexed ? INDEXED : "*";
  const met = metOn(q, {
    walk,
    columns,
    siteNo: bind(siteNo),
    range: { below: bind(range.below), from: bind(range.from) },
  });
  const conditions = formatConditions(wanted, siteNo, bind);
  const isWanted = conditions.length === 0 ? "1 = 1" : conditions.join(" AND ");
  const [row] = await q.query<{ met: number; wanted: number | null }>(
    `SELECT COUNT(*) AS met, SUM(CASE WHEN ${isWanted} THEN 1 ELSE 0 END) AS wanted FROM (${met} LIMIT ${Math.trunc(limit) + 1}) d`,
    values,
  );
  return { count: Math.min(row?.wanted ?? 0, limit), more: (row?.met ?? 0) > limit };
}

/** The newest deliveries of a site in the range that are met on the walk and are what is wanted, at limit `limit`. */
export async function walkDeliveries(q: Queryable, options: WalkOptions): Promise<Walked> {
  const { sql, values } = walkStatement(q, options);
  const rows = (await q.query<SentRow>(sql, values)).map(toSentDelivery);
  if (rows.length === options.limit || isUnconditional(options.wanted)) return { rows, stoppedAt: undefined };
  return { rows, stoppedAt: await endOfWalk(q, options) };
}

export interface WalkTogether {
  readonly siteNos: readonly number[];
  readonly walk: { readonly kind: "site" | "failed" | "tests" };
  readonly range: IdRange;
  /** Maximum number of deliveries, of all sites together. */
  readonly limit: number;
}

/** Formats the statement of {@link walkTogether}. Tests check its query plan. */
export function togetherStatement(
  q: Pick<Queryable, "dialect">,
  { siteNos, walk, range, limit }: WalkTogether,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const { condition, index } = chooseWay(walk);
  const along = index === undefined ? "" : q.dialect.along(index);
  const newest = `d.site_no = s.no AND d.id IN (SELECT n.id FROM callboard_delivery n${along}
    WHERE n.site_no = s.no AND n.id < $2 AND n.id >= $3 ${condition} ORDER BY n.id DESC LIMIT $4)`;
  return {
    sql: `SELECT ${shown("d.site_no")} FROM
       (SELECT d.* FROM ${namedSites(q, "$1")} ${q.dialect.joinEach("callboard_delivery", "d", newest)}
        ORDER BY d.id DESC LIMIT $4) d ${withNames("d.site_no")} ORDER BY d.id DESC`,
    values: [bindSites(siteNos), range.below, range.from, limit],
  };
}

/** The newest deliveries of several sites that are met on a walk, in one statement. */
export async function walkTogether(q: Queryable, options: WalkTogether): Promise<readonly SentDelivery[]> {
  const { sql, values } = togetherStatement(q, options);
  return (await q.query<SentRow>(sql, values)).map(toSentDelivery);
}

/** IDs from `from` up to `below` (not included) of one site. */
interface SiteRange extends IdRange {
  readonly siteNo: number;
}

/** Formats the statement of {@link newestInRanges}. Tests check its query plan. */
export function rangesStatement(
  { dialect }: Pick<Queryable, "dialect">,
  ranges: readonly SiteRange[],
  limit: number,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const given = dialect.rows("$1", { site_no: "int", first: "text", below: "text" }, "r");
  const newest = `d.site_no = r.site_no AND d.id IN (SELECT n.id FROM callboard_delivery n
    WHERE n.site_no = r.site_no AND n.id >= r.first AND n.id < r.below ORDER BY n.id DESC LIMIT $2)`;
  return {
    sql: `SELECT ${shown("d.site_no")} FROM
       (SELECT d.* FROM ${given} ${dialect.joinEach("callboard_delivery", "d", newest)}
        ORDER BY d.id DESC LIMIT $2) d ${withNames("d.site_no")} ORDER BY d.id DESC`,
    values: [JSON.stringify(ranges.map(({ siteNo, from, below }) => [siteNo, from, below])), limit],
  };
}

/** The newest deliveries in these ranges, newest first. */
export async function newestInRanges(
  q: Queryable,
  ranges: readonly SiteRange[],
  limit: number,
): Promise<readonly SentDelivery[]> {
  const { sql, values } = rangesStatement(q, ranges, limit);
  return (await q.query<SentRow>(sql, values)).map(toSentDelivery);
}

/** Returns the last row that a bounded walk examined. Undefined if it reached the end. */
async function endOfWalk(
  q: Queryable,
  { siteNo, walk, range, wanted }: WalkOptions,
): Promise<Uuid | undefined> {
  const met = metOn(q, { walk, columns: "id", siteNo: "$1", range: { below: "$2", from: "$3" } });
  const [row] = await q.query<{ id: string }>(`${met} LIMIT 1 OFFSET ${chooseBound(wanted) - 1}`, [
    siteNo,
    range.below,
    range.from,
  ]);
  return row?.id;
}

/** Counts the waiting deliveries of a site, up to `limit`. */
export async function countWaitingOn(q: Queryable, siteNo: number, limit: number): Promise<number> {
  return (await countWaitingOnEach(q, [siteNo], limit)).get(siteNo) ?? 0;
}

/** The same for each of these sites, by its number. Of many sites, those without any can be left out. */
export async function countWaitingOnEach(
  q: Queryable,
  siteNos: readonly number[],
  limit: number,
): Promise<ReadonlyMap<number, number>> {
  const waiting = await keepWaitingSites(q, siteNos);
  if (waiting.length === 0) return new Map();
  const rows = await q.query<{ no: number; count: number }>(
    `SELECT s.no, (SELECT COUNT(*) FROM
       (SELECT 1 FROM callboard_delivery WHERE site_no = s.no AND state = ${WAITING} LIMIT $2) w) AS count
     FROM ${namedSites(q, "$1")}`,
    [bindSites(waiting), limit],
  );
  return new Map(rows.map(({ no, count }) => [no, count]));
}

interface DeliveriesOfEventsOptions {
  readonly siteNo: number;
  readonly events: readonly Uuid[];
  readonly range: IdRange;
  readonly wanted: Wanted;
}

/** The deliveries of these events (all of one site) in the range, newest first. */
export async function deliveriesOfEvents(
  q: Queryable,
  { siteNo, events, range, wanted }: DeliveriesOfEventsOptions,
): Promise<readonly SentDelivery[]> {
  if (events.length === 0) return [];
  const { values, bind } = createBinder();
  const from = q.dialect.rows(
    bind(JSON.stringify(events.map((id) => [id, toLastDelivery(id)]))),
    { first: "text", last: "text" },
    "r",
  );
  const site = bind(siteNo);
  const ofEvent = `d.site_no = ${site} AND d.id > r.first AND d.id <= r.last`;
  const conditions = [
    // The expression hides the column from SQLite, which otherwise scans the range once for each event.
    `d.id || '' < ${bind(range.below)} AND d.id || '' >= ${bind(range.from)}`,
    ...formatConditions(wanted, siteNo, bind),
  ];
  const rows = await q.query<SentRow>(
    `SELECT ${shown(site)} FROM ${from} ${q.dialect.joinEach("callboard_delivery", "d", ofEvent)} ${withNames(site)}
     WHERE ${conditions.join(" AND ")} ORDER BY d.id DESC`,
    values,
  );
  return rows.map(toSentDelivery);
}

interface EventsNamedOptions {
  readonly siteNo: number;
  readonly name: string;
  readonly range: IdRange;
  readonly limit: number;
}

/** Ids of the newest events of this name in the range. */
export async function eventsNamed(
  q: Queryable,
  { siteNo, name, range, limit }: EventsNamedOptions,
): Promise<readonly Uuid[]> {
  const rows = await q.query<{ id: string }>(
    `SELECT id FROM callboard_event WHERE site_no = $1 AND name = $2 AND id < $3 AND id >= $4
     ORDER BY id DESC LIMIT $5`,
    [siteNo, name, range.below, range.from, limit],
  );
  return rows.map((row) => row.id);
}

interface EventsContainingOptions {
  readonly siteNo: number;
  readonly text: string;
  readonly name: string | undefined;
  readonly range: IdRange;
  readonly limit: number;
}

/** Which of the newest `limit` events in the range have this text in their body, and the last one looked at. */
export async function eventsContaining(
  q: Queryable,
  { siteNo, text, name, range, limit }: EventsContainingOptions,
): Promise<{ readonly found: readonly Uuid[]; readonly last: Uuid | undefined }> {
  // Neither instr nor strpos is known to both databases; replace and length are.
  const rows = await q.query<{ id: string; found: number }>(
    `SELECT id, CASE WHEN length(replace(body, $4, '')) < length(body) THEN 1 ELSE 0 END AS found
     FROM callboard_event WHERE site_no = $1 AND id < $2 AND id >= $3 ${name === undefined ? "" : "AND name = $6"}
     ORDER BY id DESC LIMIT $5`,
    [siteNo, range.below, range.from, text, limit, ...(name === undefined ? [] : [name])],
  );
  return {
    found: rows.filter((row) => row.found === 1).map((row) => row.id),
    last: rows.length === limit ? rows.at(-1)?.id : undefined,
  };
}

export async function findDelivery(
  q: Queryable,
  siteNo: number,
  id: Uuid,
): Promise<SentDelivery | undefined> {
  const [row] = await q.query<SentRow>(
    `SELECT ${shown("$1")} FROM callboard_delivery d ${withNames("$1")} WHERE d.site_no = $1 AND d.id = $2`,
    [siteNo, id],
  );
  return row === undefined ? undefined : toSentDelivery(row);
}

/** The newest delivery of each of these endpoints. */
export async function newestByEndpoint(
  q: Queryable,
  endpoints: readonly EndpointAt[],
): Promise<readonly SentDelivery[]> {
  // CROSS JOIN keeps SQLite from beginning with the log.
  const rows = await eachSite(q, endpoints, (part) =>
    q.query<SentRow>(
      `SELECT ${shown("p.site_no")} FROM ${q.dialect.rows("$1", { site_no: "int", no: "int" }, "p")}
       CROSS JOIN callboard_delivery d ${withNames("p.site_no")}
       WHERE d.site_no = p.site_no AND d.id = (SELECT MAX(n.id) FROM callboard_delivery n
         WHERE n.site_no = p.site_no AND n.endpoint_no = p.no)`,
      [endpointRows(part)],
    ),
  );
  return rows.map(toSentDelivery).toSorted((one, other) => (one.id < other.id ? 1 : -1));
}

/** Number of deliveries of an event in one state. `tried` is true after at least one attempt. */
export interface Standing {
  readonly state: DeliveryState;
  readonly tried: boolean;
  readonly count: number;
}

interface StandingRow {
  event: string;
  state: number;
  tried: number;
  count: number;
}

/** Counts the deliveries of events of one site by state, by event ID. */
export async function standingsOfEvents(
  q: Queryable,
  siteNo: number,
  events: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, readonly Standing[]>> {
  const standings = new Map<Uuid, Standing[]>();
  if (events.length === 0) return standings;
  const ranges = JSON.stringify(events.map((id) => [id, toLastDelivery(id)]));
  const rows = await q.query<StandingRow>(
    `SELECT r.first AS event, d.state, CASE WHEN d.attempts > 0 THEN 1 ELSE 0 END AS tried, COUNT(*) AS count
     FROM ${q.dialect.rows("$1", { first: "text", last: "text" }, "r")} CROSS JOIN callboard_delivery d
     WHERE d.site_no = $2 AND d.id > r.first AND d.id <= r.last GROUP BY 1, 2, 3 ORDER BY 2, 3`,
    [ranges, siteNo],
  );
  for (const { event, state, tried, count } of rows) {
    const of = standings.get(event) ?? [];
    of.push({ state: STATE_NAMES[state] ?? "failed", tried: tried === 1, count });
    standings.set(event, of);
  }
  return standings;
}
