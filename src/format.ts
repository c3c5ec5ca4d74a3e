/**
 * How people read numbers, sizes, durations and times: one way for pages, the Inspector and the terminal. Durations as options and
 * forms write them are in duration.ts. Pure.
 */
import { onFirstUse } from "./on-first-use.ts";

const getNumberFormat = onFirstUse(() => new Intl.NumberFormat("en"));

/** "12,345" */
export function count(value: number): string {
  return getNumberFormat().format(value);
}

/** "1 delivery", "3 deliveries" */
export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "98.7%"; never rounded up to 100. A dash for a share of nothing. */
export function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${Math.floor(share * 1000) / 10}%`;
}

/** "12 ms", "1.5 s", "2 h": one unit, with at most one decimal. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${round(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${round(ms / 3_600_000)} h`;
  return `${round(ms / 86_400_000)} days`;
}

/** "512 B", "1.5 KiB", "25 MiB": in powers of 1,024, with at most one decimal. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${count(bytes)} B`;
  if (bytes < 1024 ** 2) return `${round(bytes / 1024)} KiB`;
  return bytes < 1024 ** 3 ? `${round(bytes / 1024 ** 2)} MiB` : `${round(bytes / 1024 ** 3)} GiB`;
}

/** "2026-01-31 12:00:00 UTC" */
export function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const round = (value: number): string => count(Math.round(value * 10) / 10);
