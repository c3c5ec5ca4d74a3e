/**
 * The newest rows of all sites together, along an index in the order of IDs: sites without new rows cost nothing. On a distributed
 * database each of these statements needs all servers; lists go from site to site there.
 */
import type { Queryable } from "../db/database.ts";
import type { Uuid } from "../../model/ids.ts";
import { FAILED } from "./deliveries.ts";

/** The key of an event or a delivery. */
export interface RowKey {
  readonly siteNo: number;
  readonly id: Uuid;
}

/** Events, or deliveries in one of the shorter indexes. */
export type KeysAmong =
  { readonly kind: "events"; readonly name?: string | undefined } | { readonly kind: "failed" | "tests" };

interface KeysOptions {
  /** IDs from `from` (included) up to `below` (not included). */
  readonly range: { readonly from: Uuid; readonly below: Uuid };
  readonly limit: number;
}

interface KeyRow {
  site_no: number;
  id: Uuid;
  is_wanted: number;
}

/** A key that was met, and whether its row has the name that is looked for. */
export interface MetKey extends RowKey {
  readonly isWanted: boolean;
}

/** As the indexes have it: see the migration that makes them. */
const ID = "(id || '')";

/** The keys of the newest rows in the range, newest first. */
export async function newestKeys(
  q: Queryable,
  among: KeysAmong,
  options: KeysOptions,
): Promise<readonly MetKey[]> {
  const { sql, values } = keysStatement(q, among, options);
  const rows = await q.query<KeyRow>(sql, values);
  return rows.map((row) => ({ siteNo: row.site_no, id: row.id, isWanted: row.is_wanted === 1 }));
}

/** The statement of {@link newestKeys}. Tests check its query plan. */
export function keysStatement(
  { dialect }: Pick<Queryable, "dialect">,
  among: KeysAmong,
  { range: { from, below }, limit }: KeysOptions,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const values = [below, from, limit];
  const select = (table: string, index: string, where: string, isWanted = "1") =>
    `SELECT site_no, id, ${isWanted} AS is_wanted FROM callboard_${table}${dialect.along(`callboard_${index}`)}
     WHERE ${ID} < $1 AND ${ID} >= $2 ${where} ORDER BY ${ID} DESC LIMIT $3`;
  switch (among.kind) {
    case "failed":
      return { sql: select("delivery", "delivery_failed_id", `AND state = ${FAILED}`), values };
    case "tests":
      return { sql: select("delivery", "delivery_test_id", "AND test = 1"), values };
    case "events":
      if (among.name === undefined) return { sql: select("event", "event_id", ""), values };
      return {
        sql: select("event", "event_id", "", "CASE WHEN name = $4 THEN 1 ELSE 0 END"),
        values: [...values, among.name],
      };
  }
}
