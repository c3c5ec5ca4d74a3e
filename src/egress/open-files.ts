/** How many files this process may have open. Each connection is one, and so is each file of the database. */
import { readFileSync } from "node:fs";

/** For modules, the database, logs and the sockets that listen. */
const OWN_FILES = 64;
const MIN_SOCKETS = 8;

/** The limit of the operating system; undefined where it sets none, or does not say. */
export function readOpenFileLimit(): number | undefined {
  try {
    return parseLimits(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return parseReport(process.report.getReport());
  }
}

/** From the text of /proc/self/limits: the limit that is in force, not the one up to which it may be raised. */
export function parseLimits(text: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(text) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

function parseReport(report: unknown): number | undefined {
  const { userLimits } = (report ?? {}) as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : undefined;
}

/** How many of them outgoing requests may use: half of what Callboard's own files leave. The rest is for incoming ones. */
export function outgoingSockets(limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(MIN_SOCKETS, Math.floor((limit - OWN_FILES) / 2));
}
