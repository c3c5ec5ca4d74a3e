/** What a start cleans up: installs that a stopped process left half done. */

import { deletePendingInstall, listPendingInstalls } from "../store/tables/installations.ts";
import { newUuid } from "../model/ids.ts";
import { insertLifecycleCall } from "../store/tables/lifecycle-calls.ts";
import type { RegistryContext } from "./context.ts";
import { PENDING_MS } from "./pending.ts";

/**
 * Drops pending installs and records their callbacks as interrupted; resolves to how many. On PostgreSQL another process
 * may be waiting for an answer, so only those are dropped that are too old for that.
 */
export async function dropInterruptedInstalls(context: RegistryContext): Promise<number> {
  const { database, seal, now } = context;
  const patienceMs = database.dialect.isShared ? PENDING_MS : 0;
  return database.write(async (tx) => {
    const interrupted = (await listPendingInstalls(tx, seal)).filter(
      ({ startedAt }) => startedAt <= now() - patienceMs,
    );
    for (const { siteNo, addonKey, descriptor } of interrupted) {
      await deletePendingInstall(tx, siteNo, addonKey);
      await insertLifecycleCall(tx, {
        siteNo,
        id: newUuid(),
        addonKey,
        event: "installed",
        url: descriptor.baseUrl + (descriptor.lifecycle.installed ?? ""),
        signing: "none",
        claims: undefined,
        outcome: "interrupted",
        status: undefined,
        detail: "Callboard stopped before the add-on had answered; nothing was changed, install it again",
        answer: undefined,
        durationMs: 0,
      });
    }
    return interrupted.length;
  });
}
