/** Rows that belong to a row of another table. The hot path has no foreign keys: what they would promise is checked here. */
import type { Queryable } from "./db/database.ts";
import { toEventId } from "./tables/event-ids.ts";

interface Relation {
  /** Without `callboard_`. */
  readonly table: string;
  readonly belongsTo: string;
  /** What names a row of `c`, the table. */
  readonly name: string;
  /** Finds the row of `p` that a row of `c` belongs to. */
  readonly join: string;
  /** Rows of `c` that belong to one; all of them when left out. */
  readonly where?: string;
}

const OF_SITE = "p.site_no = c.site_no AND";

/** Rows of a deleted site are left out: its registry goes at once, what was sent when it is old enough. */
const OF_SITES: readonly Relation[] = [
  { table: "delivery", belongsTo: "event", name: "c.id", join: `${OF_SITE} p.id = ${toEventId("c.id")}` },
  { table: "delivery", belongsTo: "endpoint", name: "c.id", join: `${OF_SITE} p.no = c.endpoint_no` },
  { table: "delivery", belongsTo: "subscription", name: "c.id", join: `${OF_SITE} p.no = c.subscription_no` },
  {
    table: "delivery",
    belongsTo: "batch",
    name: "c.id",
    join: `${OF_SITE} p.id = c.batch_id`,
    where: "c.batch_id IS NOT NULL",
  },
  { table: "attempt", belongsTo: "delivery", name: "c.delivery_id", join: `${OF_SITE} p.id = c.delivery_id` },
  { table: "subscription", belongsTo: "endpoint", name: "c.no", join: `${OF_SITE} p.no = c.endpoint_no` },
  {
    table: "subscription",
    belongsTo: "webhook",
    name: "c.no",
    join: `${OF_SITE} p.no = c.webhook_no`,
    where: "c.webhook_no IS NOT NULL",
  },
  {
    table: "endpoint",
    belongsTo: "webhook",
    name: "c.no",
    join: `${OF_SITE} p.no = c.webhook_no`,
    where: "c.webhook_no IS NOT NULL",
  },
];

const OF_SERVER: readonly Relation[] = [
  { table: "session", belongsTo: "api_token", name: "c.token_id", join: "p.id = c.token_id" },
  { table: "login_link", belongsTo: "api_token", name: "c.token_id", join: "p.id = c.token_id" },
];

const OF_EXISTING_SITE = "EXISTS (SELECT 1 FROM callboard_site s WHERE s.no = c.site_no)";

export interface BrokenRelation {
  readonly table: string;
  readonly belongsTo: string;
  /** Rows without the row that they belong to. */
  readonly count: number;
  /** The first of them. */
  readonly first: string;
}

/** Finds the rows whose other row is missing. */
export async function findBrokenRelations(q: Queryable): Promise<readonly BrokenRelation[]> {
  const checks = [
    ...OF_SITES.map((relation) => [relation, OF_EXISTING_SITE] as const),
    ...OF_SERVER.map((relation) => [relation, "true"] as const),
  ];
  const broken: BrokenRelation[] = [];
  for (const [{ table, belongsTo, name, join, where = "true" }, reach] of checks) {
    const [row] = await q.query<{ count: number; first: string | number | null }>(
      `SELECT COUNT(*) AS count, MIN(${name}) AS first FROM callboard_${table} c
       WHERE ${where} AND ${reach} AND NOT EXISTS (SELECT 1 FROM callboard_${belongsTo} p WHERE ${join})`,
    );
    if (row === undefined || row.count === 0) continue;
    broken.push({ table, belongsTo, count: row.count, first: String(row.first) });
  }
  return broken;
}
