/**
 * Tells an installed add-on anew what it was told by `installed`: with a new secret when that is rotated, with the same
 * one when the site's baseUrl has changed.
 */

import { CallboardError } from "../../errors.ts";
import { lacksSecret } from "../model/lost-secrets.ts";
import type { Author } from "../store/tables/audit.ts";
import { insertLifecycleCall } from "../store/tables/lifecycle-calls.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { callAndRecord, callBack, isInstalled, toRefusal } from "./callbacks.ts";
import type { RegistryContext } from "./context.ts";
import { changeInstalled, loadInstalled } from "./installations.ts";
import { makeDue } from "./enablement.ts";
import { recordResumed } from "./endpoint-records.ts";
import { beginPending, endPending } from "./pending.ts";
import { newSharedSecret, PREVIOUS_SECRET_MS } from "./secrets.ts";
import type { Site } from "../model/site.ts";

/**
 * Gives the add-on a new secret. Tokens of the old one are accepted a few minutes longer. An add-on whose secret was lost is
 * reinstalled that way, and what waited for it is due.
 * Throws ADDON_NOT_FOUND, ADDON_STATE for an add-on that has no secret or no `installed` callback, and
 * LIFECYCLE_INSTALLED when it does not accept; then the old secret stands.
 */
export async function rotateSecret(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const { announcer, database, now } = context;
  const before = await loadInstalled(database.read, site, addonKey, context);
  const { descriptor, sharedSecret: knownSecret } = before;
  const wasLost = lacksSecret(before);
  const sharedSecret = newSharedSecret();
  if (!wasLost && (knownSecret === undefined || descriptor.lifecycle.installed === undefined)) {
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
    await announcer.prepare(tx);
    await endPending(tx, pending, context);
    if (call !== undefined) await insertLifecycleCall(tx, call);
    if (!accepted) return;
    const renewed = {
      sharedSecret,
      previousSecret: knownSecret,
      previousSecretUntil: knownSecret === undefined ? undefined : now() + PREVIOUS_SECRET_MS,
    };
    const action = wasLost ? "addon.reinstalled" : "addon.secret-rotated";
    await changeInstalled(tx, { site, addonKey, action, by }, (row) => ({ ...row, ...renewed }), context);
    if (wasLost) {
      const resumed = await makeDue(tx, site, addonKey, now());
      await recordResumed(tx, { site, resumed, by, context });
    }
    await announcer.announce(tx, [
      {
        event: "key.rotated",
        siteNo: site.no,
        about: { kind: "receiver", receiver: { kind: "addon", addonKey } },
        facts: { state: "rotated", since: now(), key: "addon-secret", by: by.actor },
      },
    ]);
  });
  await context.changed(site.no);
  if (call === undefined) return [];
  if (!accepted) throw toRefusal(call);
  return [call];
}

/** Does nothing unless the add-on's secret was lost. It may have a new one by now. Throws what {@link rotateSecret} throws. */
export async function reinstall(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const installation = await loadInstalled(context.database.read, site, addonKey, context);
  return lacksSecret(installation) ? rotateSecret(site, addonKey, by, context) : [];
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
