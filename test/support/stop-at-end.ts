/** What a test starts, and what is stopped when it ends: the last first. */
import { afterEach } from "vitest";
import { answer204, startReceiver } from "./http-receiver.ts";
import type { Answer, Receiver } from "./http-receiver.ts";
import { startBench } from "./with-engine.ts";
import type { Bench, BenchOptions } from "./with-engine.ts";

interface Stoppable {
  readonly stop: () => Promise<void>;
}

export interface StoppedAtEnd {
  /** What is stopped. A test adds what it starts otherwise, and removes what it stops itself. */
  readonly open: Stoppable[];
  readonly started: (url: string, options?: BenchOptions) => Promise<Bench>;
  readonly receiving: (answer?: Answer) => Promise<Receiver>;
}

/** To be called where hooks are: at the top of a file, or of a `describe`. */
export function stopAtEnd(): StoppedAtEnd {
  const open: Stoppable[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.stop();
  });
  return {
    open,
    started: async (url, options = {}) => {
      const bench = await startBench(url, options);
      open.push(bench);
      return bench;
    },
    receiving: async (answer = answer204) => {
      const receiver = await startReceiver(answer);
      open.push({ stop: receiver.close });
      return receiver;
    },
  };
}
