/** The small chart of a row: one bar for each hour of a day, good below and bad above. Pure; drawn by the server as SVG. */
import type { ChartSlot } from "../../model/chart-range.ts";

/** The bar of one slot. */
export interface Bar {
  readonly x: number;
  readonly good: { readonly y: number; readonly height: number };
  readonly bad: { readonly y: number; readonly height: number };
}

const SPARK = { step: 10, height: 56 } as const;

/** Something that happened is never drawn lower than this. */
const MIN_HEIGHT = 2;

export function toBars(slots: readonly ChartSlot[]): readonly Bar[] {
  const highest = Math.max(1, ...slots.map(({ good, bad }) => good + bad));
  const toHeight = (count: number) =>
    count === 0 ? 0 : Math.max(MIN_HEIGHT, Math.round((count / highest) * (SPARK.height - 6)));
  return slots.map((slot, index) => {
    const good = toHeight(slot.good);
    const bad = toHeight(slot.bad);
    return {
      x: index * SPARK.step,
      good: { y: SPARK.height - 2 - good, height: good },
      bad: { y: SPARK.height - 2 - good - bad, height: bad },
    };
  });
}
