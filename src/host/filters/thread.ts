/** Runs a thread that parses filters. It starts with the first filter and ends after {@link IDLE_MS} without one. */
import type { Worker } from "node:worker_threads";
import { startThread } from "../../own-thread.ts";
import type { FilterText } from "../model/filter-text.ts";

const PROGRAM = new URL("worker.js", import.meta.url);
const IDLE_MS = 60_000;
/** Far above the needs of the parser. */
const MAX_MEMORY_MB = 256;

export interface FilterThread {
  /**
   * Parses a filter.
   * @throws {Error} if the thread can't be started or ends before the result.
   */
  readonly read: (text: string) => Promise<FilterText>;
}

interface Waiting {
  readonly resolve: (read: FilterText) => void;
  readonly reject: (error: Error) => void;
}

/** @param program the module that the thread runs */
export function createFilterThread(program: URL = PROGRAM): FilterThread {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  /** In the order of the requests, which is that of the results. */
  let waiting: Waiting[] = [];

  function start(): Worker {
    const started = startThread(program, { name: "filters", maxMemoryMb: MAX_MEMORY_MB });
    started.on("message", (read: FilterText) => {
      waiting.shift()?.resolve(read);
      idle?.refresh();
      // An idle thread must not keep the process alive.
      if (waiting.length === 0) started.unref();
    });
    started.on("error", (error) => giveUp(started, error));
    started.on("exit", () => giveUp(started, new Error("The thread that parses filters has ended")));
    idle = setTimeout(() => void started.terminate(), IDLE_MS).unref();
    return started;
  }

  function giveUp(ended: Worker, error: unknown): void {
    if (worker !== ended) return;
    worker = undefined;
    clearTimeout(idle);
    const lost = waiting;
    waiting = [];
    for (const { reject } of lost) reject(error instanceof Error ? error : new Error(String(error)));
  }

  return {
    read: (text) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        idle?.refresh();
        waiting.push({ resolve, reject });
        worker.ref();
        worker.postMessage(text);
      }),
  };
}
