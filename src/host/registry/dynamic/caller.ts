/** The add-on that calls: it sees and touches only what is its own. */
import { CallboardError } from "../../../errors.ts";
import { appendAudit } from "../../store/tables/audit.ts";
import type { Author } from "../../store/tables/audit.ts";
import type { Queryable } from "../../store/db/database.ts";
import { findInstallation } from "../../store/tables/installations.ts";
import { loadSite, raiseVersion } from "../../store/tables/sites.ts";
import type { DynamicContext } from "./context.ts";
import type { Installation } from "../../model/installation.ts";
import type { Site } from "../../model/site.ts";

/** Who calls, already authenticated. */
export interface AddonCaller {
  readonly siteKey: string;
  readonly addonKey: string;
  /** Where the call came from, for the audit. */
  readonly address: string;
}

export interface Standing {
  readonly site: Site;
  readonly installation: Installation;
}

/** Throws SITE_NOT_FOUND, ADDON_NOT_FOUND when it is not installed, ADDON_STATE when it is disabled. */
export async function loadCaller(
  { siteKey, addonKey }: AddonCaller,
  { database, seal }: Pick<DynamicContext, "database" | "seal">,
): Promise<Standing> {
  const site = await loadSite(database.read, siteKey);
  const installation = await findInstallation(database.read, seal, site.no, addonKey);
  if (installation === undefined || installation.state === "uninstalled") {
    throw new CallboardError("ADDON_NOT_FOUND", `The add-on ${addonKey} is not installed on ${siteKey}`);
  }
  if (installation.state === "disabled") {
    throw new CallboardError("ADDON_STATE", `The add-on ${addonKey} is disabled on ${siteKey}`);
  }
  return { site, installation };
}

/** What every change by an add-on ends with, in its transaction. */
export async function recordChange(
  tx: Queryable,
  { site }: Standing,
  { addonKey, address }: AddonCaller,
  { action, detail }: { readonly action: string; readonly detail: string },
): Promise<void> {
  const by: Author = { actor: `addon:${addonKey}`, address };
  await raiseVersion(tx, site.no);
  await appendAudit(tx, { ...by, action, object: `${site.key}/${addonKey}`, detail });
}

/** The caller's installation, in words that may be shown. */
export const installationName = (siteKey: string, addonKey: string): string => `${siteKey}/${addonKey}`;
