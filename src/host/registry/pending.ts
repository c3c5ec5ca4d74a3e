/** The pending row of an install: the secret is sealed in it before the add-on is told, and it fences two installs off. */

import { CallboardError } from "../../errors.ts";
import type { Queryable } from "../store/db/database.ts";
import {
  deletePendingInstall,
  findPendingInstall,
  savePendingInstall,
} from "../store/tables/installations.ts";
import type { PendingInstall } from "../store/tables/installations.ts";
import type { RegistryContext } from "./context.ts";

/** An install that another process began is given up on after this: longer than its callback can take. */
export const PENDING_MS = 60_000;

/** Throws ADDON_STATE while another process installs the same add-on. */
export async function beginPending(
  begun: Omit<PendingInstall, "baseUrl" | "addonKey" | "startedAt">,
  { database, seal, now }: RegistryContext,
): Promise<PendingInstall> {
  const { key: addonKey, baseUrl } = begun.descriptor;
  const pending = { ...begun, addonKey, baseUrl, startedAt: now() };
  await database.write(async (tx) => {
    const other = await findPendingInstall(tx, seal, pending.siteNo, addonKey);
    if (other !== undefined && other.startedAt > pending.startedAt - PENDING_MS) {
      throw new CallboardError(
        "ADDON_STATE",
        "An install of this add-on is under way; try again in a minute",
        {
          retryAfterSeconds: PENDING_MS / 1000,
        },
      );
    }
    await savePendingInstall(tx, seal, pending);
  });
  return pending;
}

/**
 * Removes the row. Throws ADDON_STATE when another process has taken this install for dead and begun its own, which
 * counts then.
 */
export async function endPending(
  tx: Queryable,
  pending: PendingInstall,
  { seal }: RegistryContext,
): Promise<void> {
  const standing = await findPendingInstall(tx, seal, pending.siteNo, pending.addonKey);
  if (standing?.startedAt !== pending.startedAt) {
    throw new CallboardError(
      "ADDON_STATE",
      "The add-on responded too late. A newer install replaced this one",
    );
  }
  await deletePendingInstall(tx, pending.siteNo, pending.addonKey);
}
