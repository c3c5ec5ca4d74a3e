/** Status of sites and endpoints, from the figures per minute and the circuit breakers. It never scans the log. */
import { groupBy } from "../../group-by.ts";
import type { Queryable } from "../store/db/database.ts";
import { sumFigures } from "../store/tables/figures.ts";
import type { Figure } from "../store/tables/figures.ts";
import { countWaitingOnEach } from "../store/tables/delivery-log.ts";
import { listEndpointsOf } from "../store/tables/endpoints.ts";
import type { Endpoint } from "../model/endpoint.ts";
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

/**
 * Share of the attempts of 28 days (UTC, today included) that Atlassian's service level counts as good, by the number of the site;
 * sites without attempts are left out.
 */
export type ConnectSlo = (siteNos: readonly number[], now: number) => Promise<ReadonlyMap<number, number>>;

interface Day {
  readonly ok: number;
  readonly attempts: number;
}

interface KnownDay extends Day {
  /** Epoch ms. */
  readonly until: number;
}

/** Four weeks of minutes are many rows: each day is summed up once, and today anew every five minutes. */
export function createConnectSlo(q: Queryable): ConnectSlo {
  /** By the numbers of site and day. */
  const known = new Map<number, Map<number, KnownDay>>();

  /** Sums up all days from this one on, of these sites at once. */
  async function load(siteNos: readonly number[], firstDay: number, now: number): Promise<void> {
    const sums = await sumDays(q, siteNos, firstDay);
    const today = toDay(now);
    for (const siteNo of siteNos) {
      const days = known.get(siteNo) ?? new Map<number, KnownDay>();
      known.set(siteNo, days);
      for (let day = firstDay; day <= today; day += 1) {
        const isOver = (day + 1) * DAY_MINUTES * MINUTE_MS + SLO_KEPT_MS < now;
        const sum = sums.get(siteNo)?.get(day) ?? { ok: 0, attempts: 0 };
        days.set(day, { ...sum, until: isOver ? Infinity : now + SLO_KEPT_MS });
      }
    }
  }

  function findFirstMissing(siteNo: number, firstDay: number, now: number): number | undefined {
    const days = known.get(siteNo);
    for (let day = firstDay; day <= toDay(now); day += 1) {
      if ((days?.get(day)?.until ?? 0) <= now) return day;
    }
    return undefined;
  }

  return async (siteNos, now) => {
    const firstDay = toDay(now) - SLO_DAYS + 1;
    const missing = groupBy(siteNos, (siteNo) => findFirstMissing(siteNo, firstDay, now));
    for (const [day, sites] of missing) if (day !== undefined) await load(sites, day, now);
    const shares = new Map<number, number>();
    for (const siteNo of siteNos) {
      const days = known.get(siteNo) ?? new Map<number, KnownDay>();
      for (const day of days.keys()) if (day < firstDay) days.delete(day);
      const ok = addUp([...days.values()], (day) => day.ok);
      const attempts = addUp([...days.values()], (day) => day.attempts);
      if (attempts > 0) shares.set(siteNo, ok / attempts);
    }
    return shares;
  };
}

const toDay = (at: number): number => Math.floor(at / MINUTE_MS / DAY_MINUTES);

/** By the numbers of site and day; a day without attempts is left out. */
async function sumDays(
  q: Queryable,
  siteNos: readonly number[],
  firstDay: number,
): Promise<ReadonlyMap<number, ReadonlyMap<number, Day>>> {
  const fromMinute = firstDay * DAY_MINUTES;
  const figures = await sumFigures(q, { siteNos, fromMinute, slotMinutes: DAY_MINUTES });
  const sums = new Map<number, Map<number, Day>>();
  for (const { siteNo, slot, outcome, count } of figures.filter(isAttempt)) {
    const days = sums.get(siteNo) ?? new Map<number, Day>();
    sums.set(siteNo, days);
    const { ok, attempts } = days.get(slot) ?? { ok: 0, attempts: 0 };
    days.set(slot, { ok: ok + (outcome === "ok" ? count : 0), attempts: attempts + count });
  }
  return sums;
}

interface SiteStatusOptions {
  readonly snapshots: readonly SiteSnapshot[];
  readonly connectSlo: ConnectSlo;
  readonly now: number;
  readonly databaseNow: number;
}

/**
 * The status of each site, in their order, with the same few statements for any number of them. Figures are by the computer's time, as
 * attempts are; breakers are on the database's.
 */
export async function siteStatuses(
  q: Queryable,
  { snapshots, connectSlo, now, databaseNow }: SiteStatusOptions,
): Promise<readonly SiteStatus[]> {
  const siteNos = snapshots.map(({ site }) => site.no);
  const fromMinute = Math.floor(now / MINUTE_MS) - DAY_MINUTES;
  const figures = await sumFigures(q, { siteNos, fromMinute, slotMinutes: SLOT_MINUTES });
  const dayOf = groupBy(figures, ({ siteNo }) => siteNo);
  // A snapshot's breakers are as old as the last change of the registry.
  const endpointsOf = groupBy(await listEndpointsOf(q, siteNos), ({ siteNo }) => siteNo);
  const waiting = await countWaitingOnEach(q, siteNos, MAX_COUNTED);
  const slos = await connectSlo(siteNos, now);
  return snapshots.map(({ site: { no, key } }) => ({
    siteKey: key,
    waiting: waiting.get(no) ?? 0,
    connectSlo: slos.get(no),
    ...summarizeDay(dayOf.get(no) ?? []),
    endpoints: countEndpoints(endpointsOf.get(no) ?? [], databaseNow),
  }));
}

function summarizeDay(day: readonly Figure[]) {
  const made = day.filter(isAttempt);
  return {
    attempts: countOutcomes(made),
    failed: total(day.filter(({ outcome }) => outcome === "failed")),
    success: share(made.filter(isGood), made),
    within: {
      50: addUp(made, (figure) => figure.within50),
      200: addUp(made, (figure) => figure.within200),
      1000: addUp(made, (figure) => figure.within1000),
      5000: addUp(made, (figure) => figure.within5000),
    },
    series: toSeries(made),
  };
}

const countEndpoints = (all: readonly Endpoint[], now: number): SiteStatus["endpoints"] => ({
  total: all.length,
  open: all.filter(({ openUntil }) => (openUntil ?? 0) > now).length,
  paused: all.filter(({ pausedAt }) => pausedAt !== undefined).length,
});

const isAttempt = ({ outcome }: Figure) => outcome !== "failed";
const isGood = ({ outcome }: Figure) => outcome === "ok" || outcome === "accepted";
const addUp = <T>(items: readonly T[], read: (item: T) => number): number =>
  items.reduce((before, item) => before + read(item), 0);
const total = (figures: readonly Figure[]) => addUp(figures, ({ count }) => count);

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
