/** Has filters parsed on a thread of its own, which is started with the first one and ends when none comes for a while. */
import { Worker } from "node:worker_threads";
import type { FilterText } from "../model/filter-text.ts";

const PROGRAM = new URL("worker.js", import.meta.url);
const IDLE_MS = 60_000;
/** Far more than the parser and any filter need. */
const MOST_MEMORY_MB = 256;

export interface FilterThread {
  /** @throws Error when the thread can't be started, or ended before it was done */
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
  /** The answers come in the order of the questions. */
  let waiting: Waiting[] = [];

  function start(): Worker {
    const started = new Worker(program, {
      name: "filters",
      // Nothing of what the host was started with is for it: no preloaded modules, no environment with its secrets.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    started.on("message", (read: FilterText) => {
      waiting.shift()?.resolve(read);
      idle?.refresh();
      // A process that is to end does not wait for an idle thread.
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
