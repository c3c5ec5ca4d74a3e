/**
 * Tests that wait behind a pause or an open circuit, taken in by another process or before this one started: a person waits for
 * what the receiver responds, so they are sent at once.
 */
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import { takeWaiting, waitingTests } from "../store/tables/deliveries.ts";
import type { DueDelivery, EndpointAt, Lease } from "../model/delivery.ts";

/** A site is looked through this often, however often it is asked for. */
const LOOK_EVERY_MS = 500;

export interface HeldTestsDependencies {
  readonly database: Database;
  readonly newLease: (now: number) => Lease | undefined;
  readonly now: () => number;
  readonly logger: Logger;
  readonly isHeldBack: (endpoint: EndpointAt) => boolean;
  readonly send: (delivery: DueDelivery) => void;
}

export interface HeldTests {
  /** A test may wait behind a closed gate of this site. */
  readonly look: (siteNo: number) => void;
  readonly stop: () => void;
}

export function createHeldTests(dependencies: HeldTestsDependencies): HeldTests {
  const { database, newLease, now, logger, isHeldBack, send } = dependencies;
  /** Sites that were looked through a moment ago, and whether they were asked for again since. */
  const recent = new Map<number, { again: boolean; readonly timer: NodeJS.Timeout }>();

  async function lookThrough(siteNo: number): Promise<void> {
    for (const { id, ...endpoint } of await waitingTests(database.read, siteNo, now())) {
      if (!isHeldBack(endpoint)) continue;
      const taken = await takeWaiting(database.autocommit, endpoint, newLease(now()), now(), id);
      if (taken !== undefined) send(taken);
    }
  }

  function look(siteNo: number): void {
    const known = recent.get(siteNo);
    if (known !== undefined) {
      known.again = true;
      return;
    }
    const timer = setTimeout(() => {
      const isAsked = recent.get(siteNo)?.again === true;
      recent.delete(siteNo);
      if (isAsked) look(siteNo);
    }, LOOK_EVERY_MS);
    recent.set(siteNo, { again: false, timer });
    lookThrough(siteNo).catch((error: unknown) => logger.warn("delivery.claim-failed", { error }));
  }

  return {
    look,
    stop: () => {
      for (const { timer } of recent.values()) clearTimeout(timer);
      recent.clear();
    },
  };
}
