/** Installations: one add-on on one site, its sealed secrets and its state; and the install that is under way. */
import type { Descriptor } from "../../../protocol/descriptor.ts";
import { lacksSecret } from "../../model/lost-secrets.ts";
import { big, int, json, optional, sealed, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import { deleteReinstall } from "./reinstalls.ts";
import type { Seal } from "../seal.ts";
import type { Installation } from "../../model/installation.ts";

export const installations = defineTable<Installation>({
  name: "installation",
  key: ["siteNo", "addonKey"],
  isFollowed: true,
  columns: {
    siteNo: int(),
    addonKey: text(),
    descriptor: json(),
    descriptorUrl: optional(text()),
    baseUrl: text(),
    authentication: text(),
    state: text(),
    grantedScopes: json(),
    sharedSecret: optional(sealed("secret_sealed", toPlace("installation"))),
    previousSecret: optional(sealed("previous_secret_sealed", toPlace("installation"))),
    previousSecretUntil: optional(big()),
    installedAt: big(),
    updatedAt: big(),
    disabledAt: optional(big()),
  },
});

function toPlace(table: string) {
  return (siteNo: number, addonKey: string) => `${table}|${siteNo}/${addonKey}|secret`;
}

/** Every installation of a site, uninstalled remnants included. */
export function listInstallations(
  q: Queryable,
  seal: Seal,
  siteNo: number,
): Promise<readonly Installation[]> {
  return installations.sealedBy(seal).list(q, { siteNo }, { order: "addon_key" });
}

/** The installations of these add-ons on these sites, uninstalled remnants included. */
export function listInstallationsAt(
  q: Queryable,
  seal: Seal,
  places: readonly Pick<Installation, "siteNo" | "addonKey">[],
): Promise<readonly Installation[]> {
  const chosen = q.dialect.rows("$1", { site_no: "int", addon_key: "text" }, "a");
  return installations
    .sealedBy(seal)
    .list(
      q,
      [
        `(site_no, addon_key) IN (SELECT a.site_no, a.addon_key FROM ${chosen})`,
        JSON.stringify(places.map(({ siteNo, addonKey }) => [siteNo, addonKey])),
      ],
      { order: "site_no, addon_key" },
    );
}

/** Which installations of a site a page begins with. */
export interface InstallationPageOptions {
  readonly siteNo: number;
  /** Key of the last add-on of the page before; empty for the first page. */
  readonly after: string;
  /** The add-on with this key alone. */
  readonly addonKey: string | undefined;
  readonly limit: number;
}

/** The installations of a page without uninstalled remnants, by key. */
export function listInstallationPage(
  q: Queryable,
  seal: Seal,
  { siteNo, after, addonKey, limit }: InstallationPageOptions,
): Promise<readonly Installation[]> {
  const only = addonKey === undefined ? "" : "AND addon_key = $3";
  return installations
    .sealedBy(seal)
    .list(
      q,
      [
        `site_no = $1 AND addon_key > $2 AND state <> 'uninstalled' ${only}`,
        siteNo,
        after,
        ...(addonKey === undefined ? [] : [addonKey]),
      ],
      { order: "addon_key", limit },
    );
}

export function findInstallation(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  addonKey: string,
): Promise<Installation | undefined> {
  return installations.sealedBy(seal).find(q, { siteNo, addonKey });
}

/** The add-on of the site that was installed from this URL, and is still there. */
export async function findInstalledFrom(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  descriptorUrl: string,
): Promise<Installation | undefined> {
  const condition = "site_no = $1 AND descriptor_url = $2 AND state <> 'uninstalled'";
  const [found] = await installations
    .sealedBy(seal)
    .list(q, [condition, siteNo, descriptorUrl], { order: "addon_key", limit: 1 });
  return found;
}

/** Inserts it, or replaces the row of the same site and key as a whole. */
export async function saveInstallation(tx: Queryable, seal: Seal, installation: Installation): Promise<void> {
  await installations.sealedBy(seal).save(tx, installation);
  if (!lacksSecret(installation)) await deleteReinstall(tx, installation.siteNo, installation.addonKey);
}

/** An install whose `installed` callback has not been answered yet. */
export interface PendingInstall {
  readonly siteNo: number;
  readonly addonKey: string;
  readonly descriptor: Descriptor;
  readonly baseUrl: string;
  readonly sharedSecret: string | undefined;
  readonly startedAt: number;
}

export const pendingInstalls = defineTable<PendingInstall>({
  name: "pending_install",
  key: ["siteNo", "addonKey"],
  columns: {
    siteNo: int(),
    addonKey: text(),
    descriptor: json(),
    baseUrl: text(),
    sharedSecret: optional(sealed("secret_sealed", toPlace("pending_install"))),
    startedAt: big(),
  },
});

export function savePendingInstall(tx: Queryable, seal: Seal, pending: PendingInstall): Promise<void> {
  return pendingInstalls.sealedBy(seal).save(tx, pending);
}

export function findPendingInstall(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  addonKey: string,
): Promise<PendingInstall | undefined> {
  return pendingInstalls.sealedBy(seal).find(q, { siteNo, addonKey });
}

export function listPendingInstalls(q: Queryable, seal: Seal): Promise<readonly PendingInstall[]> {
  return pendingInstalls.sealedBy(seal).list(q);
}

export async function deletePendingInstall(tx: Queryable, siteNo: number, addonKey: string): Promise<void> {
  await pendingInstalls.delete(tx, { siteNo, addonKey });
}
