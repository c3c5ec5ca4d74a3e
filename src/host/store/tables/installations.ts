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

/** The installations of these add-ons on a site, uninstalled remnants included. */
export function listInstallationsByKey(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  addonKeys: readonly string[],
): Promise<readonly Installation[]> {
  const chosen = q.dialect.rows("$2", { addon_key: "text" }, "a");
  return installations
    .sealedBy(seal)
    .list(
      q,
      [
        `site_no = $1 AND addon_key IN (SELECT a.addon_key FROM ${chosen})`,
        siteNo,
        JSON.stringify(addonKeys.map((key) => [key])),
      ],
      { order: "addon_key" },
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
