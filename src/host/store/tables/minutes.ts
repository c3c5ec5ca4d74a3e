/** Figures for people: attempts counted per minute, endpoint and outcome when they are settled, so that no page scans the log. */
import type { Change } from "../db/batch.ts";
import { changeEachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { perDialect } from "../db/per-dialect.ts";
import type { MinuteCount } from "../../model/minute.ts";

const COLUMNS = {
  site_no: "int",
  minute: "int",
  endpoint_no: "int",
  outcome: "text",
  count: "int",
  ms_total: "big",
  within_50: "int",
  within_200: "int",
  within_1000: "int",
  within_5000: "int",
} as const;

export async function addMinutes(tx: Queryable, counts: readonly MinuteCount[]): Promise<void> {
  await changeEachSite(tx, counts, minutesChange);
}

export function minutesChange(dialect: Dialect, counts: readonly MinuteCount[]): Change | undefined {
  if (counts.length === 0) return undefined;
  const rows = counts
    .toSorted(byKey)
    .map((c) => [c.siteNo, c.minute, c.endpointNo, c.outcome, c.count, c.msTotal, ...c.within]);
  return { sql: formatInsert(dialect), bind: [JSON.stringify(rows)] };
}

const formatInsert = perDialect((dialect) => {
  const names = Object.keys(COLUMNS).join(", ");
  const added = ["count", "ms_total", "within_50", "within_200", "within_1000", "within_5000"]
    .map((name) => `${name} = callboard_minute.${name} + excluded.${name}`)
    .join(", ");
  return `INSERT INTO callboard_minute (${names}) SELECT ${names} FROM ${dialect.newRows("$1", COLUMNS, "r")} WHERE true
     ON CONFLICT (site_no, minute, endpoint_no, outcome) DO UPDATE SET ${added}`;
});

/** Always the same order, so that two processes that count the same rows do not wait for each other in a circle. */
function byKey(a: MinuteCount, b: MinuteCount): number {
  return (
    a.siteNo - b.siteNo ||
    a.minute - b.minute ||
    a.endpointNo - b.endpointNo ||
    a.outcome.localeCompare(b.outcome)
  );
}
