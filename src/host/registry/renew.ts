/**
 * Tells an installed add-on anew what it was told by `installed`: with a new secret when that is rotated, with the same
 * one when the site's baseUrl has changed.
 */

import { CallboardError } from "../../errors.ts";
import type { Author } from "../store/audit.ts";
import { insertLifecycleCall } from "../store/lifecycle-calls.ts";
import type { LifecycleCall } from "../store/lifecycle-calls.ts";
import type { Site } from "../store/sites.ts";
import { callAndRecord, callBack, isInstalled, refusalOf } from "./callbacks.ts";
import type { RegistryContext } from "./context.ts";
import { changeInstalled, loadInstalled } from "./installations.ts";
import { beginPending, endPending } from "./pending.ts";
import { newSharedSecret, PREVIOUS_SECRET_MS } from "./secrets.ts";

/**
 * Gives the add-on a new secret. Tokens of the old one are accepted a few minutes longer.
 * Throws ADDON_NOT_FOUND, ADDON_STATE for an add-on that has no secret or no `installed` callback, and
 * LIFECYCLE_INSTALLED when it does not accept; then the old secret stands.
 */
export async function rotateSecret(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const { database, now } = context;
  const { descriptor, sharedSecret: knownSecret } = await loadInstalled(
    database.read,
    site,
    addonKey,
    context,
  );
  const sharedSecret = newSharedSecret();
  if (knownSecret === undefined || descriptor.lifecycle.installed === undefined) {
    throw new CallboardError(
      "ADDON_STATE",
      "The add-on takes no secret: it has no installed callback, or no jwt",
    );
  }
  const pending = await beginPending({ siteNo: site.no, descriptor, sharedSecret }, context);
  const call = await callBack(
    "installed",
    { site, descriptor, secrets: { sharedSecret, knownSecret } },
    context,
  );
  const accepted = isInstalled(call);
  await database.write(async (tx) => {
    await endPending(tx, pending, context);
    if (call !== undefined) await insertLifecycleCall(tx, call);
    if (!accepted) return;
    const renewed = {
      sharedSecret,
      previousSecret: knownSecret,
      previousSecretUntil: now() + PREVIOUS_SECRET_MS,
    };
    const change = { site, addonKey, action: "addon.secret-rotated", by };
    await changeInstalled(tx, change, (row) => ({ ...row, ...renewed }), context);
  });
  await context.changed();
  if (call === undefined) return [];
  if (!accepted) throw refusalOf(call);
  return [call];
}

/** Calls `installed` again with everything as it is, because the site's baseUrl has changed. The answer is recorded. */
export async function resendInstalled(
  site: Site,
  addonKey: string,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const installation = await loadInstalled(context.database.read, site, addonKey, context);
  return callAndRecord("installed", installation, site, context);
}
