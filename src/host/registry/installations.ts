/** Finds installed add-ons and changes their rows: always read again inside the transaction that writes. */

import { CallboardError } from "../../errors.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Queryable } from "../store/db/database.ts";
import { findInstallation, saveInstallation } from "../store/tables/installations.ts";
import { raiseVersion } from "../store/tables/sites.ts";
import type { RegistryContext } from "./context.ts";
import type { Installation } from "../model/installation.ts";
import type { Site } from "../model/site.ts";

/** Throws ADDON_NOT_FOUND when there is no such add-on, or only was one once. */
export async function loadInstalled(
  q: Queryable,
  site: Site,
  addonKey: string,
  { seal }: Pick<RegistryContext, "seal">,
): Promise<Installation> {
  const installation = await findInstallation(q, seal, site.no, addonKey);
  if (installation !== undefined && installation.state !== "uninstalled") return installation;
  throw new CallboardError(
    "ADDON_NOT_FOUND",
    `No add-on ${JSON.stringify(addonKey)} is installed on ${site.key}`,
  );
}

/** Writes what `change` makes of an installed add-on, and notes it in the audit. Throws ADDON_NOT_FOUND. */
export async function changeInstalled(
  tx: Queryable,
  { site, addonKey, action, by }: { site: Site; addonKey: string; action: string; by: Author },
  change: (installation: Installation) => Installation,
  { seal, now }: Pick<RegistryContext, "seal" | "now">,
): Promise<void> {
  const installation = await loadInstalled(tx, site, addonKey, { seal });
  await saveInstallation(tx, seal, { ...change(installation), updatedAt: now() });
  await raiseVersion(tx, site.no);
  await appendAudit(tx, { ...by, action, object: `${site.key}/${addonKey}`, detail: "" });
}
