/**
 * Looks after keys of ordered deliveries where no other transaction does: deliveries that programs wrote in transactions of their own
 * get their numbers, and a key that a version without order left behind goes on.
 */
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import { numberWritten } from "../store/tables/order.ts";
import { freeOrphanedKeys, listOrphanedKeys } from "../store/tables/orphaned-keys.ts";

/** Time between two looks for keys that don't go on by themselves. */
export const ORPHANS_LOOKED_FOR_MS = 60_000;

export interface OrderedKeysParts {
  readonly database: Database;
  readonly now: () => number;
  readonly logger: Logger;
  /** A delivery is due in this lane. */
  readonly onFreed: (place: DueAt) => void;
}

export interface OrderedKeys {
  /** PostgreSQL: numbers what waits for a number, and lets those go that may. */
  readonly number: () => Promise<void>;
  /**
   * Lets keys of these sites go on whose deliveries all wait behind one that is not there; does nothing if it looked a minute ago or
   * less.
   */
  readonly freeOrphans: (sitesWithBehind: readonly number[]) => Promise<void>;
}

export function createOrderedKeys({ database, now, logger, onFreed }: OrderedKeysParts): OrderedKeys {
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function freeOrphansOnSite(siteNo: number): Promise<void> {
    const keys = await listOrphanedKeys(database.read, siteNo);
    if (keys.length === 0) return;
    const freed = await database.write((tx) => freeOrphanedKeys(tx, keys, now()));
    freed.forEach(onFreed);
    if (freed.length > 0) logger.warn("delivery.orphaned-keys", { site: siteNo, freed: freed.length });
  }

  return {
    number: async () => {
      if (!database.dialect.isShared) return;
      for (;;) {
        const numbered = await database.write((tx) => numberWritten(tx, now()));
        numbered.freed.forEach(onFreed);
        if (!numbered.more) return;
      }
    },
    freeOrphans: async (sitesWithBehind) => {
      const at = now();
      if (at - lookedAt < ORPHANS_LOOKED_FOR_MS) return;
      lookedAt = at;
      for (const siteNo of sitesWithBehind) await freeOrphansOnSite(siteNo);
    },
  };
}
