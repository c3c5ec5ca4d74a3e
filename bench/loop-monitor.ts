/**
 * Loaded before the server, and alone as the control: tells the longest block of the event loop when it is asked, and the
 * most CPU time that the thread used from one turn to the next. A block of little CPU time is the machine's, not ours.
 */
import { openSync, readSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

export interface Blocks {
  readonly longestBlockMs: number;
  /** 0 where the system does not tell. */
  readonly cpuMs: number;
}

/** Reads the nanoseconds that the main thread was on a CPU. */
function openThreadClock(): () => number {
  const buffer = Buffer.alloc(64);
  try {
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
    return () => Number.parseInt(buffer.toString("latin1", 0, readSync(file, buffer, 0, 64, 0)), 10);
  } catch {
    return () => 0;
  }
}

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const usedNanos = openThreadClock();
  let before = usedNanos();
  let most = 0;
  const look = () => {
    const now = usedNanos();
    most = Math.max(most, now - before);
    before = now;
  };
  setInterval(look, 1).unref();
  process.on("message", (message) => {
    if (message !== "longest-block") return;
    look();
    process.send?.({ longestBlockMs: delay.max / 1e6, cpuMs: most / 1e6 } satisfies Blocks);
    delay.reset();
    most = 0;
  });
}
