/** Threads for work on foreign text that would block the event loop. */
import { Worker } from "node:worker_threads";

/** False for the TypeScript sources, which tests run and a thread can't load. */
export const CAN_START_THREADS = import.meta.url.endsWith(".js");

export interface ThreadWish {
  /** Shown by the tools of the system. */
  readonly name: string;
  readonly maxMemoryMb: number;
}

/** Starts a thread that gets nothing of the host: no preloaded modules, no environment with secrets. */
export function startThread(program: URL, { name, maxMemoryMb }: ThreadWish): Worker {
  return new Worker(program, {
    name,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
  });
}
