/** Status of sites and endpoints, from the figures per minute and the circuit breakers. It never scans the log. */
import type { Queryable } from "../store/db/database.ts";
import { sumFigures } from "../store/tables/figures.ts";
import type { Figure } from "../store/tables/figures.ts";
import { countWaitingOn } from "../store/tables/delivery-log.ts";
import { listEndpoints } from "../store/tables/endpoints.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** The period of Atlassian's service level. */
const SLO_DAYS = 28;
const SLO_KEPT_MS = 5 * MINUTE_MS;
const SLOT_MINUTES = 30;
/** Waiting deliveries are counted up to here; beyond, "more than" is told. */
export const MAX_COUNTED = 100_000;

export type OutcomeCounts = Readonly<Record<string, number>>;

export interface SiteStatus {
  readonly siteKey: string;
  /** Counted up to {@link MAX_COUNTED}. */
  readonly waiting: number;
  /** Attempts of the last 24 h by outcome: ok (200, 204), accepted (other 2xx), refused, unreachable, forbidden. */
  readonly attempts: OutcomeCounts;
  /** Deliveries that ended as failed in the last 24 h. */
  readonly failed: number;
  /** 2xx among the attempts of the last 24 h; undefined when there were none. */
  readonly success: number | undefined;
  /** 200 and 204 among the attempts of the last 28 days: what Atlassian's service level (99 %) looks at. */
  readonly connectSlo: number | undefined;
  /** Attempts of the last 24 h that took at most so many milliseconds. */
  readonly within: {
    readonly 50: number;
    readonly 200: number;
    readonly 1000: number;
    readonly 5000: number;
  };
  readonly series: readonly Slot[];
  readonly endpoints: { readonly total: number; readonly open: number; readonly paused: number };
}

/** Half an hour. */
export interface Slot {
  readonly startsAt: number;
  readonly good: number;
  readonly bad: number;
}

/** Share of the attempts of 28 days (UTC, today included) that Atlassian's service level counts as good, by the site's number. */
export type ConnectSlo = (q: Queryable, siteNo: number, now: number) => Promise<number | undefined>;

interface Day {
  readonly ok: number;
  readonly attempts: number;
}

interface DayWanted {
  readonly siteNo: number;
  readonly day: number;
  readonly now: number;
}

/** Four weeks of minutes are many rows: each day is summed up once, and today anew every five minutes. */
export function createConnectSlo(): ConnectSlo {
  const days = new Map<string, { readonly until: number; readonly sum: Promise<Day> }>();

  function loadDay(q: Queryable, { siteNo, day, now }: DayWanted): Promise<Day> {
    const key = `${siteNo}/${day}`;
    const known = days.get(key);
    if (known !== undefined && known.until > now) return known.sum;
    const sum = sumDay(q, siteNo, day);
    const isOver = (day + 1) * DAY_MINUTES * MINUTE_MS + SLO_KEPT_MS < now;
    days.set(key, { until: isOver ? Infinity : now + SLO_KEPT_MS, sum });
    sum.catch(() => days.delete(key));
    return sum;
  }

  return async (q, siteNo, now) => {
    const today = Math.floor(now / MINUTE_MS / DAY_MINUTES);
    let [ok, attempts] = [0, 0];
    for (let day = today - SLO_DAYS + 1; day <= today; day += 1) {
      const sum = await loadDay(q, { siteNo, day, now });
      ok += sum.ok;
      attempts += sum.attempts;
    }
    days.delete(`${siteNo}/${today - SLO_DAYS}`);
    return attempts === 0 ? undefined : ok / attempts;
  };
}

async function sumDay(q: Queryable, siteNo: number, day: number): Promise<Day> {
  const figures = await sumFigures(q, {
    siteNo,
    fromMinute: day * DAY_MINUTES,
    slotMinutes: DAY_MINUTES,
    belowMinute: (day + 1) * DAY_MINUTES,
  });
  return {
    ok: total(figures.filter(({ outcome }) => outcome === "ok")),
    attempts: total(figures.filter(isAttempt)),
  };
}

interface SiteStatusOptions {
  readonly snapshot: SiteSnapshot;
  readonly connectSlo: ConnectSlo;
  readonly now: number;
  readonly databaseNow: number;
}

/** Figures are by the computer's time, as attempts are; breakers are on the database's. */
export async function siteStatus(
  q: Queryable,
  { snapshot: { site }, connectSlo, now, databaseNow }: SiteStatusOptions,
): Promise<SiteStatus> {
  const minute = Math.floor(now / MINUTE_MS);
  const day = await sumFigures(q, {
    siteNo: site.no,
    fromMinute: minute - DAY_MINUTES,
    slotMinutes: SLOT_MINUTES,
  });
  const made = day.filter(isAttempt);
  // A snapshot's breakers are as old as the last change of the registry.
  const all = await listEndpoints(q, site.no);
  return {
    siteKey: site.key,
    waiting: await countWaitingOn(q, site.no, MAX_COUNTED),
    attempts: countOutcomes(made),
    failed: total(day.filter(({ outcome }) => outcome === "failed")),
    success: share(made.filter(isGood), made),
    connectSlo: await connectSlo(q, site.no, now),
    within: {
      50: sum(made, (figure) => figure.within50),
      200: sum(made, (figure) => figure.within200),
      1000: sum(made, (figure) => figure.within1000),
      5000: sum(made, (figure) => figure.within5000),
    },
    series: toSeries(made),
    endpoints: {
      total: all.length,
      open: all.filter(({ openUntil }) => (openUntil ?? 0) > databaseNow).length,
      paused: all.filter(({ pausedAt }) => pausedAt !== undefined).length,
    },
  };
}

const isAttempt = ({ outcome }: Figure) => outcome !== "failed";
const isGood = ({ outcome }: Figure) => outcome === "ok" || outcome === "accepted";
const sum = (figures: readonly Figure[], read: (figure: Figure) => number) =>
  figures.reduce((before, figure) => before + read(figure), 0);
const total = (figures: readonly Figure[]) => sum(figures, ({ count }) => count);

function share(part: readonly Figure[], whole: readonly Figure[]): number | undefined {
  const all = total(whole);
  return all === 0 ? undefined : total(part) / all;
}

function countOutcomes(figures: readonly Figure[]): OutcomeCounts {
  const counts: Record<string, number> = {};
  for (const { outcome, count } of figures) counts[outcome] = (counts[outcome] ?? 0) + count;
  return counts;
}

function toSeries(figures: readonly Figure[]): readonly Slot[] {
  const slots = new Map<number, Slot>();
  for (const figure of figures) {
    const { good, bad, startsAt } = slots.get(figure.slot) ?? {
      startsAt: figure.slot * SLOT_MINUTES * MINUTE_MS,
      good: 0,
      bad: 0,
    };
    const isSuccess = isGood(figure);
    slots.set(figure.slot, {
      startsAt,
      good: good + (isSuccess ? figure.count : 0),
      bad: bad + (isSuccess ? 0 : figure.count),
    });
  }
  return [...slots.values()];
}
