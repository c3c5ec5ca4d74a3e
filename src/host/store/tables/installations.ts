/** Installations: one add-on on one site, its sealed secrets and its state; and the install that is under way. */
import type { AuthenticationType, Descriptor } from "../../../protocol/descriptor.ts";
import { lacksSecret } from "../../model/lost-secrets.ts";
import type { Queryable } from "../db/database.ts";
import { deleteReinstall } from "./reinstalls.ts";
import type { Seal } from "../seal.ts";
import type { InstallationState, Installation } from "../../model/installation.ts";

export interface InstallationRow {
  site_no: number;
  addon_key: string;
  descriptor: string;
  descriptor_url: string | null;
  base_url: string;
  authentication: AuthenticationType;
  state: InstallationState;
  secret_sealed: Buffer | null;
  previous_secret_sealed: Buffer | null;
  previous_secret_until: number | null;
  installed_at: number;
  updated_at: number;
  disabled_at: number | null;
}

export const installationPlace = (siteNo: number, addonKey: string) =>
  `installation|${siteNo}/${addonKey}|secret`;

export function installationOf(row: InstallationRow, seal: Seal): Installation {
  const open = (sealed: Buffer | null) =>
    sealed === null ? undefined : seal.open(installationPlace(row.site_no, row.addon_key), sealed);
  return {
    siteNo: row.site_no,
    addonKey: row.addon_key,
    descriptor: JSON.parse(row.descriptor) as Descriptor,
    descriptorUrl: row.descriptor_url ?? undefined,
    baseUrl: row.base_url,
    authentication: row.authentication,
    state: row.state,
    sharedSecret: open(row.secret_sealed),
    previousSecret: open(row.previous_secret_sealed),
    previousSecretUntil: row.previous_secret_until ?? undefined,
    installedAt: row.installed_at,
    updatedAt: row.updated_at,
    disabledAt: row.disabled_at ?? undefined,
  };
}

/** Every installation of a site, uninstalled remnants included. */
export async function listInstallations(
  q: Queryable,
  seal: Seal,
  siteNo: number,
): Promise<readonly Installation[]> {
  const rows = await q.query<InstallationRow>(
    "SELECT * FROM callboard_installation WHERE site_no = $1 ORDER BY addon_key",
    [siteNo],
  );
  return rows.map((row) => installationOf(row, seal));
}

export async function findInstallation(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  addonKey: string,
): Promise<Installation | undefined> {
  const [row] = await q.query<InstallationRow>(
    "SELECT * FROM callboard_installation WHERE site_no = $1 AND addon_key = $2",
    [siteNo, addonKey],
  );
  return row === undefined ? undefined : installationOf(row, seal);
}

/** Inserts it, or replaces the row of the same site and key as a whole. */
export async function saveInstallation(tx: Queryable, seal: Seal, installation: Installation): Promise<void> {
  const sealed = (secret: string | undefined) =>
    secret === undefined
      ? null
      : seal.seal(installationPlace(installation.siteNo, installation.addonKey), secret);
  await tx.query(
    `INSERT INTO callboard_installation (site_no, addon_key, descriptor, descriptor_url, base_url, authentication, state,
       secret_sealed, previous_secret_sealed, previous_secret_until, installed_at, updated_at, disabled_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (site_no, addon_key) DO UPDATE SET descriptor = excluded.descriptor,
       descriptor_url = excluded.descriptor_url, base_url = excluded.base_url, authentication = excluded.authentication,
       state = excluded.state, secret_sealed = excluded.secret_sealed,
       previous_secret_sealed = excluded.previous_secret_sealed, previous_secret_until = excluded.previous_secret_until,
       installed_at = excluded.installed_at, updated_at = excluded.updated_at, disabled_at = excluded.disabled_at,
       changed_in = NULL`,
    [
      installation.siteNo,
      installation.addonKey,
      JSON.stringify(installation.descriptor),
      installation.descriptorUrl ?? null,
      installation.baseUrl,
      installation.authentication,
      installation.state,
      sealed(installation.sharedSecret),
      sealed(installation.previousSecret),
      installation.previousSecretUntil ?? null,
      installation.installedAt,
      installation.updatedAt,
      installation.disabledAt ?? null,
    ],
  );
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

interface PendingRow {
  site_no: number;
  addon_key: string;
  descriptor: string;
  base_url: string;
  secret_sealed: Buffer | null;
  started_at: number;
}

export const pendingInstallPlace = (siteNo: number, addonKey: string) =>
  `pending_install|${siteNo}/${addonKey}|secret`;

export async function savePendingInstall(tx: Queryable, seal: Seal, pending: PendingInstall): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_pending_install (site_no, addon_key, descriptor, base_url, secret_sealed, started_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (site_no, addon_key) DO UPDATE SET descriptor = excluded.descriptor, base_url = excluded.base_url,
       secret_sealed = excluded.secret_sealed, started_at = excluded.started_at`,
    [
      pending.siteNo,
      pending.addonKey,
      JSON.stringify(pending.descriptor),
      pending.baseUrl,
      pending.sharedSecret === undefined
        ? null
        : seal.seal(pendingInstallPlace(pending.siteNo, pending.addonKey), pending.sharedSecret),
      pending.startedAt,
    ],
  );
}

export async function findPendingInstall(
  q: Queryable,
  seal: Seal,
  siteNo: number,
  addonKey: string,
): Promise<PendingInstall | undefined> {
  const [row] = await q.query<PendingRow>(
    "SELECT * FROM callboard_pending_install WHERE site_no = $1 AND addon_key = $2",
    [siteNo, addonKey],
  );
  return row === undefined ? undefined : pendingOf(row, seal);
}

export async function listPendingInstalls(q: Queryable, seal: Seal): Promise<readonly PendingInstall[]> {
  return (await q.query<PendingRow>("SELECT * FROM callboard_pending_install")).map((row) =>
    pendingOf(row, seal),
  );
}

function pendingOf(row: PendingRow, seal: Seal): PendingInstall {
  return {
    siteNo: row.site_no,
    addonKey: row.addon_key,
    descriptor: JSON.parse(row.descriptor) as Descriptor,
    baseUrl: row.base_url,
    sharedSecret:
      row.secret_sealed === null
        ? undefined
        : seal.open(pendingInstallPlace(row.site_no, row.addon_key), row.secret_sealed),
    startedAt: row.started_at,
  };
}

export async function deletePendingInstall(tx: Queryable, siteNo: number, addonKey: string): Promise<void> {
  await tx.query("DELETE FROM callboard_pending_install WHERE site_no = $1 AND addon_key = $2", [
    siteNo,
    addonKey,
  ]);
}
