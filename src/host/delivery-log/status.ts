/** Status of sites and endpoints, from the figures per minute and the circuit breakers. It never scans the log. */
import { groupBy } from "../../group-by.ts";
import { QUARTERS_A_DAY, toQuarter } from "./attempt-history.ts";
import type { AttemptHistory } from "./attempt-history.ts";
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

export const createConnectSlo =
  (history: AttemptHistory): ConnectSlo =>
  async (siteNos, now) => {
    const first = (Math.floor(toQuarter(now) / QUARTERS_A_DAY) - SLO_DAYS + 1) * QUARTERS_A_DAY;
    const shares = new Map<number, number>();
    for (const [siteNo, quarters] of await history(siteNos, now)) {
      const counted = [...quarters].filter(([quarter]) => quarter >= first).map(([, sum]) => sum);
      const attempts = addUp(counted, (sum) => sum.attempts);
      if (attempts > 0) shares.set(siteNo, addUp(counted, (sum) => sum.ok) / attempts);
    }
    return shares;
  };

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
