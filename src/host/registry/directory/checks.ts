/** Reads the descriptors of the directory again once a day. An entry is checked by one process, whichever takes it first. */
import { getMessage } from "../../../errors.ts";
import type { Logger } from "../../../logger.ts";
import { createRepeating } from "../../../repeating.ts";
import type { Repeating } from "../../../repeating.ts";
import { claimEntry, listDueEntries } from "../../store/tables/directory.ts";
import type { DirectoryEntry } from "../../store/tables/directory.ts";
import { refreshEntry } from "./directory.ts";
import type { DirectoryContext } from "./directory.ts";

const SIDE_BY_SIDE = 4;
const ENTRIES_OF_A_ROUND = 100;
/** Longer than reading a descriptor takes: then another process takes the entry. */
const CLAIM_MS = 5 * 60_000;
/** An administrator may have asked for a check, at another process. */
const LOOK_EVERY_MS = 10_000;

export interface CheckParts extends Pick<DirectoryContext, "database" | "now" | "readDescriptor"> {
  readonly logger: Logger;
  /** How often to look for what is due; every 10 s when left out. */
  readonly lookEveryMs?: number;
}

export function createDirectoryChecks(parts: CheckParts): Repeating {
  const { database, now, logger, lookEveryMs = LOOK_EVERY_MS } = parts;

  async function checkOne(entry: DirectoryEntry): Promise<void> {
    if (!(await database.write((tx) => claimEntry(tx, entry, now() + CLAIM_MS)))) return;
    const failure = await refreshEntry(entry, parts);
    if (failure === undefined) return;
    const { code, message } = failure;
    logger.warn("directory.check-failed", { addon: entry.addonKey, code, error: message });
  }

  async function round(): Promise<void> {
    const due = await listDueEntries(database.read, now(), ENTRIES_OF_A_ROUND);
    for (let at = 0; at < due.length && !rounds.isStopped(); at += SIDE_BY_SIDE)
      await Promise.all(due.slice(at, at + SIDE_BY_SIDE).map(checkOne));
  }

  const rounds = createRepeating({
    run: round,
    everyMs: lookEveryMs,
    onError: (error) => logger.warn("directory.check-failed", { error: getMessage(error) }),
  });
  return rounds;
}
