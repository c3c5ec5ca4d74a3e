/**
 * Runs the thread that holds bodies against schemas. It starts with the first body, ends after {@link IDLE_MS} without one, and
 * is ended when a body takes too long. It gets a schema once, with the first body of its event type.
 */
import type { Worker } from "node:worker_threads";
import type { EventType } from "../../catalogue/index.ts";
import { startThread } from "../../own-thread.ts";
import type { Judged } from "./judge.ts";

const PROGRAM = new URL("worker.js", import.meta.url);
const IDLE_MS = 5 * 60_000;
const MAX_MEMORY_MB = 512;
/** Schemas that the thread keeps. */
const MAX_SCHEMAS = 1_000;
/** The time for the start of the thread: nothing is checked meanwhile. */
const MAX_START_MS = 10_000;

/** The times of one body, and of compiling its schema before the first one. */
export interface CheckTimes {
  readonly checkMs: number;
  readonly compileMs: number;
  readonly perMebibyteMs: number;
}

export const CHECK_TIMES: CheckTimes = { checkMs: 500, compileMs: 1_000, perMebibyteMs: 50 };

/**
 * What the thread is sent. It responds with {@link READY} once, and then with a {@link Judged} for each body, and with
 * {@link COMPILED} before the first one of a schema.
 */
export interface ThreadMessage {
  readonly removed: readonly number[];
  readonly added: readonly (readonly [no: number, schema: string])[];
  readonly bodies: readonly (readonly [no: number, body: Uint8Array])[];
}
export const READY = "ready";
export const COMPILED = "compiled";

export interface BodyToCheck {
  readonly type: EventType;
  readonly body: Uint8Array;
}

/** `stopped`: the body after those with a result took too long, and the thread was ended. */
export type RunEnd = "done" | "stopped" | "failed";

export interface SchemaThread {
  /** Resolves once the thread runs; to false if it can't be started. At once while it runs. */
  readonly start: () => Promise<boolean>;
  /**
   * Checks bodies in order; to be called again when it has resolved. Never rejects.
   * @param onResult called for each body with its result
   */
  readonly run: (
    bodies: readonly BodyToCheck[],
    onResult: (index: number, result: Judged) => void,
  ) => Promise<RunEnd>;
}

interface Started {
  readonly worker: Worker;
  readonly isReady: Promise<boolean>;
  /** The numbers of the schemas that it has, the one that was used last at the end. */
  readonly schemas: Map<EventType, number>;
}

/** @param program the module that the thread runs */
export function createSchemaThread({
  program = PROGRAM,
  times = CHECK_TIMES,
}: { readonly program?: URL; readonly times?: CheckTimes } = {}): SchemaThread {
  let current: Started | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastNo = 0;

  function start(): Started {
    const worker = startThread(program, { name: "schemas", maxMemoryMb: MAX_MEMORY_MB });
    const isReady = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), MAX_START_MS).unref();
      worker.once("message", () => {
        clearTimeout(timer);
        resolve(true);
      });
      // Errors belong to the run that is under way. Without one, the end of the thread is all that matters.
      worker.on("error", () => resolve(false));
      worker.on("exit", () => {
        if (current?.worker === worker) current = undefined;
        resolve(false);
      });
    });
    return { worker, isReady, schemas: new Map() };
  }

  function end({ worker }: Started): void {
    if (current?.worker === worker) current = undefined;
    void worker.terminate();
  }

  /** Numbers the schemas, and says which of them the thread doesn't have. */
  function toMessage({ schemas }: Started, bodies: readonly BodyToCheck[]): ThreadMessage {
    const added: [number, string][] = [];
    const numbered = bodies.map(({ type, body }) => {
      let no = schemas.get(type);
      if (no === undefined) {
        no = lastNo += 1;
        added.push([no, JSON.stringify(type.schema())]);
      }
      schemas.delete(type);
      schemas.set(type, no);
      return [no, body] as const;
    });
    const removed: number[] = [];
    for (const [type, no] of schemas) {
      if (schemas.size <= MAX_SCHEMAS) break;
      schemas.delete(type);
      removed.push(no);
    }
    return { removed, added, bodies: numbered };
  }

  async function run(
    bodies: readonly BodyToCheck[],
    onResult: (index: number, result: Judged) => void,
  ): Promise<RunEnd> {
    clearTimeout(idle);
    const used = (current ??= start());
    const { worker } = used;
    worker.ref();
    try {
      if (!(await used.isReady)) {
        end(used);
        return "failed";
      }
      return await runOn(used, bodies, onResult);
    } finally {
      // An idle thread must not keep the process alive.
      worker.unref();
      idle = setTimeout(() => {
        if (current !== undefined) end(current);
      }, IDLE_MS).unref();
    }
  }

  function runOn(
    used: Started,
    bodies: readonly BodyToCheck[],
    onResult: (index: number, result: Judged) => void,
  ): Promise<RunEnd> {
    const { worker } = used;
    const message = toMessage(used, bodies);
    const uncompiled = new Set(message.added.map(([no]) => no));
    const limitMs = (index: number): number => {
      const [no, body] = message.bodies[index] ?? [0, new Uint8Array()];
      if (uncompiled.delete(no)) return times.compileMs;
      return times.checkMs + (body.length / 2 ** 20) * times.perMebibyteMs;
    };
    return new Promise((resolve) => {
      let index = 0;
      /** Messages so far. */
      let heard = 0;
      let timer: NodeJS.Timeout | undefined;
      const leave = (result: RunEnd): void => {
        clearTimeout(timer);
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        if (result !== "done") end(used);
        resolve(result);
      };
      const watch = (): void => {
        const watched = heard;
        clearTimeout(timer);
        timer = setTimeout(() => {
          // A result that came while this thread was busy is read before.
          setImmediate(() => {
            if (watched === heard) leave("stopped");
          });
        }, limitMs(index));
      };
      const onMessage = (response: Judged | typeof COMPILED): void => {
        heard += 1;
        if (response !== COMPILED) {
          onResult(index, response);
          index += 1;
        }
        if (index === bodies.length) leave("done");
        else watch();
      };
      const onError = ({ code }: Error & { code?: string }): void =>
        leave(code === "ERR_WORKER_OUT_OF_MEMORY" ? "stopped" : "failed");
      const onExit = (): void => leave("failed");
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      worker.postMessage(message);
      watch();
    });
  }

  return {
    start: async () => {
      const used = (current ??= start());
      if (await used.isReady) return true;
      end(used);
      return false;
    },
    run,
  };
}
