/** Sites: one instance of a product each, one tenant each. Every change that matching or signing sees raises `version`. */
import { CallboardError } from "../../../errors.ts";
import { isOperationalProduct } from "../../../catalogue/index.ts";
import { takeNumbers } from "../db/counter.ts";
import type { Queryable } from "../db/database.ts";
import type { InstallSigning, SiteOptions, Site } from "../../model/site.ts";

export interface SiteRow {
  no: number;
  key: string;
  product: string;
  name: string;
  base_url: string | null;
  client_key: string;
  retry_profile: string | null;
  install_signing: InstallSigning;
  options: string;
  version: number;
  created_at: number;
}

export function siteOf(row: SiteRow): Site {
  return {
    no: row.no,
    key: row.key,
    product: row.product,
    name: row.name,
    baseUrl: row.base_url ?? undefined,
    clientKey: row.client_key,
    retryProfile: row.retry_profile ?? undefined,
    installSigning: row.install_signing,
    options: JSON.parse(row.options) as SiteOptions,
    version: row.version,
    createdAt: row.created_at,
  };
}

/** Oldest first; Callboard's own site is the last. */
export async function listSites(q: Queryable): Promise<readonly Site[]> {
  const sites = (await q.query<SiteRow>("SELECT * FROM callboard_site ORDER BY no")).map(siteOf);
  const isOwn = ({ product }: Site) => isOperationalProduct(product);
  return [...sites.filter((site) => !isOwn(site)), ...sites.filter(isOwn)];
}

export async function findSite(q: Queryable, key: string): Promise<Site | undefined> {
  const [row] = await q.query<SiteRow>("SELECT * FROM callboard_site WHERE key = $1", [key]);
  return row === undefined ? undefined : siteOf(row);
}

/** @throws CallboardError SITE_NOT_FOUND */
export async function loadSite(q: Queryable, key: string): Promise<Site> {
  const site = await findSite(q, key);
  if (site === undefined)
    throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(key)}`);
  return site;
}

export type NewSite = Omit<Site, "no" | "version">;

/** @throws CallboardError CONFLICT when the key is taken. */
export async function insertSite(tx: Queryable, site: NewSite): Promise<Site> {
  if ((await findSite(tx, site.key)) !== undefined) {
    throw new CallboardError("CONFLICT", `There is a site ${JSON.stringify(site.key)} already`);
  }
  const no = await takeNumbers(tx, "site");
  await tx.query(
    `INSERT INTO callboard_site
       (no, key, product, name, base_url, client_key, retry_profile, install_signing, options, version, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)`,
    [
      no,
      site.key,
      site.product,
      site.name,
      site.baseUrl ?? null,
      site.clientKey,
      site.retryProfile ?? null,
      site.installSigning,
      JSON.stringify(site.options),
      site.createdAt,
    ],
  );
  return { ...site, no, version: 1 };
}

/** Counted twice: a process of an earlier Callboard raises the version alone, and does not mark what it changes. */
const NEXT_VERSION = "version = version + 1, marked_versions = marked_versions + 1";

export type SiteChange = Pick<Site, "name" | "baseUrl" | "retryProfile" | "installSigning" | "options">;

export async function updateSite(tx: Queryable, no: number, site: SiteChange): Promise<void> {
  await tx.query(
    `UPDATE callboard_site SET name = $2, base_url = $3, retry_profile = $4, install_signing = $5, options = $6,
       ${NEXT_VERSION} WHERE no = $1`,
    [
      no,
      site.name,
      site.baseUrl ?? null,
      site.retryProfile ?? null,
      site.installSigning,
      JSON.stringify(site.options),
    ],
  );
}

/** Removes the site and everything that belongs to its registry; what was sent stays until retention takes it. */
export async function deleteSite(tx: Queryable, no: number): Promise<void> {
  for (const table of REGISTRY_TABLES)
    await tx.query(`DELETE FROM callboard_${table} WHERE site_no = $1`, [no]);
  await tx.query("DELETE FROM callboard_site WHERE no = $1", [no]);
}

const REGISTRY_TABLES = [
  "installation",
  "pending_install",
  "reinstall",
  "addon_property",
  "webhook",
  "endpoint",
  "failure_notice",
  "subscription",
];

/** The tables of which a snapshot is made, with the second column of their keys. */
const SNAPSHOT_TABLES = {
  installation: "addon_key",
  webhook: "no",
  subscription: "no",
  endpoint: "no",
} as const;

/**
 * To be called in the transaction of every change to installations, subscriptions, endpoints or webhooks of a site, after it.
 * A statement that changes such a row sets `changed_in` to NULL; here it becomes the new version. The site's row stays locked
 * until the commit, so versions are committed in their order, and whoever knows a version finds all that came after it.
 */
export async function raiseVersion(tx: Queryable, siteNo: number): Promise<void> {
  await tx.query(`UPDATE callboard_site SET ${NEXT_VERSION} WHERE no = $1`, [siteNo]);
  for (const [table, key] of Object.entries(SNAPSHOT_TABLES)) {
    // Rows that another transaction holds are its own to mark: waiting for them could be a deadlock.
    await tx.query(
      `UPDATE callboard_${table} SET changed_in = (SELECT version FROM callboard_site WHERE no = $1)
       WHERE site_no = $1 AND ${key} IN (SELECT ${key} FROM callboard_${table}
                                         WHERE site_no = $1 AND changed_in IS NULL ${tx.dialect.skipLocked})`,
      [siteNo],
    );
  }
  if (tx.dialect.name === "postgres")
    await tx.query("SELECT pg_notify('callboard_registry', $1)::text", [String(siteNo)]);
}
