/** Reinstalls the add-ons whose secret was lost, and tries again until it succeeds. The list is stored: a restart continues it. */
import { getMessage } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import type { Repeating } from "../../repeating.ts";
import { reinstallDelayMs } from "../model/lost-secrets.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Database } from "../store/db/database.ts";
import { claimReinstall, listReinstalls, postponeReinstall } from "../store/tables/reinstalls.ts";
import type { Reinstall } from "../store/tables/reinstalls.ts";
import { listSites } from "../store/tables/sites.ts";
import { PENDING_MS } from "./pending.ts";

const BY: Author = { actor: "callboard", address: "" };
/** At the same time: an add-on that doesn't respond makes the others wait for 15 s. */
const SIDE_BY_SIDE = 4;
const MIN_WAIT_MS = 1_000;
/** Another process may have taken up an add-on and stopped. */
const MAX_WAIT_MS = 30_000;

interface ReinstallerParts {
  readonly database: Database;
  readonly now: () => number;
  readonly logger: Logger;
  readonly reinstall: (siteKey: string, addonKey: string, by: Author) => Promise<unknown>;
}

export function createReinstaller({ database, now, logger, reinstall }: ReinstallerParts): Repeating {
  async function tryOne(task: Reinstall, siteKey: string): Promise<void> {
    if (!(await database.write((tx) => claimReinstall(tx, task, now() + PENDING_MS)))) return;
    try {
      await reinstall(siteKey, task.addonKey, BY);
      logger.info("addon.reinstalled", { site: siteKey, addon: task.addonKey });
    } catch (error) {
      const attempts = task.attempts + 1;
      const nextAt = now() + reinstallDelayMs(attempts);
      const detail = getMessage(error);
      logger.warn("addon.reinstall-failed", { site: siteKey, addon: task.addonKey, attempts, error: detail });
      await database.write((tx) => postponeReinstall(tx, task, detail, nextAt));
    }
  }

  async function round(): Promise<void> {
    const sites = await listSites(database.read);
    const due = (await listReinstalls(database.read)).filter(({ nextAt }) => nextAt <= now());
    for (let at = 0; at < due.length && !rounds.isStopped(); at += SIDE_BY_SIDE) {
      await Promise.all(
        due.slice(at, at + SIDE_BY_SIDE).map(async (task) => {
          const site = sites.find(({ no }) => no === task.siteNo);
          if (site !== undefined) await tryOne(task, site.key);
        }),
      );
    }
  }

  async function nextRoundMs(): Promise<number> {
    const [next] = await listReinstalls(database.read);
    // Only the command that replaces a lost key adds any, and it needs the servers stopped.
    if (next === undefined) return Infinity;
    return Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, next.nextAt - now()));
  }

  const rounds = createRepeating({
    run: async () => {
      await round();
      return nextRoundMs();
    },
    everyMs: MAX_WAIT_MS,
    firstMs: 0,
    onError: (error) => logger.warn("addon.reinstall-failed", { error: getMessage(error) }),
  });
  return rounds;
}
