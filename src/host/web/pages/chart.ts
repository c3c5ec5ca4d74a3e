/** Charts of attempts with axes and a range: geometry for SVG that the server draws. Pure. */
import { CHART_RANGES, CHART_RANGE_NAMES } from "../../model/chart-range.ts";
import type { ChartRange, ChartSlot } from "../../model/chart-range.ts";
import type { Bar } from "./spark.ts";

/** Width of a slot, and height of the whole chart, in units of the drawing. */
const STEP = 10;
const HEIGHT = 100;
const GAP = 1;
/** Something that happened is never drawn lower than this. */
const MIN_HEIGHT = 1.5;
/** Times below the chart. */
const MARKS = 4;

export interface ChartView {
  readonly range: ChartRange;
  /** "24 hours" */
  readonly text: string;
  readonly ranges: readonly { readonly text: string; readonly href: string; readonly current: boolean }[];
  readonly slots: readonly ChartSlot[];
  readonly bars: readonly Bar[];
  readonly width: number;
  readonly height: number;
  readonly barWidth: number;
  /** Numbers at the vertical axis, the highest first, with 0 as the last. */
  readonly ticks: readonly number[];
  /** Times at the horizontal axis, evenly spread. */
  readonly marks: readonly number[];
  /** How times are shown: of the day, or as a date. */
  readonly timeAs: "hour" | "day";
  readonly attempts: number;
  readonly good: number;
}

/** Returns the least of 1, 2, 5, 10, 20, 50 … that is not below the value: the end of an axis that people can read. */
export function axisEnd(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function toBars(slots: readonly ChartSlot[], end: number): readonly Bar[] {
  const toHeight = (count: number) =>
    count === 0 ? 0 : Math.max(MIN_HEIGHT, Math.round((count / end) * HEIGHT * 10) / 10);
  return slots.map((slot, index) => {
    const good = toHeight(slot.good);
    const bad = toHeight(slot.bad);
    return {
      x: index * STEP + GAP,
      good: { y: HEIGHT - good, height: good },
      bad: { y: Math.max(0, HEIGHT - good - bad), height: bad },
    };
  });
}

/**
 * @param path of the page, to which the links of the other ranges lead
 * @param query of the page; everything but the range is kept
 */
export function chartView(
  range: ChartRange,
  slots: readonly ChartSlot[],
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
): ChartView {
  const end = axisEnd(Math.max(0, ...slots.map(({ good, bad }) => good + bad)));
  const sum = (read: (slot: ChartSlot) => number) => slots.reduce((before, slot) => before + read(slot), 0);
  const good = sum((slot) => slot.good);
  const { text } = CHART_RANGES[range];
  return {
    range,
    text,
    ranges: CHART_RANGE_NAMES.map((name) => ({
      text: CHART_RANGES[name].text,
      href: toRangeHref(name, path, query),
      current: name === range,
    })),
    slots,
    bars: toBars(slots, end),
    width: slots.length * STEP,
    height: HEIGHT,
    barWidth: STEP - 2 * GAP,
    ticks: end === 1 ? [1, 0] : [end, end / 2, 0],
    marks: Array.from(
      { length: MARKS },
      (_, index) => slots[Math.floor((index * slots.length) / MARKS)]?.startsAt ?? 0,
    ),
    timeAs: range === "1h" || range === "24h" ? "hour" : "day",
    attempts: good + sum((slot) => slot.bad),
    good,
  };
}

function toRangeHref(range: ChartRange, path: string, query: URLSearchParams): string {
  const words = new URLSearchParams(query);
  for (const gone of ["notice", "missed"]) words.delete(gone);
  words.set("range", range);
  return `${path}?${words.toString()}`;
}
