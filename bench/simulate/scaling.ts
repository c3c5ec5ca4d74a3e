/** Results of simulations in the words of docs/scaling.md. Pure. */
import { formatGB, toBytes } from "./figures.ts";
import { LEAST_LAG_MS } from "./result.ts";
import type { LagFigures, Result } from "./result.ts";

/** Cells that a row of the table of traces has: backlog, its size, attempts, and the lags of both lanes. */
export function toCells(result: Result): readonly string[] {
  const { highestBacklog, attemptsPerSecond, lags } = result;
  return [
    formatMillions(highestBacklog),
    formatGB(toBytes(highestBacklog)),
    `${formatRate(attemptsPerSecond.average)}; ${formatRate(attemptsPerSecond.highest)}`,
    formatLags(lags.primary),
    formatLags(lags.secondary),
  ];
}

export const formatMillions = (count: number): string => `${(count / 1_000_000).toFixed(1)} million`;

/** To hundreds. */
export const formatRate = (perSecond: number): string =>
  (Math.round(perSecond / 100) * 100).toLocaleString("en");

const formatLags = ({ p99Ms, maxMs }: LagFigures): string => `${formatLag(p99Ms)}, ${formatLag(maxMs)}`;

export function formatLag(ms: number): string {
  if (ms < LEAST_LAG_MS) return `< ${LEAST_LAG_MS} ms`;
  if (ms < 100) return `${Math.round(ms)} ms`;
  return `${Number((ms / 1_000).toPrecision(2))} s`;
}

export const formatWholeGB = (waiting: number): string =>
  `${Math.round(toBytes(waiting) / 1_000_000_000)} GB`;
