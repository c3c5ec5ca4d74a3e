/** The past events that a replay looks at. */
import type { Queryable } from "../db/database.ts";
import { eventOfDelivery, toLastDelivery } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import type { Replay } from "./replays.ts";

/** A past event without its body. */
export interface EventHead {
  readonly id: Uuid;
  readonly name: string;
  readonly project: string | undefined;
  readonly aboutAddon: string | undefined;
  readonly isBodyDeleted: boolean;
  readonly bodySize: number;
}

interface HeadRow {
  id: string;
  name: string;
  project: string | null;
  about_addon: string | null;
  deleted: number | boolean;
  body_size: number;
}

const HEAD = "id, name, project, about_addon, body IS NULL AND body_size > 0 AS deleted, body_size";

const toHead = (row: HeadRow): EventHead => ({
  id: row.id,
  name: row.name,
  project: row.project ?? undefined,
  aboutAddon: row.about_addon ?? undefined,
  isBodyDeleted: row.deleted === true || row.deleted === 1,
  bodySize: row.body_size,
});

const inWindow = (name: string | undefined) =>
  `site_no = $1 AND id > $2 AND id < $3 ${name === undefined ? "" : "AND name = $4"}`;

interface ReadHeadsOptions {
  readonly siteNo: number;
  readonly after: Uuid;
  readonly before: Uuid;
  readonly name: string | undefined;
  readonly limit: number;
}

/** The next events after one and before another, of one type or of all, at most `limit`. */
async function readHeads(
  q: Queryable,
  { siteNo, after, before, name, limit }: ReadHeadsOptions,
): Promise<readonly EventHead[]> {
  const along = name === undefined ? "" : q.dialect.along("callboard_event_name");
  const rows = await q.query<HeadRow>(
    `SELECT ${HEAD} FROM callboard_event${along}
     WHERE ${inWindow(name)} ORDER BY id LIMIT ${Math.trunc(limit)}`,
    [siteNo, after, before, ...(name === undefined ? [] : [name])],
  );
  return rows.map(toHead);
}

/** These events without their bodies, as far as they are there. */
export async function findEventHeads(
  q: Queryable,
  siteNo: number,
  ids: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, EventHead>> {
  if (ids.length === 0) return new Map();
  const event = q.dialect.joinEach("callboard_event", "e", "e.site_no = $1 AND e.id = r.wanted");
  const rows = await q.query<HeadRow>(
    `SELECT ${HEAD} FROM ${q.dialect.rows("$2", { wanted: "text" }, "r")} ${event}`,
    [siteNo, idRows(ids)],
  );
  return new Map(rows.map((row) => [row.id, toHead(row)]));
}

/** The next events of a window, oldest first: all of them, or those of some types, each of which has an index to follow. */
export async function nextEventHeads(
  q: Queryable,
  { siteNo, events }: Pick<Replay, "siteNo" | "events">,
  { after, before, limit }: { readonly after: Uuid; readonly before: Uuid; readonly limit: number },
): Promise<readonly EventHead[]> {
  if (events === undefined) return readHeads(q, { siteNo, after, before, name: undefined, limit });
  const found: EventHead[] = [];
  for (const name of events) found.push(...(await readHeads(q, { siteNo, after, before, name, limit })));
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}

/** Events of a window, counted along an index. */
export async function countEvents(
  q: Queryable,
  { siteNo, events }: Pick<Replay, "siteNo" | "events">,
  after: Uuid,
  before: Uuid,
): Promise<number> {
  let count = 0;
  for (const name of events ?? [undefined]) {
    const along = name === undefined ? "" : q.dialect.along("callboard_event_name");
    const [row] = await q.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM callboard_event${along} WHERE ${inWindow(name)}`,
      [siteNo, after, before, ...(name === undefined ? [] : [name])],
    );
    count += row?.count ?? 0;
  }
  return count;
}

/** Those among these events that were test deliveries. */
export async function testEvents(
  q: Queryable,
  siteNo: number,
  events: readonly EventHead[],
): Promise<ReadonlySet<Uuid>> {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return new Set();
  const rows = await q.query<{ id: string }>(
    `SELECT id FROM callboard_delivery${q.dialect.along("callboard_delivery_test")}
     WHERE site_no = $1 AND id > $2 AND id <= $3 AND test = 1`,
    [siteNo, first.id, toLastDelivery(last.id)],
  );
  return new Set(rows.map(({ id }) => eventOfDelivery(id)));
}

export const ID_COLUMNS = { id: "text" } as const;
export const idRows = (ids: readonly string[]) => JSON.stringify(ids.map((id) => [id]));

/** The bodies of these events, as far as they are there. */
export async function readBodies(
  q: Queryable,
  siteNo: number,
  ids: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, Buffer>> {
  if (ids.length === 0) return new Map();
  const rows = await q.query<{ id: string; body: string | null }>(
    `SELECT e.id, e.body FROM ${q.dialect.rows("$2", ID_COLUMNS, "r")}
     ${q.dialect.joinEach("callboard_event", "e", "e.site_no = $1 AND e.id = r.id")}`,
    [siteNo, idRows(ids)],
  );
  return new Map(rows.flatMap(({ id, body }) => (body === null ? [] : [[id, Buffer.from(body)] as const])));
}
