/** The ranges of charts, and the slots that their bars stand for. Pure. */

export const CHART_RANGES = {
  "1h": { text: "1 hour", slots: 30, slotMinutes: 2 },
  "24h": { text: "24 hours", slots: 24, slotMinutes: 60 },
  "7d": { text: "7 days", slots: 28, slotMinutes: 360 },
  "30d": { text: "30 days", slots: 30, slotMinutes: 1_440 },
} as const satisfies Readonly<
  Record<string, { readonly text: string; readonly slots: number; readonly slotMinutes: number }>
>;

export type ChartRange = keyof typeof CHART_RANGES;

export const CHART_RANGE_NAMES = Object.keys(CHART_RANGES) as readonly ChartRange[];

/** Returns 24 hours for any text that is not the name of a range. */
export const toChartRange = (text: string | null): ChartRange =>
  CHART_RANGE_NAMES.find((name) => name === text) ?? "24h";

/** Attempts within a slot of time. */
export interface ChartSlot {
  /** Epoch ms. */
  readonly startsAt: number;
  /** Attempts that returned a 2xx. */
  readonly good: number;
  readonly bad: number;
}

const MINUTE_MS = 60_000;

/** Number of the minute with which a range begins. The slot that has begun is its last. */
export function firstMinute(range: ChartRange, now: number): number {
  const { slots, slotMinutes } = CHART_RANGES[range];
  return (Math.floor(now / MINUTE_MS / slotMinutes) - slots + 1) * slotMinutes;
}

/** Adds up what was counted, at any times, to exactly the slots of the range, oldest first. What is outside of it is left out. */
export function fillSlots(
  range: ChartRange,
  counted: readonly ChartSlot[],
  now: number,
): readonly ChartSlot[] {
  const { slots, slotMinutes } = CHART_RANGES[range];
  const slotMs = slotMinutes * MINUTE_MS;
  const begin = firstMinute(range, now) * MINUTE_MS;
  const filled = Array.from({ length: slots }, (_, index) => ({
    startsAt: begin + index * slotMs,
    good: 0,
    bad: 0,
  }));
  for (const { startsAt, good, bad } of counted) {
    const slot = filled[Math.floor((startsAt - begin) / slotMs)];
    if (slot === undefined) continue;
    slot.good += good;
    slot.bad += bad;
  }
  return filled;
}
