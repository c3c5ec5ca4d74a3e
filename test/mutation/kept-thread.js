/**
 * A pool of vitest that keeps its thread: starting one takes longer than most tests of a pure file. Modules are loaded anew for
 * each mutant all the same.
 */
import { ThreadsPoolWorker } from "vitest/node";

/** @type {import("node:worker_threads").Worker | undefined} */
let kept;
let isStarted = false;

class KeptThread extends ThreadsPoolWorker {
  /** @type {(readonly [event: string, listener: (message: unknown) => void])[]} */
  listeners = [];

  /** @param {import("vitest/node").PoolOptions} options */
  constructor(options) {
    super(options);
    this.project = options.project;
  }

  async start() {
    if (kept === undefined) {
      await super.start();
      kept = this._thread;
      kept.setMaxListeners(0);
    }
    this._thread = kept;
  }

  on(event, listener) {
    this.listeners.push([event, listener]);
    super.on(event, listener);
  }

  /** A thread that has started stays as it is; only what it reads of the settings changes with the mutant. */
  send(message) {
    if (message?.type === "stop" || (message?.type === "start" && isStarted)) {
      const type = message.type === "stop" ? "stopped" : "started";
      setImmediate(() => this.tell({ type, __vitest_worker_response__: true }));
      return;
    }
    isStarted ||= message?.type === "start";
    if (message?.type === "run") message.context.config = this.project.serializedConfig;
    super.send(message);
  }

  /** What the thread would say, to this worker alone: the next one may listen already. */
  tell(message) {
    for (const [event, listener] of this.listeners) if (event === "message") listener(message);
  }

  async stop() {
    for (const [event, listener] of this.listeners) kept.off(event, listener);
    this.listeners = [];
  }
}

export const keptThread = { name: "kept-thread", createPoolWorker: (options) => new KeptThread(options) };

export async function endThread() {
  await kept?.terminate();
  kept = undefined;
  isStarted = false;
}
