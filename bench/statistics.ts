/** Medians, percentiles and ratios. */

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Ratios of pairs that ran next to each other. */
export function ratios(these: readonly number[], those: readonly number[]): readonly number[] {
  return these.map((value, index) => value / (those[index] ?? NaN));
}

export function spread(values: readonly number[]): string {
  return `${shown(Math.min(...values))}–${shown(Math.max(...values))}`;
}

export function shown(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return value >= 20 ? value.toFixed(0) : value.toFixed(2);
}
