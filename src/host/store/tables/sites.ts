/** Sites: one instance of a product each, one tenant each. Every change that matching or signing sees raises `version`. */
import { CallboardError } from "../../../errors.ts";
import { isOperationalProduct } from "../../../catalogue/index.ts";
import type { Statement } from "../db/batch.ts";
import { SHARD_TABLE } from "../db/citus-dialect.ts";
import { takeNumbers } from "../db/counter.ts";
import { notify } from "../db/notify.ts";
import { big, int, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Site } from "../../model/site.ts";

export const sites = defineTable<Site, { readonly markedVersions: number }>({
  name: "site",
  key: ["no"],
  columns: {
    no: int(),
    key: text(),
    product: text(),
    name: text(),
    baseUrl: optional(text()),
    clientKey: text(),
    retryProfile: optional(text()),
    installSigning: text(),
    options: json(),
    version: big(),
    createdAt: big(),
  },
  unread: { markedVersions: big() },
});

/** Oldest first; Callboard's own site is the last. */
export async function listSites(q: Queryable): Promise<readonly Site[]> {
  return putOwnLast(await sites.list(q, {}, { order: "no" }));
}

/** Returns the sites with Callboard's own at the end: what begins with the first site begins with one of the administrator's. */
export function putOwnLast(all: readonly Site[]): readonly Site[] {
  const isOwn = ({ product }: Site) => isOperationalProduct(product);
  return [...all.filter((site) => !isOwn(site)), ...all.filter(isOwn)];
}

export function findSite(q: Queryable, key: string): Promise<Site | undefined> {
  return sites.find(q, { key });
}

/** Any site of the product. */
export async function findSiteOfProduct(q: Queryable, product: string): Promise<Site | undefined> {
  return (await sites.list(q, { product }, { limit: 1 }))[0];
}

/** @throws {CallboardError} SITE_NOT_FOUND */
export async function loadSite(q: Queryable, key: string): Promise<Site> {
  const site = await findSite(q, key);
  if (site === undefined)
    throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(key)}`);
  return site;
}

export type NewSite = Omit<Site, "no" | "version">;

/** @throws {CallboardError} CONFLICT when the key is taken. */
export async function insertSite(tx: Queryable, site: NewSite): Promise<Site> {
  if ((await findSite(tx, site.key)) !== undefined) {
    throw new CallboardError("CONFLICT", `There is a site ${JSON.stringify(site.key)} already`);
  }
  const added = { ...site, no: await takeNumbers(tx, "site"), version: 1 };
  await sites.insert(tx, { ...added, markedVersions: 0 });
  if (tx.dialect.isDistributed)
    await tx.query(`INSERT INTO ${SHARD_TABLE} (site_no) VALUES ($1) ON CONFLICT DO NOTHING`, [added.no]);
  return added;
}

/** Counted twice: a process of an earlier Callboard raises the version alone, and does not mark what it changes. */
const NEXT_VERSION = "version = version + 1, marked_versions = marked_versions + 1";

export type SiteChange = Pick<Site, "name" | "baseUrl" | "retryProfile" | "installSigning" | "options">;

export async function updateSite(
  tx: Queryable,
  no: number,
  { name, baseUrl, retryProfile, installSigning, options }: SiteChange,
): Promise<void> {
  await sites.set(tx, { no }, { name, baseUrl, retryProfile, installSigning, options });
  await tx.query(`${sites.update}${NEXT_VERSION} WHERE no = $1`, [no]);
}

/** Removes the site and everything that belongs to its registry; what was sent stays until retention takes it. */
export async function deleteSite(tx: Queryable, no: number): Promise<void> {
  for (const table of REGISTRY_TABLES)
    await tx.query(`DELETE FROM callboard_${table} WHERE site_no = $1`, [no]);
  await sites.delete(tx, { no });
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
  "listener",
  "poller",
  "polled_event",
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
  const [site] = await tx.query<{ version: number }>(
    `${sites.update}${NEXT_VERSION} WHERE no = $1 RETURNING version`,
    [siteNo],
  );
  for (const [table, key] of Object.entries(SNAPSHOT_TABLES)) {
    // Rows that another transaction holds are its own to mark: waiting for them could be a deadlock.
    await tx.query(
      `UPDATE callboard_${table} SET changed_in = $2
       WHERE site_no = $1 AND ${key} IN (SELECT ${key} FROM callboard_${table}
                                         WHERE site_no = $1 AND changed_in IS NULL ${tx.dialect.skipLocked})`,
      [siteNo, site?.version ?? null],
    );
  }
  await notify(tx, "callboard_registry", String(siteNo));
}

/** Check for a batch: true while the site's registry has this version. */
export function hasVersion(siteNo: number, version: number): Statement {
  return { sql: "(SELECT version FROM callboard_site WHERE no = $1) = $2", bind: [siteNo, version] };
}
