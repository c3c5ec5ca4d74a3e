/** Status of sites and endpoints, from the figures per minute and the circuit breakers. It never scans the log. */
import { NO_HISTORY, QUARTERS_A_DAY, toHalfHourSlot, toQuarter } from "./attempt-history.ts";
import type { HalfHour, SiteHistories, SiteHistory } from "./attempt-history.ts";
import type { ChartSlot } from "../model/chart-range.ts";
import type { Queryable } from "../store/db/database.ts";
import { countWaitingOnEach } from "../store/tables/delivery-log.ts";
import { countHeldEndpoints } from "../store/tables/endpoints.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** The period of Atlassian's service level. */
const SLO_DAYS = 28;
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
  /** The half hours of the last 24 h with attempts, oldest first. */
  readonly series: readonly ChartSlot[];
  readonly endpoints: { readonly total: number; readonly open: number; readonly paused: number };
}

/** Share among the attempts of the history; undefined without attempts. */
function computeConnectSlo({ quarters }: SiteHistory, now: number): number | undefined {
  const first = (Math.floor(toQuarter(now) / QUARTERS_A_DAY) - SLO_DAYS + 1) * QUARTERS_A_DAY;
  const counted = [...quarters].filter(([quarter]) => quarter >= first).map(([, sum]) => sum);
  const attempts = addUp(counted, (sum) => sum.attempts);
  return attempts === 0 ? undefined : addUp(counted, (sum) => sum.ok) / attempts;
}

interface SiteStatusOptions {
  readonly snapshots: readonly SiteSnapshot[];
  readonly histories: SiteHistories;
  /** False for histories that have the last day only: they have no service level. */
  readonly hasMonth: boolean;
  readonly now: number;
  readonly databaseNow: number;
}

/**
 * The status of each site, in their order, with the same few statements for any number of them. Figures are by the computer's time, as
 * attempts are; breakers are on the database's.
 */
export async function siteStatuses(
  q: Queryable,
  { snapshots, histories, hasMonth, now, databaseNow }: SiteStatusOptions,
): Promise<readonly SiteStatus[]> {
  const siteNos = snapshots.map(({ site }) => site.no);
  // A snapshot's breakers are as old as the last change of the registry.
  const held = await countHeldEndpoints(q, siteNos, databaseNow);
  const waiting = await countWaitingOnEach(q, siteNos, MAX_COUNTED);
  return snapshots.map(({ site: { no, key }, endpoints }) => {
    const own = histories.get(no) ?? NO_HISTORY;
    return {
      siteKey: key,
      waiting: waiting.get(no) ?? 0,
      connectSlo: hasMonth ? computeConnectSlo(own, now) : undefined,
      ...summarizeDay([...own.halfHours].toSorted(([one], [other]) => one - other)),
      endpoints: { total: endpoints.size, ...(held.get(no) ?? { open: 0, paused: 0 }) },
    };
  });
}

/** Endpoints of these sites and deliveries that wait on them, those of each site counted up to {@link MAX_COUNTED}. */
export async function countStored(
  q: Queryable,
  snapshots: readonly SiteSnapshot[],
): Promise<{ readonly endpoints: number; readonly waiting: number }> {
  const siteNos = snapshots.map(({ site }) => site.no);
  const waiting = await countWaitingOnEach(q, siteNos, MAX_COUNTED);
  return {
    endpoints: addUp(snapshots, ({ endpoints }) => endpoints.size),
    waiting: addUp([...waiting.values()], (count) => count),
  };
}

function summarizeDay(day: readonly (readonly [slot: number, sum: HalfHour])[]) {
  const slots = day.map(([slot, sum]) => toHalfHourSlot(slot, sum));
  const good = addUp(slots, (slot) => slot.good);
  const all = good + addUp(slots, (slot) => slot.bad);
  const within = (index: 0 | 1 | 2 | 3) => addUp(day, ([, sum]) => sum.within[index]);
  return {
    attempts: countOutcomes(day.map(([, sum]) => sum.attempts)),
    failed: addUp(day, ([, sum]) => sum.failed),
    success: all === 0 ? undefined : good / all,
    within: { 50: within(0), 200: within(1), 1000: within(2), 5000: within(3) },
    series: slots.filter((slot) => slot.good + slot.bad > 0),
  };
}

const addUp = <T>(items: readonly T[], read: (item: T) => number): number =>
  items.reduce((before, item) => before + read(item), 0);

function countOutcomes(all: readonly OutcomeCounts[]): OutcomeCounts {
  const sums: Record<string, number> = {};
  for (const counts of all) {
    for (const [outcome, count] of Object.entries(counts)) sums[outcome] = (sums[outcome] ?? 0) + count;
  }
  return sums;
}
