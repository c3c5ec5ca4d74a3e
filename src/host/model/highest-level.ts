/** Returns the level of a limit with many owners: that of the owner nearest to the limit. Pure. */
import type { LimitLevel } from "./limits.ts";

export function highestLevel(levels: Iterable<readonly [owner: string, level: number]>): LimitLevel {
  let highest: LimitLevel = { highest: 0 };
  for (const [owner, level] of levels) if (level > highest.highest) highest = { highest: level, of: owner };
  return highest;
}
