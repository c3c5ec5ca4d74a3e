/** Splits numbers into runs. Pure. */

export interface RunLimits {
  /** Numbers of one run. */
  readonly maxLength: number;
  /** Difference between two neighbors of a run. */
  readonly maxGap: number;
}

/** Returns the ascending numbers in runs of neighbors: what lies between is cheaper to pass than to begin again. */
export function splitRuns(
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
