/** Bytes of stored responses by receiver and hour: what a restart and other processes must know of the budgets. */
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";

export interface ResponseBytes {
  readonly siteNo: number;
  /** The key of an add-on, or the number of an outgoing webhook: `addon:KEY`, `webhook:NO`. */
  readonly receiver: string;
  readonly hour: number;
  readonly bytes: number;
}

const COLUMNS = { site_no: "int", receiver: "text", hour: "int", bytes: "big" } as const;

export async function addResponseBytes(tx: Queryable, added: readonly ResponseBytes[]): Promise<void> {
  if (added.length === 0) return;
  const names = Object.keys(COLUMNS).join(", ");
  // Always the same order, so that two processes do not wait for each other in a circle.
  const toRows = (part: readonly ResponseBytes[]) =>
    part
      .map((a) => [a.siteNo, a.receiver, a.hour, a.bytes] as const)
      .toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]));
  await eachSite(tx, added, (part) =>
    tx.query(
      `INSERT INTO callboard_response_bytes (${names}) SELECT ${names} FROM ${tx.dialect.newRows("$1", COLUMNS, "r")} WHERE true
     ON CONFLICT (site_no, receiver, hour) DO UPDATE SET bytes = callboard_response_bytes.bytes + excluded.bytes`,
      [JSON.stringify(toRows(part))],
    ),
  );
}

export async function listResponseBytes(q: Queryable, firstHour: number): Promise<readonly ResponseBytes[]> {
  const rows = await q.query<{ site_no: number; receiver: string; hour: number; bytes: number }>(
    "SELECT site_no, receiver, hour, bytes FROM callboard_response_bytes WHERE hour >= $1",
    [firstHour],
  );
  return rows.map(({ site_no: siteNo, ...row }) => ({ siteNo, ...row }));
}

export async function forgetResponseBytes(tx: Queryable, firstHour: number): Promise<void> {
  await tx.query("DELETE FROM callboard_response_bytes WHERE hour < $1", [firstHour]);
}
