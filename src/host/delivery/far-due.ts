/**
 * Makes deliveries due whose due time is farther away than their retry schedule allows. Such times remain when a clock was set
 * back: that of the database's server, or of this computer while no process ran.
 */
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import type { NextDue } from "../store/tables/deliveries.ts";
import { hastenWaiting, readNext } from "../store/tables/far-due.ts";
import type { NextOfLane } from "../store/tables/far-due.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { isHeld } from "../model/prepare.ts";
import { findReceiverSettings } from "../model/receiver-settings.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import { longestDelay } from "../model/retry-schedules.ts";
import type { FindRetrySchedule } from "../model/find-retry-schedule.ts";

/** Tolerance for short pauses and for differences between clocks. */
const SLACK_MS = 10_000;

export interface FarDueDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly findRetrySchedule: FindRetrySchedule;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Returns the time for which a batch of the subscription's webhook gathers. */
function findGatherMs(site: SiteSnapshot, subscriptionNo: number): number {
  const subscription = site.subscriptions.get(subscriptionNo);
  return subscription === undefined ? 0 : (findReceiverSettings(site, subscription).batch?.withinMs ?? 0);
}

/** Resolves to the lanes in which something was made due. */
export type Hasten = (next: readonly NextDue[]) => Promise<readonly NextDue[]>;

export function createHasten({
  database,
  snapshots,
  findRetrySchedule,
  now,
  logger,
}: FarDueDependencies): Hasten {
  /** Returns the farthest due time after each number of failures; undefined if the deliveries of the lane are held. */
  function listFarthest(next: NextOfLane): readonly number[] | undefined {
    const site = snapshots.get(next.siteNo);
    if (site === undefined || next.paused || next.hasTerms || isHeld(next, site)) return undefined;
    const retrySchedule = findRetrySchedule(site, next);
    const gathersMs = findGatherMs(site, next.subscriptionNo);
    return Array.from(
      { length: retrySchedule.steps.length + 2 },
      (_, failed) => longestDelay(retrySchedule, failed) + (failed === 0 ? gathersMs : 0) + SLACK_MS,
    );
  }

  return async (next) => {
    const asked = now();
    const far = next.filter(({ dueAt }) => dueAt - asked > SLACK_MS);
    if (far.length === 0) return [];
    const tooFar = (await readNext(database.read, far)).flatMap((found) => {
      const afterFailed = listFarthest(found);
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
