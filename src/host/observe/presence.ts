/** Tells other processes that this one runs, and knows which do. On SQLite there is only this one. */
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import type { Database } from "../store/db/database.ts";
import { newUuid } from "../model/ids.ts";
import { beat, leave, listProcesses } from "../store/tables/processes.ts";
import type { ProcessLevels, ProcessRecord } from "../store/tables/processes.ts";

const BEAT_EVERY_MS = 10_000;

export interface Presence {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** The processes that run, this one included. */
  readonly list: () => Promise<readonly ProcessRecord[]>;
}

export interface PresenceParts {
  readonly database: Database;
  readonly role: string;
  readonly version: string;
  readonly levels: () => ProcessLevels;
  readonly logger: Logger;
}

export function createPresence({ database, role, version, levels, logger }: PresenceParts): Presence {
  const id = newUuid();
  const startedAt = database.now();
  const isShared = database.dialect.isShared;

  const own = (): ProcessRecord => ({
    id,
    role,
    version,
    startedAt,
    seenAt: database.now(),
    ...levels(),
  });

  const noteFailure = (error: unknown) => logger.debug("process.beat-failed", { error });
  const tell = () => database.write((tx) => beat(tx, own()));
  const beats = createRepeating({ run: tell, everyMs: BEAT_EVERY_MS, onError: noteFailure });

  return {
    start: async () => {
      if (!isShared) return;
      await tell().catch(noteFailure);
      beats.start();
    },
    stop: async () => {
      await beats.stop();
      if (isShared) await database.write((tx) => leave(tx, id)).catch(noteFailure);
    },
    list: async () => {
      if (!isShared) return [own()];
      const others = (await listProcesses(database.read)).filter((each) => each.id !== id);
      return [own(), ...others];
    },
  };
}
