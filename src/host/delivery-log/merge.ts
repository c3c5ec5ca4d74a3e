/** Merges what several walks found into one list, newest first. Pure. */
import type { Walked } from "../store/tables/delivery-log.ts";

/**
 * The newest `limit` rows that are certain: below the highest place at which a walk stopped, that walk may still have
 * some that belong in between.
 */
export function mergeWalks(walks: readonly Walked[], limit: number): Walked {
  const stops = walks.flatMap(({ stoppedAt }) => stoppedAt ?? []);
  const floor = stops.toSorted().at(-1);
  const rows = walks
    .flatMap((walk) => walk.rows)
    .filter((row) => floor === undefined || row.id >= floor)
    .toSorted((one, other) => (one.id < other.id ? 1 : -1));
  return rows.length < limit
    ? { rows, stoppedAt: floor }
    : { rows: rows.slice(0, limit), stoppedAt: undefined };
}
