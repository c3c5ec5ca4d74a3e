/** CPU time that processes have used, in user and kernel mode, as Linux counts it. */
import { readFileSync, readdirSync } from "node:fs";

/** Clock ticks of /proc are hundredths of a second, everywhere. */
const TICK_MICROS = 10_000;

interface ProcessTimes {
  readonly parent: number;
  readonly ownMicros: number;
  /** Of its children that have ended. */
  readonly endedMicros: number;
}

/** Undefined once the process has gone. */
function readTimes(pid: number): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program comes before, and may have anything in it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) * TICK_MICROS;
    return { parent: Number(fields[1]), ownMicros: ticks(11), endedMicros: ticks(13) };
  } catch {
    return undefined;
  }
}

export function cpuMicros(pid: number): number {
  return readTimes(pid)?.ownMicros ?? 0;
}

/** Of a process and everything that it has started. */
export function cpuMicrosOfTree(root: number): number {
  const all = new Map<number, ProcessTimes>();
  for (const name of readdirSync("/proc")) {
    const times = /^\d+$/.test(name) ? readTimes(Number(name)) : undefined;
    if (times !== undefined) all.set(Number(name), times);
  }
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 0; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  return [...all]
    .filter(([pid]) => isBelow(pid))
    .reduce((sum, [, { ownMicros, endedMicros }]) => sum + ownMicros + endedMicros, 0);
}

export function findParent(pid: number): number {
  return readTimes(pid)?.parent ?? 0;
}
