/** The result of a simulation as rows for people, and how two results differ. Pure. */
import type { Figure } from "../report.ts";
import { shown } from "../statistics.ts";
import { LAG_KINDS, LEAST_LAG_MS } from "./result.ts";
import type { Result } from "./result.ts";
import { HOUR_MS } from "./trace.ts";

/** Bytes of a waiting delivery on PostgreSQL, with a third of its event of 1.5 KB and their indexes; measured in docs/scaling.md. */
const WAITING_BYTES = 900;
const GB = 1_000_000_000;

/** Of so many waiting deliveries, in the database. */
export const toBytes = (waiting: number): number => waiting * WAITING_BYTES;

export function toFigures(result: Result): readonly Figure[] {
  const { accepted, highestBacklog, attemptsPerSecond, lags } = result;
  const row = (name: string, value: number, text = shown(value), detail?: string): Figure => ({
    name,
    value,
    shown: text,
    limit: "",
    ...(detail === undefined ? {} : { detail }),
  });
  const byCohort = Object.entries(result.highestBacklogByCohort)
    .map(([name, waiting]) => `${name} ${shown(waiting)}`)
    .join(", ");
  const at = `at ${(result.highestBacklogAt / HOUR_MS).toFixed(1)} h`;
  return [
    row("accepted", accepted),
    row("delivered", result.delivered),
    row("failed", result.failed, shown(result.failed), `backlog-full ${shown(result.backlogFull)}`),
    row("waiting at the end", result.waiting),
    row("highest backlog", highestBacklog, shown(highestBacklog), `${at}; highest of ${byCohort}`),
    row("its size in the database", toBytes(highestBacklog), formatGB(toBytes(highestBacklog))),
    row("attempts/s, average", attemptsPerSecond.average),
    row("attempts/s, highest minute", attemptsPerSecond.highest),
    row("circuits opened", result.circuitsOpened),
    row("endpoints paused", result.paused),
    ...LAG_KINDS.map((kind) => {
      const { p50Ms, p99Ms, maxMs, attempts } = lags[kind];
      const text = `p50 ${formatMs(p50Ms)}, p99 ${formatMs(p99Ms)}, max ${formatMs(maxMs)}`;
      return row(`lag, ${kind}`, p99Ms, text, `${shown(attempts)} attempts`);
    }),
  ];
}

export const formatGB = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`;
const formatMs = (ms: number) => (ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms.toFixed(1)} ms`);

/** The figures by which two runs are compared. */
export function toRelativeChanges(one: Result, other: Result): string {
  const figures = (result: Result) => ({
    accepted: result.accepted,
    "highest backlog": result.highestBacklog,
    "attempts/s": result.attemptsPerSecond.average,
    "attempts/s, highest": result.attemptsPerSecond.highest,
    "lag p99, primary": Math.max(LEAST_LAG_MS, result.lags.primary.p99Ms),
  });
  const others: Readonly<Record<string, number>> = figures(other);
  return Object.entries(figures(one))
    .map(([name, value]) => `${name} ${formatChange((others[name] ?? 0) / value - 1)}`)
    .join(", ");
}

const formatChange = (share: number) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)}%`;
