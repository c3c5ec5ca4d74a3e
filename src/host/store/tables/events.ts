/** Events as accepted: written together with their deliveries, in one transaction, before the caller is answered. */
import type { Change, Statement } from "../db/batch.ts";
import { changeEachSite, eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { toLastDelivery } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import { bindSites, namedSites } from "./named-sites.ts";
import type { SiteEventType } from "./newest.ts";
import type { RowKey } from "./newest-keys.ts";
import type { EventTerms } from "../../model/terms.ts";
import type { Lane, EventRecord, NewEvent, FanOutTrace } from "../../model/event.ts";

/** The batch columns of an insert, in the order of `insertEvents`. */
const COLUMNS = {
  site_no: "int",
  id: "text",
  client_id: "text",
  digest: "text",
  name: "text",
  project: "text",
  actor: "text",
  lane: "int",
  about_addon: "text",
  notes: "text",
  trace: "text",
  trace_parent: "text",
  terms: "text",
  body_at: "int",
  body_size: "int",
} as const;

export async function insertEvents(tx: Queryable, events: readonly NewEvent[]): Promise<void> {
  await changeEachSite(tx, events, eventsChange);
}

/**
 * The bodies travel as the bytes that they are, one behind the other: as JSON they would be decoded, escaped, bound and
 * parsed again, which cost more than all the rest of the row.
 */
export function eventsChange(dialect: Dialect, events: readonly NewEvent[]): Change | undefined {
  if (events.length === 0) return undefined;
  let at = 0;
  const rows = events.map((e) => [
    e.siteNo,
    e.id,
    e.clientId ?? null,
    e.digest ?? null,
    e.name,
    e.project ?? null,
    e.actor ?? null,
    e.lane,
    e.aboutAddon ?? null,
    e.notes.length === 0 ? null : JSON.stringify(e.notes),
    isPlain(e.trace)
      ? e.trace.others === 0
        ? null
        : `{"others":${e.trace.others}}`
      : JSON.stringify(e.trace),
    e.traceParent ?? null,
    e.terms === undefined ? null : JSON.stringify(e.terms),
    (at += e.body.length) - e.body.length,
    e.body.length,
  ]);
  const names = Object.keys(COLUMNS).join(", ");
  const { from, bind } = dialect.bindNewRows(COLUMNS, "r", rows);
  const bodies = `$${bind.length + 1}`;
  const values = names.replace("body_at", dialect.text(bodies, "body_at", "body_size"));
  return {
    sql: `INSERT INTO callboard_event (${names.replace("body_at", "body")})
     SELECT ${values} FROM ${from}`,
    bind: [...bind, Buffer.concat(events.map(({ body }) => body))],
  };
}

function isPlain(trace: FanOutTrace): boolean {
  return trace.skipped.length === 0 && trace.missing.length === 0;
}

export interface ClientEvent {
  readonly siteNo: number;
  readonly clientId: string;
}

/** For a batch: true when no event was accepted under one of these ids of the caller's. */
export function areNewEvents(dialect: Dialect, wanted: readonly ClientEvent[]): Statement | undefined {
  if (wanted.length === 0) return undefined;
  return { sql: `NOT EXISTS (SELECT 1 ${acceptedAs(dialect)})`, bind: [clientIdRows(wanted)] };
}

/** A transaction that has written the same ID and is still open is awaited for this time. */
const MAX_ID_WAIT_MS = 1_000;

/** Keeps the insertion of these IDs from waiting longer for others of their publishers, as an expression that is true. */
export function limitIdWait(dialect: Dialect, wanted: readonly ClientEvent[]): Statement | undefined {
  const [first] = wanted;
  return first === undefined ? undefined : dialect.limitLockWait?.(MAX_ID_WAIT_MS, first.siteNo);
}

const clientIdRows = (wanted: readonly ClientEvent[]): string =>
  JSON.stringify(wanted.map((event) => [event.siteNo, event.clientId]));

const acceptedAs = (dialect: Dialect): string =>
  `FROM ${dialect.rows("$1", { site_no: "int", client_id: "text" }, "r")}
     JOIN callboard_event e ON e.site_no = r.site_no AND e.client_id = r.client_id`;

/** The events that were accepted under these ids of the caller's. */
export async function findClientEvents(
  tx: Queryable,
  wanted: readonly ClientEvent[],
): Promise<readonly (ClientEvent & { readonly id: Uuid; readonly digest: string })[]> {
  if (wanted.length === 0) return [];
  const rows = await eachSite(tx, wanted, (part) =>
    tx.query<{ site_no: number; client_id: string; id: string; digest: string }>(
      `SELECT e.site_no, e.client_id, e.id, e.digest ${acceptedAs(tx.dialect)}`,
      [clientIdRows(part)],
    ),
  );
  return rows.map((row) => ({
    siteNo: row.site_no,
    clientId: row.client_id,
    id: row.id,
    digest: row.digest,
  }));
}

interface EventRow {
  site_no: number;
  id: string;
  client_id: string | null;
  digest: string | null;
  name: string;
  project: string | null;
  actor: string | null;
  lane: Lane;
  about_addon: string | null;
  notes: string | null;
  trace: string | null;
  trace_parent: string | null;
  terms: string | null;
  body: string | null;
  body_size: number;
}

const NO_TRACE: FanOutTrace = { others: 0, skipped: [], missing: [] };

function toEvent(row: EventRow): EventRecord {
  return {
    siteNo: row.site_no,
    id: row.id,
    clientId: row.client_id ?? undefined,
    digest: row.digest ?? undefined,
    name: row.name,
    project: row.project ?? undefined,
    actor: row.actor ?? undefined,
    lane: row.lane,
    aboutAddon: row.about_addon ?? undefined,
    notes: row.notes === null ? [] : (JSON.parse(row.notes) as string[]),
    trace:
      row.trace === null ? NO_TRACE : { ...NO_TRACE, ...(JSON.parse(row.trace) as Partial<FanOutTrace>) },
    traceParent: row.trace_parent ?? undefined,
    terms: row.terms === null ? undefined : (JSON.parse(row.terms) as EventTerms),
    body: row.body ?? "",
    bodySize: row.body_size,
  };
}

export async function findEvent(q: Queryable, siteNo: number, id: Uuid): Promise<EventRecord | undefined> {
  const [row] = await q.query<EventRow>("SELECT * FROM callboard_event WHERE site_no = $1 AND id = $2", [
    siteNo,
    id,
  ]);
  return row === undefined ? undefined : toEvent(row);
}

export interface EventFilter {
  readonly siteNo: number;
  readonly name?: string;
  readonly since?: Uuid;
  /** Only events before this id: the cursor. */
  readonly before?: Uuid;
  readonly limit: number;
}

/** The statement of {@link listEvents}, for the test that looks at its plan as well. */
export function eventsStatement(
  { dialect }: Pick<Queryable, "dialect">,
  { siteNo, name, since, before, limit }: EventFilter,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const values = [siteNo, before ?? "g", since ?? "", limit, ...(name === undefined ? [] : [name])];
  // Without statistics SQLite would look through the whole log for the name.
  const [along, named] =
    name === undefined ? ["", ""] : [dialect.along("callboard_event_name"), "AND name = $5"];
  return {
    sql: `SELECT ${LISTED} FROM callboard_event${along} WHERE site_no = $1 AND id < $2 AND id >= $3 ${named} ORDER BY id DESC LIMIT $4`,
    values,
  };
}

const LISTED = `site_no, id, client_id, digest, name, project, actor, lane, about_addon, notes, trace, trace_parent, terms, NULL AS body, body_size`;

/** Events of several sites: as {@link EventFilter}, whose `limit` is that of all of them together. */
export interface SitesEventFilter extends Omit<EventFilter, "siteNo"> {
  readonly siteNos: readonly number[];
}

/** The statement of {@link listEventsOnSites}, for the test that looks at its plan as well. */
export function sitesEventsStatement(
  q: Pick<Queryable, "dialect">,
  { siteNos, name, since, before, limit }: SitesEventFilter,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const [along, named] =
    name === undefined ? ["", ""] : [q.dialect.along("callboard_event_name"), "AND n.name = $5"];
  const newest = `e.site_no = s.no AND e.id IN (SELECT n.id FROM callboard_event n${along}
    WHERE n.site_no = s.no AND n.id < $2 AND n.id >= $3 ${named} ORDER BY n.id DESC LIMIT $4)`;
  return {
    sql: `SELECT ${LISTED} FROM (SELECT e.* FROM ${namedSites(q, "$1")} ${q.dialect.joinEach("callboard_event", "e", newest)}
       ORDER BY e.id DESC LIMIT $4) e ORDER BY id DESC`,
    values: [bindSites(siteNos), before ?? "g", since ?? "", limit, ...(name === undefined ? [] : [name])],
  };
}

/** Newest first, without bodies, in one statement. */
export async function listEventsOnSites(
  q: Queryable,
  filter: SitesEventFilter,
): Promise<readonly EventRecord[]> {
  const { sql, values } = sitesEventsStatement(q, filter);
  return (await q.query<EventRow>(sql, values)).map(toEvent);
}

/** The events with these keys, newest first, without bodies. */
export async function listEventsWithKeys(
  q: Queryable,
  keys: readonly RowKey[],
): Promise<readonly EventRecord[]> {
  const given = q.dialect.rows("$1", { site_no: "int", id: "text" }, "r");
  const withKey = "e.site_no = r.site_no AND e.id = r.id";
  const rows = await q.query<EventRow>(
    `SELECT ${LISTED} FROM (SELECT e.* FROM ${given} ${q.dialect.joinEach("callboard_event", "e", withKey)}) e
     ORDER BY id DESC`,
    [JSON.stringify(keys.map(({ siteNo, id }) => [siteNo, id]))],
  );
  return rows.map(toEvent);
}

/** Newest first, without bodies. */
export async function listEvents(q: Queryable, filter: EventFilter): Promise<readonly EventRecord[]> {
  const { sql, values } = eventsStatement(q, filter);
  return (await q.query<EventRow>(sql, values)).map(toEvent);
}

/** The newest events of these types, with their bodies: `most` at most, newest first. */
export async function listNewestNamed(
  q: Queryable,
  types: readonly SiteEventType[],
  most: number,
): Promise<readonly EventRecord[]> {
  if (types.length === 0) return [];
  // Type by type, along the index of names: they are few among all the others.
  const each = types.map(
    (_, index) =>
      `SELECT * FROM (SELECT * FROM callboard_event${q.dialect.along("callboard_event_name")}
       WHERE site_no = $${2 * index + 2} AND name = $${2 * index + 3} ORDER BY id DESC LIMIT $1) n${index}`,
  );
  const rows = await q.query<EventRow>(`${each.join(" UNION ALL ")} ORDER BY id DESC LIMIT $1`, [
    most,
    ...types.flatMap(({ siteNo, name }) => [siteNo, name]),
  ]);
  return rows.map(toEvent);
}

/** The deliveries of an event, in the order in which they were made. */
export async function listEventDeliveries(
  q: Queryable,
  siteNo: number,
  event: Uuid,
): Promise<
  readonly { readonly id: Uuid; readonly subscriptionNo: number; readonly because: string | undefined }[]
> {
  const rows = await q.query<{ id: string; subscription_no: number; because: string | null }>(
    "SELECT id, subscription_no, because FROM callboard_delivery WHERE site_no = $1 AND id > $2 AND id <= $3 ORDER BY id",
    [siteNo, event, toLastDelivery(event)],
  );
  return rows.map((row) => ({
    id: row.id,
    subscriptionNo: row.subscription_no,
    because: row.because ?? undefined,
  }));
}
