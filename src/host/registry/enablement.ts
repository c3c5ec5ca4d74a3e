/** Switches an installed add-on on and off. What waits for a disabled one is held for a day, see delivery. */

import type { Author } from "../store/tables/audit.ts";
import type { Queryable } from "../store/db/database.ts";
import { postponeWaiting } from "../store/tables/deliveries.ts";
import { resumeReceiver } from "../store/tables/endpoint-life.ts";
import { listReceiverEndpoints, listNumbers } from "../store/tables/endpoints.ts";
import type { LifecycleCall } from "../store/tables/lifecycle-calls.ts";
import { callAndRecord } from "./callbacks.ts";
import type { RegistryContext } from "./context.ts";
import { recordResumed } from "./endpoint-records.ts";
import { announceChange } from "./host-events.ts";
import { changeInstalled, loadInstalled } from "./installations.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Installation } from "../model/installation.ts";
import type { Site } from "../model/site.ts";

/** What was held for it is due at once. Throws ADDON_NOT_FOUND. An add-on that is enabled already stays as it is, and is not called. */
export async function enable(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const installation = await loadInstalled(context.database.read, site, addonKey, context);
  if (installation.state === "enabled") return [];
  const change = { site, addonKey, action: "addon.enabled", by };
  await context.database.write(async (tx) => {
    await context.announcer.prepare(tx);
    await changeInstalled(
      tx,
      change,
      (row) => ({ ...row, state: "enabled", disabledAt: undefined }),
      context,
    );
    const resumed = await makeDue(tx, site, addonKey, context.now());
    await recordResumed(tx, { site, resumed, by, context });
  });
  await context.changed(site.no);
  const calls = await callAndRecord("enabled", installation, site, context);
  await announceChange("enabled", site, installation.descriptor, context);
  return calls;
}

/** Makes due what was held for an add-on. Resolves to its endpoints that were paused. */
export async function makeDue(
  tx: Queryable,
  site: Site,
  addonKey: string,
  now: number,
): Promise<readonly Endpoint[]> {
  const numbers = listNumbers(await listReceiverEndpoints(tx, site.no, { kind: "addon", addonKey }));
  await postponeWaiting(tx, { siteNo: site.no, endpointNos: numbers, dueAt: now, now });
  return resumeReceiver(tx, site.no, { kind: "addon", addonKey }, now);
}

/** Throws ADDON_NOT_FOUND. An add-on that is disabled already stays as it is, and is not called. */
export async function disable(
  site: Site,
  addonKey: string,
  by: Author,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const installation = await loadInstalled(context.database.read, site, addonKey, context);
  if (installation.state === "disabled") return [];
  const calls = await takeLeave(installation, site, context);
  const change = { site, addonKey, action: "addon.disabled", by };
  await context.database.write((tx) =>
    changeInstalled(tx, change, (row) => ({ ...row, state: "disabled", disabledAt: context.now() }), context),
  );
  await context.changed(site.no);
  return calls;
}

/** The last an add-on hears before it is switched off: the events first, since a disabled add-on matches none. */
export async function takeLeave(
  installation: Installation,
  site: Site,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  await announceChange("disabled", site, installation.descriptor, context);
  return callAndRecord("disabled", installation, site, context);
}
