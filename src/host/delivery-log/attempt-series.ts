/** Attempts over a range, for charts. Every statement reads as many rows as the chart has bars, however much was sent. */
import type { EndpointAt } from "../model/delivery.ts";
import { CHART_RANGES, fillSlots, firstMinute } from "../model/chart-range.ts";
import type { ChartRange, ChartSlot } from "../model/chart-range.ts";
import { isGood } from "../model/minute.ts";
import type { Queryable } from "../store/db/database.ts";
import { listHoursSince, listMinuteSlots } from "../store/tables/endpoint-hours.ts";
import { sumFigures } from "../store/tables/figures.ts";
import { QUARTER_MINUTES, toHalfHourSlot } from "./attempt-history.ts";
import type { SiteHistories } from "./attempt-history.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

const toSlot = (minute: number, attempts: number, good: number): ChartSlot => ({
  startsAt: minute * MINUTE_MS,
  good,
  bad: attempts - good,
});

export interface SiteSeries {
  readonly range: ChartRange;
  readonly histories: SiteHistories;
  /** True for histories of a month; others have the last day. */
  readonly hasMonth: boolean;
  readonly now: number;
}

/** The attempts of all these sites. Ranges of hours and days are read from the history, if it has them. */
export async function listSiteSeries(
  q: Queryable,
  siteNos: readonly number[],
  { range, histories, hasMonth, now }: SiteSeries,
): Promise<readonly ChartSlot[]> {
  const all = [...histories.values()];
  if (range === "24h") {
    const counted = all.flatMap(({ halfHours }) =>
      [...halfHours].map(([slot, sum]) => toHalfHourSlot(slot, sum)),
    );
    return fillSlots(range, counted, now);
  }
  if (range !== "1h" && hasMonth) {
    const counted = all.flatMap(({ quarters }) =>
      [...quarters].map(([slot, { attempts, good }]) => toSlot(slot * QUARTER_MINUTES, attempts, good)),
    );
    return fillSlots(range, counted, now);
  }
  const { slotMinutes } = CHART_RANGES[range];
  const figures = await sumFigures(q, { siteNos, fromMinute: firstMinute(range, now), slotMinutes });
  const counted = figures
    .filter(({ outcome }) => outcome !== "failed")
    .map(({ slot, outcome, count }) => toSlot(slot * slotMinutes, count, isGood(outcome) ? count : 0));
  return fillSlots(range, counted, now);
}

/** The attempts at all these endpoints. Complete hours are read as they were added up, later ones from their minutes. */
export async function listEndpointSeries(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  { range, now }: { readonly range: ChartRange; readonly now: number },
): Promise<readonly ChartSlot[]> {
  if (endpoints.length === 0) return fillSlots(range, [], now);
  const first = firstMinute(range, now);
  const last = Math.floor(now / MINUTE_MS);
  const { slotMinutes } = CHART_RANGES[range];
  if (slotMinutes < HOUR_MINUTES) {
    const slots = await listMinuteSlots(q, endpoints, { minute: first, last }, slotMinutes);
    return fillSlots(
      range,
      slots.map(({ minute, attempts, good }) => toSlot(minute, attempts, good)),
      now,
    );
  }
  const hours = await listHoursSince(q, endpoints, first / HOUR_MINUTES, last);
  return fillSlots(
    range,
    hours.map(({ hour, attempts, good }) => toSlot(hour * HOUR_MINUTES, attempts, good)),
    now,
  );
}
