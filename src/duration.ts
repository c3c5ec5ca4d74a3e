/** Durations as options, settings and forms write them: "15s", "90m", "30d". */

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Parses a duration to milliseconds: "15s" → 15000. Units: ms, s, m, h, d. Returns undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = DURATION_UNITS[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

/** Parses durations to milliseconds: "200ms,1s,5s" → [200, 1000, 5000]. Returns undefined if one of them is invalid. */
export function parseSchedule(text: string): readonly number[] | undefined {
  const steps = text.split(",").map(parseDuration);
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

/** Formats milliseconds in the largest unit of which they are a whole number; {@link parseDuration} reads the result. */
export function formatDuration(ms: number): string {
  const [unit, unitMs] = LARGEST_FIRST.find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
  return `${ms / unitMs}${unit}`;
}

const LARGEST_FIRST = Object.entries(DURATION_UNITS).toReversed();
