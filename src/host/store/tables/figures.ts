/** Reads the per-minute figures back, added up. */
import type { Queryable } from "../db/database.ts";
import { bindSites, namedSites } from "./named-sites.ts";

/** Number of attempts with one outcome in one slot of time. */
export interface Figure {
  readonly siteNo: number;
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
  site_no: number;
  slot: number;
  outcome: string;
  count: number;
  ms_total: number;
  within_50: number;
  within_200: number;
  within_1000: number;
  within_5000: number;
}

/** Sites of one statement: thousands of sites have so many minutes that it could run into the database's limit of time. */
const MAX_SITES = 500;
/** With more rows in the range, the figures are read site by site. */
const FEW_ROWS = 5_000;
/** After every minute. */
const NEVER = 2 ** 31 - 1;

interface SumFiguresOptions {
  readonly siteNos: readonly number[];
  readonly fromMinute: number;
  readonly slotMinutes: number;
  readonly belowMinute?: number | undefined;
}

type RangeOptions = Omit<SumFiguresOptions, "siteNos">;

/** Sums the figures of each site from a minute up to `belowMinute` (exclusive), in slots of `slotMinutes`, oldest first. */
export async function sumFigures(
  q: Queryable,
  { siteNos, ...options }: SumFiguresOptions,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  if (siteNos.length > MAX_SITES && !q.dialect.isDistributed && (await hasFewRows(q, options))) {
    const wanted = new Set(siteNos);
    const { sql, values } = figuresTogetherStatement(q, options);
    return toFigures((await q.query<FigureRow>(sql, values)).filter((row) => wanted.has(row.site_no)));
  }
  for (let first = 0; first < siteNos.length; first += MAX_SITES) {
    const some = await sumSomeFigures(q, { ...options, siteNos: siteNos.slice(first, first + MAX_SITES) });
    for (const figure of some) figures.push(figure);
  }
  return figures;
}

async function sumSomeFigures(q: Queryable, options: SumFiguresOptions): Promise<readonly Figure[]> {
  const { sql, values } = figuresStatement(q, options);
  return toFigures(await q.query<FigureRow>(sql, values));
}

function toFigures(rows: readonly FigureRow[]): readonly Figure[] {
  return rows.map((row) => ({
    siteNo: row.site_no,
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

const SUMS = ["count", "ms_total", "within_50", "within_200", "within_1000", "within_5000"]
  .map((name) => `SUM(m.${name}) AS ${name}`)
  .join(", ");

/** The minutes of all sites, along their index, which is of this expression: sites without any cost nothing. */
const inRange = ({ dialect }: Pick<Queryable, "dialect">): string =>
  `callboard_minute m${dialect.along("callboard_minute_minute")} WHERE (m.minute + 0) >= $1 AND (m.minute + 0) < $2`;

async function hasFewRows(q: Queryable, { fromMinute, belowMinute = NEVER }: RangeOptions): Promise<boolean> {
  const [row] = await q.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM (SELECT 1 FROM ${inRange(q)} LIMIT ${FEW_ROWS + 1}) f`,
    [fromMinute, belowMinute],
  );
  return (row?.count ?? 0) <= FEW_ROWS;
}

/** The statement of {@link sumFigures} where the range has few rows. Tests check its query plan. */
export function figuresTogetherStatement(
  q: Pick<Queryable, "dialect">,
  { fromMinute, slotMinutes, belowMinute = NEVER }: RangeOptions,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const slot = `m.minute / ${Math.trunc(slotMinutes)}`;
  return {
    sql: `SELECT m.site_no, ${slot} AS slot, m.outcome, ${SUMS} FROM ${inRange(q)}
     GROUP BY m.site_no, ${slot}, m.outcome ORDER BY 1, 2`,
    values: [fromMinute, belowMinute],
  };
}

/** The statement of {@link sumFigures} about some of the sites. Tests check its query plan. */
export function figuresStatement(
  q: Pick<Queryable, "dialect">,
  { siteNos, fromMinute, slotMinutes, belowMinute = NEVER }: SumFiguresOptions,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const ofSite = "m.site_no = s.no AND m.minute >= $2 AND m.minute < $3";
  // Left to themselves both databases may begin with the minutes, all of them.
  const minutes = q.dialect.isDistributed
    ? `JOIN callboard_minute m ON ${ofSite}`
    : q.dialect.joinEach("callboard_minute", "m", ofSite);
  return {
    sql: `SELECT m.site_no, m.minute / ${Math.trunc(slotMinutes)} AS slot, m.outcome, ${SUMS}
     FROM ${namedSites(q, "$1")} ${minutes}
     GROUP BY m.site_no, m.minute / ${Math.trunc(slotMinutes)}, m.outcome ORDER BY 1, 2`,
    values: [bindSites(siteNos), fromMinute, belowMinute],
  };
}
