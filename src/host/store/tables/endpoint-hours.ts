/**
 * Figures of endpoints over hours and days. Complete hours are added up once, from the figures of their minutes; what came
 * after them is read from the minutes. So a week of an endpoint is 168 rows, however much is sent to it.
 */
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { readSetting, writeSetting } from "./settings.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import { ENDPOINT_COLUMNS, endpointRows } from "./endpoint-rows.ts";

const MINUTES = 60;
/** Name of the setting with the first hour that is not added up. */
const ADDED_UP = "endpoint-hours-before";
const MAX_ROWS = 2_000;

/** Attempts at an endpoint in one hour. */
export interface EndpointHour extends EndpointAt {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly attempts: number;
  /** Of them, those that were answered with a 2xx. */
  readonly good: number;
  /** Deliveries that failed for good. */
  readonly failed: number;
  /** Time of all attempts together. */
  readonly msTotal: number;
}

interface HourRow {
  site_no: number;
  endpoint_no: number;
  hour: number;
  attempts: number;
  good: number;
  failed: number;
  ms_total: number;
}

const COLUMNS = {
  site_no: "int",
  endpoint_no: "int",
  hour: "int",
  attempts: "int",
  good: "int",
  failed: "int",
  ms_total: "big",
} as const;

const formatSums = (
  m: string,
) => `SUM(CASE WHEN ${m}.outcome <> 'failed' THEN ${m}.count ELSE 0 END) AS attempts,
  SUM(CASE WHEN ${m}.outcome IN ('ok', 'accepted') THEN ${m}.count ELSE 0 END) AS good,
  SUM(CASE WHEN ${m}.outcome = 'failed' THEN ${m}.count ELSE 0 END) AS failed, CAST(SUM(${m}.ms_total) AS BIGINT) AS ms_total`;

const toHour = (row: HourRow): EndpointHour => ({
  siteNo: row.site_no,
  endpointNo: row.endpoint_no,
  hour: row.hour,
  attempts: row.attempts,
  good: row.good,
  failed: row.failed,
  msTotal: row.ms_total,
});

/** The first hour that is not added up; undefined before any was. */
export async function firstOpenHour(q: Queryable): Promise<number | undefined> {
  const value = await readSetting(q, ADDED_UP);
  return value === undefined ? undefined : Number(value);
}

export async function setFirstOpenHour(tx: Queryable, hour: number): Promise<void> {
  await writeSetting(tx, ADDED_UP, String(hour));
}

/** Adds up one hour of a site. Attempts that are recorded late are in it when it is added up again. */
export async function sumHour(q: Queryable, siteNo: number, hour: number): Promise<readonly EndpointHour[]> {
  const rows = await q.query<Omit<HourRow, "site_no" | "hour">>(
    `SELECT m.endpoint_no, ${formatSums("m")} FROM callboard_minute m
     WHERE m.site_no = $1 AND m.minute >= $2 AND m.minute < $3 GROUP BY m.endpoint_no`,
    [siteNo, hour * MINUTES, (hour + 1) * MINUTES],
  );
  return rows.map((row) => toHour({ ...row, site_no: siteNo, hour }));
}

export async function saveHours(tx: Queryable, hours: readonly EndpointHour[]): Promise<void> {
  const names = Object.keys(COLUMNS).join(", ");
  const replaced = ["attempts", "good", "failed", "ms_total"]
    .map((name) => `${name} = excluded.${name}`)
    .join(", ");
  for (let done = 0; done < hours.length; done += MAX_ROWS) {
    await eachSite(tx, hours.slice(done, done + MAX_ROWS), (part) =>
      tx.query(
        `INSERT INTO callboard_endpoint_hour (${names}) SELECT ${names} FROM ${tx.dialect.newRows("$1", COLUMNS, "r")} WHERE true
       ON CONFLICT (site_no, endpoint_no, hour) DO UPDATE SET ${replaced}`,
        [
          JSON.stringify(
            part.map((h) => [h.siteNo, h.endpointNo, h.hour, h.attempts, h.good, h.failed, h.msTotal]),
          ),
        ],
      ),
    );
  }
}

/** Removes the hours before this one. */
export async function removeHours(tx: Queryable, siteNo: number, before: number): Promise<void> {
  await tx.query(
    `DELETE FROM callboard_endpoint_hour WHERE site_no = $1 AND hour < $2
       AND endpoint_no IN (SELECT no FROM callboard_endpoint WHERE site_no = $1)`,
    [siteNo, before],
  );
}

/** Removes everything of sites that are gone. */
export async function removeStrayHours(tx: Queryable, siteNos: readonly number[]): Promise<void> {
  for (let after = 0; ;) {
    // By skipping from site to site along the primary key: a DISTINCT would read every row.
    const [row] = await tx.query<{ site_no: number | null }>(
      "SELECT MIN(site_no) AS site_no FROM callboard_endpoint_hour WHERE site_no > $1",
      [after],
    );
    const siteNo = row?.site_no ?? undefined;
    if (siteNo === undefined) return;
    if (!siteNos.includes(siteNo))
      await tx.query("DELETE FROM callboard_endpoint_hour WHERE site_no = $1", [siteNo]);
    after = siteNo;
  }
}

/**
 * Attempts at these endpoints by the hour, from `firstHour` up to `minute`: complete hours as they were added up, later ones from their
 * minutes.
 */
export async function listHoursSince(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  firstHour: number,
  minute: number,
): Promise<readonly EndpointHour[]> {
  const thisHour = Math.floor(minute / MINUTES);
  const open = Math.min(thisHour, Math.max(firstHour, (await firstOpenHour(q)) ?? firstHour));
  return [
    ...(await listHours(q, endpoints, firstHour, open)),
    ...(await listMinutes(q, endpoints, open * MINUTES, minute)),
  ];
}

/** The hours that were added up, from `hour` on and before `below`, of these endpoints. */
async function listHours(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  hour: number,
  below: number,
): Promise<readonly EndpointHour[]> {
  const rows = await eachSite(q, endpoints, (part) =>
    q.query<HourRow>(
      `SELECT h.* FROM ${q.dialect.rows("$1", ENDPOINT_COLUMNS, "r")}
     ${q.dialect.joinEach("callboard_endpoint_hour", "h", "h.site_no = r.site_no AND h.endpoint_no = r.endpoint_no AND h.hour >= $2 AND h.hour < $3")}`,
      [endpointRows(part), hour, below],
    ),
  );
  return rows.map(toHour);
}

interface MinuteSpan {
  readonly minute: number;
  readonly last: number;
}

/** The minutes of a span of these endpoints, added up to hours: by a look-up for each minute and endpoint. */
export async function listMinutes(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  minute: number,
  last: number,
): Promise<readonly EndpointHour[]> {
  return (await sumMinutes(q, endpoints, { minute, last }, MINUTES)).map(toHour);
}

/** Attempts at some endpoints together, in one slot of time. */
interface MinuteSlot {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly attempts: number;
  readonly good: number;
}

/** The minutes of a span of these endpoints, added up to slots of so many minutes. */
export async function listMinuteSlots(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  span: MinuteSpan,
  slotMinutes: number,
): Promise<readonly MinuteSlot[]> {
  const rows = await sumMinutes(q, endpoints, span, slotMinutes);
  return rows.map(({ hour, attempts, good }) => ({ minute: hour * slotMinutes, attempts, good }));
}

async function sumMinutes(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  { minute, last }: MinuteSpan,
  slotMinutes: number,
): Promise<readonly HourRow[]> {
  if (last < minute) return [];
  const minutes = Array.from({ length: last - minute + 1 }, (_, index) => [minute + index]);
  const { rows: rowsFrom, joinEach } = q.dialect;
  const slot = `t.minute / ${Math.trunc(slotMinutes)}`;
  return eachSite(q, endpoints, (part) =>
    q.query<HourRow>(
      `SELECT r.site_no, r.endpoint_no, ${slot} AS hour, ${formatSums("m")}
     FROM ${rowsFrom("$1", ENDPOINT_COLUMNS, "r")} CROSS JOIN ${rowsFrom("$2", { minute: "int" }, "t")}
     ${joinEach("callboard_minute", "m", "m.site_no = r.site_no AND m.minute = t.minute AND m.endpoint_no = r.endpoint_no")}
     GROUP BY r.site_no, r.endpoint_no, ${slot}`,
      [endpointRows(part), JSON.stringify(minutes)],
    ),
  );
}
