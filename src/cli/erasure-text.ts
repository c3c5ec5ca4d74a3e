/** What a pass of `callboard erase` found, added up and as lines. Pure. */
import type { ResultOf } from "../client/index.ts";
import { counted } from "./consent.ts";

export type ErasurePass = Omit<ResultOf<"erase">, "cursor" | "scanned">;

type Counts = Readonly<Record<string, number>>;

export const NOTHING_FOUND: ErasurePass = { found: {}, left: {}, canceled: 0 };

export const addPass = (one: ErasurePass, other: ErasurePass): ErasurePass => ({
  found: addCounts(one.found, other.found),
  left: addCounts(one.left, other.left),
  canceled: one.canceled + other.canceled,
});

export function addCounts(one: Counts, other: Counts): Counts {
  const total: Record<string, number> = { ...one };
  for (const [place, count] of Object.entries(other)) total[place] = (total[place] ?? 0) + count;
  return total;
}

export const sumCounts = (counts: Counts): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** @param fate of what was found: "erased" */
export function describePass(
  fate: string,
  { found, left }: Pick<ErasurePass, "found" | "left">,
): readonly string[] {
  return [
    `${counted(sumCounts(found), "value", "values")} ${fate}`,
    ...Object.entries(found).map(([place, count]) => `  ${place}: ${count}`),
    ...(sumCounts(left) === 0 ? [] : ["In the configuration, to be changed or deleted there:"]),
    ...Object.entries(left).map(([place, count]) => `  ${place}: ${count}`),
  ];
}
