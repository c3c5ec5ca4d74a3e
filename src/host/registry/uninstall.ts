/** Removes an add-on: it is told, its secrets are destroyed, its subscriptions end. The delivery log keeps what was sent. */

import type { Author } from "../store/tables/audit.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { listAddonSubscriptions, removeSubscriptions } from "../store/tables/subscriptions.ts";
import { callAndRecord } from "./callbacks.ts";
import type { RegistryContext } from "./context.ts";
import { takeLeave } from "./enablement.ts";
import { trimEndpointAccess } from "./endpoint-access.ts";
import { changeInstalled, loadInstalled } from "./installations.ts";
import type { Site } from "../model/site.ts";

/**
 * Throws ADDON_NOT_FOUND. `disabled` is called before `uninstalled`; whatever the add-on answers, it is gone afterwards.
 * With legacy signing the secret stays, sealed, to sign one re-install.
 */
export async function uninstall(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const { announcer, database, logger, now, seal } = context;
  const installation = await loadInstalled(database.read, site, addonKey, context);
  const disabled = installation.state === "enabled" ? await takeLeave(installation, site, context) : [];
  const uninstalled = await callAndRecord("uninstalled", installation, site, context);

  await database.write(async (tx) => {
    await announcer.prepare(tx);
    await trimEndpointAccess(tx, seal, { ...installation, state: "uninstalled" });
    await changeInstalled(
      tx,
      { site, addonKey, action: "addon.uninstalled", by },
      (row) => ({
        ...row,
        state: "uninstalled",
        grantedScopes: [],
        sharedSecret: undefined,
        previousSecret: site.installSigning === "legacy" ? row.sharedSecret : undefined,
        previousSecretUntil: undefined,
        disabledAt: undefined,
      }),
      context,
    );
    const subscriptions = await listAddonSubscriptions(tx, site.no, addonKey);
    await removeSubscriptions(
      tx,
      site.no,
      subscriptions.map(({ no }) => no),
    );
    const receiver = { kind: "addon", addonKey } as const;
    await announcer.announce(tx, [
      {
        event: "addon.uninstalled",
        siteNo: site.no,
        about: { kind: "receiver", receiver, name: installation.descriptor.name },
        facts: { state: "uninstalled", since: now(), by: by.actor },
        page: "/admin/addons",
      },
    ]);
  });
  await context.changed(site.no);
  logger.info("addon.uninstalled", { site: site.key, addon: addonKey });
  return [...disabled, ...uninstalled];
}
