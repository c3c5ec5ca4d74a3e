/**
 * A due time further away than the schedule allows counts as due. It is what remains when the clock it was written by has been
 * set back since: that of the database's server, or of this computer while no process ran.
 */
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import type { NextDue } from "../store/tables/deliveries.ts";
import { hastenWaiting, readNext } from "../store/tables/far-due.ts";
import type { NextOfLane } from "../store/tables/far-due.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { isHeld } from "./prepare.ts";
import { longestDelay } from "../model/retry-schedules.ts";
import type { RetryProfile } from "../model/retry-schedules.ts";
import type { DueDelivery } from "../model/delivery.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** What is due sooner than this is never too far away: a moment's pause, and what clocks are wrong about each other. */
const SLACK_MS = 10_000;

export interface FarDueDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly profileOf: (site: SiteSnapshot, delivery: Pick<DueDelivery, "subscriptionNo">) => RetryProfile;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Resolves to those of the lanes in which something was made due. */
export type Hasten = (next: readonly NextDue[]) => Promise<readonly NextDue[]>;

export function createHasten({ database, snapshots, profileOf, now, logger }: FarDueDependencies): Hasten {
  /** Undefined when what waits in the lane is held, for as long as it takes. */
  function afterFailedOf(next: NextOfLane): readonly number[] | undefined {
    const site = snapshots.get(next.siteNo);
    if (site === undefined || next.paused || isHeld(next, site)) return undefined;
    const profile = profileOf(site, next);
    return Array.from(
      { length: profile.steps.length + 2 },
      (_, failed) => longestDelay(profile, failed) + SLACK_MS,
    );
  }

  return async (next) => {
    const asked = now();
    const far = next.filter(({ dueAt }) => dueAt - asked > SLACK_MS);
    if (far.length === 0) return [];
    const tooFar = (await readNext(database.read, far)).flatMap((found) => {
      const afterFailed = afterFailedOf(found);
      if (afterFailed === undefined) return [];
      const farthest = afterFailed[Math.min(found.failed, afterFailed.length - 1)] ?? 0;
      return found.dueAt - asked > farthest ? { ...found, afterFailed } : [];
    });
    if (tooFar.length === 0) return [];
    await hastenWaiting(database.autocommit, tooFar, now());
    logger.warn("delivery.due-too-far", { lanes: tooFar.length });
    return tooFar;
  };
}
