/** Reads the per-minute figures back, added up. */
import type { Queryable } from "../db/database.ts";

/** What was counted under one outcome in one slot of time. */
export interface Figure {
  /** Number of the slot: minutes since the epoch divided by its length. */
  readonly slot: number;
  readonly outcome: string;
  readonly count: number;
  readonly msTotal: number;
  readonly within50: number;
  readonly within200: number;
  readonly within1000: number;
  readonly within5000: number;
}

interface FigureRow {
  slot: number;
  outcome: string;
  count: number;
  ms_total: number;
  within_50: number;
  within_200: number;
  within_1000: number;
  within_5000: number;
}

/** After every minute. */
const NEVER = 2 ** 31 - 1;

interface SumFiguresOptions {
  readonly siteNo: number;
  readonly fromMinute: number;
  readonly slotMinutes: number;
  readonly belowMinute?: number | undefined;
}

/** Of a site, from a minute on (up to `belowMinute`, not included), in slots of `slotMinutes`, oldest first. */
export async function sumFigures(
  q: Queryable,
  { siteNo, fromMinute, slotMinutes, belowMinute = NEVER }: SumFiguresOptions,
): Promise<readonly Figure[]> {
  const sums = ["count", "ms_total", "within_50", "within_200", "within_1000", "within_5000"]
    .map((name) => `SUM(${name}) AS ${name}`)
    .join(", ");
  const rows = await q.query<FigureRow>(
    `SELECT minute / ${Math.trunc(slotMinutes)} AS slot, outcome, ${sums} FROM callboard_minute
     WHERE site_no = $1 AND minute >= $2 AND minute < $3 GROUP BY minute / ${Math.trunc(slotMinutes)}, outcome ORDER BY 1`,
    [siteNo, fromMinute, belowMinute],
  );
  return rows.map((row) => ({
    slot: row.slot,
    outcome: row.outcome,
    count: row.count,
    msTotal: row.ms_total,
    within50: row.within_50,
    within200: row.within_200,
    within1000: row.within_1000,
    within5000: row.within_5000,
  }));
}
