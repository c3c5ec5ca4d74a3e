/** One life of a test host: from an empty host to the next reset. Each has a database, a clock and rooms of its own. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.ts";
import { openHostWithin } from "../host/index.ts";
import type { OpenedHost } from "../host/index.ts";
import { openMemory } from "../host/store/db/database.ts";
import type { Logger } from "../logger.ts";
import { takeTurn } from "../turn.ts";
import { createApi } from "./api.ts";
import type { Api } from "./api.ts";
import { createVirtualClock } from "./virtual-clock.ts";
import type { VirtualClockOptions } from "./virtual-clock.ts";

export interface LifeOptions {
  /** Image of the database. */
  readonly image: string;
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: VirtualClockOptions;
}

export interface Life {
  readonly api: Api;
  readonly now: () => number;
  readonly respond: OpenedHost["respond"];
  /** Resolves when nothing is sent or written any more, until time passes or something new comes. */
  readonly settled: () => Promise<void>;
  readonly advance: (ms: number) => Promise<void>;
  /** Ends what is under way, and closes the database. */
  readonly end: () => Promise<void>;
}

/** Turns of the event loop after which a wait leaves the processor to others. */
const QUICK_TURNS = 200;

export async function openLife({ image, config, logger, clock: options }: LifeOptions): Promise<Life> {
  const clock = createVirtualClock(options);
  const opened = await openHostWithin({
    config,
    logger,
    clock,
    openDatabase: () => openMemory(image, clock),
  });
  let isEnded = false;
  let advancing: Promise<void> = Promise.resolve();

  async function settled(): Promise<void> {
    for (let turns = 0; !opened.isQuiet() && !isEnded; turns += 1)
      await (turns < QUICK_TURNS ? takeTurn() : sleep(1));
  }

  return {
    api: createApi(opened, config),
    now: clock.now,
    respond: opened.respond,
    settled,
    advance: (ms) => {
      const mine = advancing.then(() => clock.advance(ms, settled));
      advancing = mine.catch(() => undefined);
      return mine;
    },
    end: async () => {
      isEnded = true;
      clock.stop();
      await opened.stop(0);
    },
  };
}
