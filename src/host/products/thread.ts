/**
 * Runs a thread that reads product documents, one at a time. It starts with the first document, ends after {@link IDLE_MS}
 * without one, and is ended when a document takes too long.
 */
import type { Worker } from "node:worker_threads";
import { startThread } from "../../own-thread.ts";
import { steadyNow } from "../../steady.ts";
import { createProgress, readStep } from "./progress.ts";
import type { ProductResult, ProductTask } from "./task.ts";

const PROGRAM = new URL("worker.js", import.meta.url);
const IDLE_MS = 60_000;
/** Schemas of 10,000 event types need about half of it. */
const MAX_MEMORY_MB = 1_024;
/** The time for one document, start of the thread included. */
const MAX_MS = 120_000;
const LOOKS_PER_DEADLINE = 10;

/** The thread was ended because of the schema at the pointer, or of the whole document. */
export interface Stopped {
  readonly kind: "stopped";
  readonly reason: "schema-late" | "document-late" | "memory";
  readonly pointer: string;
}

export interface ProductThread {
  /**
   * Runs a task after those before it.
   * @param deadlineMs the time for each schema and its sample
   * @throws {Error} if the thread can't be started or ends before the result.
   */
  readonly run: (task: ProductTask, deadlineMs: number) => Promise<ProductResult | Stopped>;
}

/** @param program the module that the thread runs */
export function createProductThread(program: URL = PROGRAM): ProductThread {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = startThread(program, { name: "products", maxMemoryMb: MAX_MEMORY_MB });
    // Errors belong to the task that runs. Without one, the end of the thread is all that matters.
    started.on("error", () => undefined);
    started.on("exit", () => {
      if (worker === started) worker = undefined;
    });
    return started;
  }

  function end(ended: Worker): void {
    if (worker === ended) worker = undefined;
    void ended.terminate();
  }

  function runNow(task: ProductTask, deadlineMs: number): Promise<ProductResult | Stopped> {
    clearTimeout(idle);
    const used = (worker ??= start());
    const progress = createProgress();
    const deadline = createDeadline(progress, deadlineMs);
    return new Promise<ProductResult | Stopped>((resolve, reject) => {
      const look = setInterval(() => {
        const stopped = deadline();
        if (stopped === undefined) return;
        leave();
        end(used);
        resolve(stopped);
      }, deadlineMs / LOOKS_PER_DEADLINE);
      const onMessage = (result: ProductResult): void => {
        leave();
        resolve(result);
      };
      const onError = (error: Error & { code?: string }): void => {
        leave();
        end(used);
        if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
          resolve({ kind: "stopped", reason: "memory", pointer: readStep(progress).pointer });
        } else reject(error);
      };
      const onExit = (): void => onError(new Error("The thread that reads product documents has ended"));
      function leave(): void {
        clearInterval(look);
        used.off("message", onMessage).off("error", onError).off("exit", onExit);
      }
      used.on("message", onMessage).on("error", onError).on("exit", onExit);
      used.ref();
      used.postMessage({ task, progress });
    }).finally(() => {
      // An idle thread must not keep the process alive.
      worker?.unref();
      idle = setTimeout(() => {
        if (worker !== undefined) end(worker);
      }, IDLE_MS).unref();
    });
  }

  return {
    run: (task, deadlineMs) => {
      const result = last.then(() => runNow(task, deadlineMs));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

/** Returns a function that says whether a schema has taken longer than its time, or all of them together. */
function createDeadline(progress: SharedArrayBuffer, deadlineMs: number): () => Stopped | undefined {
  const startedAt = steadyNow();
  let step = 0;
  let stepAt = startedAt;
  return () => {
    const now = steadyNow();
    const at = readStep(progress);
    if (at.number !== step) {
      step = at.number;
      stepAt = now;
    }
    if (step > 0 && now - stepAt >= deadlineMs) {
      return { kind: "stopped", reason: "schema-late", pointer: at.pointer };
    }
    return now - startedAt < MAX_MS ? undefined : { kind: "stopped", reason: "document-late", pointer: "" };
  };
}
