/** Reads the limit of open files of this process and derives the number of outgoing sockets. */
import { readFileSync } from "node:fs";

/** Files of modules, the database, logs and listening sockets. */
const OWN_FILES = 64;
const MIN_SOCKETS = 8;

/** Returns the limit of the operating system. Undefined if it sets or reports none. */
export function readOpenFileLimit(): number | undefined {
  try {
    return parseLimits(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return parseReport(process.report.getReport());
  }
}

/** Parses /proc/self/limits. Returns the soft limit, which is in force. */
export function parseLimits(text: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(text) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

function parseReport(report: unknown): number | undefined {
  const { userLimits } = (report ?? {}) as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : undefined;
}

/**
 * Returns the number of sockets for outgoing requests: half of the files beyond Callboard's own. The rest is for incoming
 * requests.
 */
export function outgoingSockets(limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(MIN_SOCKETS, Math.floor((limit - OWN_FILES) / 2));
}
