/** Attempts of sites over the last 30 days, in quarters of a day (UTC): a month of minutes is too many rows to read for each page. */
import { groupBy } from "../../group-by.ts";
import type { Queryable } from "../store/db/database.ts";
import { sumFigures } from "../store/tables/figures.ts";

const MINUTE_MS = 60_000;
export const QUARTER_MINUTES = 6 * 60;
export const QUARTERS_A_DAY = 4;
const DAYS = 30;
const QUARTER_MS = QUARTER_MINUTES * MINUTE_MS;
/** Quarters that can still change are summed up anew after this time. */
const KEPT_MS = 5 * MINUTE_MS;

interface QuarterSum {
  readonly attempts: number;
  /** With a 2xx. */
  readonly good: number;
  /** With 200 or 204. */
  readonly ok: number;
}

/**
 * The quarters with attempts, by their number (quarters since the epoch), of each site by its number. Those of today are up to five
 * minutes old.
 */
export type AttemptHistory = (
  siteNos: readonly number[],
  now: number,
) => Promise<ReadonlyMap<number, ReadonlyMap<number, QuarterSum>>>;

interface KnownSite {
  readonly quarters: Map<number, QuarterSum>;
  /** The first quarter that can still change. */
  openFrom: number;
  /** Epoch ms. */
  freshUntil: number;
}

export const toQuarter = (at: number): number => Math.floor(at / QUARTER_MS);

/** Each quarter that is over is summed up once, for all sites that miss it in one statement. */
export function createAttemptHistory(q: Queryable): AttemptHistory {
  const known = new Map<number, KnownSite>();

  async function load(siteNos: readonly number[], from: number, now: number): Promise<void> {
    const figures = await sumFigures(q, {
      siteNos,
      fromMinute: from * QUARTER_MINUTES,
      slotMinutes: QUARTER_MINUTES,
    });
    const sums = groupBy(
      figures.filter(({ outcome }) => outcome !== "failed"),
      ({ siteNo }) => siteNo,
    );
    for (const siteNo of siteNos) {
      const site = known.get(siteNo) ?? {
        quarters: new Map<number, QuarterSum>(),
        openFrom: 0,
        freshUntil: 0,
      };
      for (const quarter of site.quarters.keys()) if (quarter >= from) site.quarters.delete(quarter);
      for (const { slot, outcome, count } of sums.get(siteNo) ?? []) {
        const before = site.quarters.get(slot) ?? { attempts: 0, good: 0, ok: 0 };
        site.quarters.set(slot, {
          attempts: before.attempts + count,
          good: before.good + (outcome === "ok" || outcome === "accepted" ? count : 0),
          ok: before.ok + (outcome === "ok" ? count : 0),
        });
      }
      site.openFrom = toQuarter(now - KEPT_MS);
      site.freshUntil = now + KEPT_MS;
      known.set(siteNo, site);
    }
  }

  return async (siteNos, now) => {
    const first = (Math.floor(toQuarter(now) / QUARTERS_A_DAY) - DAYS + 1) * QUARTERS_A_DAY;
    const stale = siteNos.filter((siteNo) => (known.get(siteNo)?.freshUntil ?? 0) <= now);
    const missing = groupBy(stale, (siteNo) => Math.max(first, known.get(siteNo)?.openFrom ?? first));
    for (const [from, sites] of missing) await load(sites, from, now);
    const histories = new Map<number, ReadonlyMap<number, QuarterSum>>();
    for (const siteNo of siteNos) {
      const quarters = known.get(siteNo)?.quarters ?? new Map<number, QuarterSum>();
      for (const quarter of quarters.keys()) if (quarter < first) quarters.delete(quarter);
      histories.set(siteNo, quarters);
    }
    return histories;
  };
}
