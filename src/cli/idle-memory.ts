/**
 * Gives memory back to the system while a server has nothing to do. V8 by itself keeps what a start or a busy hour made its heap grow to,
 * and a collection by `gc()` keeps it as well; the one of the inspector's protocol is V8's own for a system that is short of memory.
 */
import { getHeapStatistics } from "node:v8";
import { createRepeating } from "../repeating.ts";
import { steadyNow } from "../steady.ts";
import { isWorthCollecting } from "./spare-memory.ts";
import type { HeapLevel } from "./spare-memory.ts";

const LOOK_EVERY_MS = 5_000;
/** A server that is busy now and then collects no more often. */
const REST_MS = 60_000;

const readHeap = (): HeapLevel => {
  const { total_heap_size: heldBytes, used_heap_size: usedBytes } = getHeapStatistics();
  return { heldBytes, usedBytes };
};

/** Returns a function that ends it. */
export function returnIdleMemory(): () => Promise<void> {
  const readShare = createShareReader();
  let heldAfterLast: number | undefined;
  const looking = createRepeating({
    run: async () => {
      if (!isWorthCollecting({ ...readHeap(), cpuShare: readShare(), heldAfterLast })) return LOOK_EVERY_MS;
      await collect();
      heldAfterLast = readHeap().heldBytes;
      return REST_MS;
    },
    everyMs: LOOK_EVERY_MS,
    // A Node that was built without the inspector.
    onError: () => undefined,
  });
  looking.start();
  return looking.stop;
}

/** Returns a function that returns the CPU time since it was called last, as a share of one core. */
function createShareReader(): () => number {
  let used = process.cpuUsage();
  let at = steadyNow();
  return () => {
    const { user, system } = process.cpuUsage(used);
    const passedMs = steadyNow() - at;
    used = process.cpuUsage();
    at = steadyNow();
    return (user + system) / 1_000 / passedMs;
  };
}

/** Blocks for about a tenth of a second. */
async function collect(): Promise<void> {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  await new Promise<void>((resolve, reject) => {
    // A session that is disconnected by its own answer waits for itself.
    session.post("HeapProfiler.collectGarbage", (error: Error | null) =>
      setImmediate(() => (error === null ? resolve() : reject(error))),
    );
  }).finally(() => session.disconnect());
}
