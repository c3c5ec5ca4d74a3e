/** The small chart of a day: one bar for each half hour, good below and bad above. Pure; drawn by the server as SVG. */

export interface Slot {
  readonly startsAt: number;
  readonly good: number;
  readonly bad: number;
}

export interface Bar {
  readonly x: number;
  readonly good: { readonly y: number; readonly height: number };
  readonly bad: { readonly y: number; readonly height: number };
}

export const SPARK = { slots: 48, slotMs: 1_800_000, step: 10, width: 480, height: 56 } as const;

/** Adds up the series of several sites to exactly one slot for each half hour up to now. */
export function daySlots(series: readonly (readonly Slot[])[], now: number): readonly Slot[] {
  const sums = new Map<number, { good: number; bad: number }>();
  for (const slot of series.flat()) {
    const sum = sums.get(slot.startsAt) ?? { good: 0, bad: 0 };
    sums.set(slot.startsAt, { good: sum.good + slot.good, bad: sum.bad + slot.bad });
  }
  const last = Math.floor(now / SPARK.slotMs) * SPARK.slotMs;
  return Array.from({ length: SPARK.slots }, (_, index) => {
    const startsAt = last - (SPARK.slots - 1 - index) * SPARK.slotMs;
    return { startsAt, ...(sums.get(startsAt) ?? { good: 0, bad: 0 }) };
  });
}

/** Something that happened is never drawn lower than this. */
const MIN_HEIGHT = 2;

export function toBars(slots: readonly Slot[]): readonly Bar[] {
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
