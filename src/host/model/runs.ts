/** Splits numbers into runs. Pure. */

export interface RunLimits {
  /** Numbers of one run. */
  readonly maxLength: number;
  /** Difference between two neighbors of a run. */
  readonly maxGap: number;
}

/** Sites that are loaded together: so many that their statements cost little, so few that others get their turn in between. */
export const SITE_RUNS: RunLimits = { maxLength: 100, maxGap: 4 };

/** Returns the ascending numbers in runs of neighbors: what lies between is cheaper to pass than to begin again. */
export function toRuns(
  numbers: readonly number[],
  { maxLength, maxGap }: RunLimits,
): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const fits = run !== undefined && last !== undefined && run.length < maxLength && number - last <= maxGap;
    if (fits) run.push(number);
    else runs.push([number]);
  }
  return runs;
}
