/**
 * The registry of every site in memory: what matching and signing need for each event and each attempt.
 *
 * A start knows which sites there are. What is in them is loaded when something needs a site, and for all others once the host is
 * ready; then it stays. Whoever reads a site that may not be loaded yet awaits {@link SiteLoading.load} before.
 *
 * A snapshot is replaced when its site's version changes, never altered, so that derived things can be kept by its identity.
 * Only the rows that changed since are loaded, and what did not change is the same object as before. The accepting transaction
 * compares versions; between transactions a snapshot may be a moment old. The counters of an endpoint's failures are as they
 * were when its row was loaded; whether it is failing, paused or resumed is as new as the version.
 */
import type { LiveCatalogue } from "../../catalogue/index.ts";
import { followChanges } from "../model/event-index.ts";
import { PersistentMap } from "../model/persistent-map.ts";
import type { Statement } from "./db/batch.ts";
import { perDialect } from "./db/per-dialect.ts";
import type { Database, Queryable } from "./db/database.ts";
import type { Row } from "./db/queryable.ts";
import { createKnownSites } from "./known-sites.ts";
import { createOwnProducts } from "./own-products.ts";
import type { OwnProducts } from "./own-products.ts";
import type { Seal } from "./seal.ts";
import { createSiteLoading } from "./site-loading.ts";
import type { SiteLoading } from "./site-loading.ts";
import { createNoRows, loadRows } from "./snapshot-rows.ts";
import type { LoadedRows, RowScope } from "./snapshot-rows.ts";
import { sites } from "./tables/sites.ts";
import type { OpenedEndpoint } from "../model/endpoint.ts";
import type { Installation } from "../model/installation.ts";
import type { Site } from "../model/site.ts";
import type { Subscription } from "../model/subscription.ts";
import type { Webhook } from "../model/webhook.ts";
import { UnloadedError, createUnloadedSite } from "../model/site-snapshot.ts";
import type { SiteHead, SiteSnapshot } from "../model/site-snapshot.ts";

export interface Snapshots extends SiteLoading {
  readonly findPublicProduct: OwnProducts["findPublic"];
  /** Undefined if there is no such site. Of a site that is not loaded, only what {@link SiteHead} has may be read. */
  readonly get: (siteNo: number) => SiteSnapshot | undefined;
  readonly byKey: (siteKey: string) => SiteSnapshot | undefined;
  /** Every site, loaded or not. */
  readonly heads: () => readonly SiteHead[];
  /** The sites that are loaded: every site once {@link loadAll} has resolved. */
  readonly all: () => readonly SiteSnapshot[];
  /** Every site. @throws {UnloadedError} as long as one is not loaded */
  readonly whole: () => readonly SiteSnapshot[];
  /** False for a site that exists and was not needed yet. */
  readonly isLoaded: (siteNo: number) => boolean;
  readonly areAllLoaded: () => boolean;
  /** For a batch: true when these sites are as they are in these snapshots, whatever is known of them by now. */
  readonly areCurrent: (sites: ReadonlyMap<number, SiteSnapshot | undefined>) => Statement;
  /** Brings own products, and every site or the one that is known to have changed, up to what this transaction sees. */
  readonly refresh: (q: Queryable, siteNo?: number) => Promise<void>;
}

interface KeptSnapshot extends SiteSnapshot {
  readonly subscriptions: PersistentMap<number, Subscription>;
  readonly installations: PersistentMap<string, Installation>;
  readonly webhooks: PersistentMap<number, Webhook>;
  readonly endpoints: PersistentMap<number, OpenedEndpoint>;
}

/** Shared by all sites that have nothing of a kind. */
const NOTHING = {
  subscriptions: PersistentMap.of<number, Subscription>([]),
  installations: PersistentMap.of<string, Installation>([]),
  webhooks: PersistentMap.of<number, Webhook>([]),
  endpoints: PersistentMap.of<number, OpenedEndpoint>([]),
};

function snapshotAfter(before: KeptSnapshot, site: Site, changes: LoadedRows): KeptSnapshot {
  const subscriptions = before.subscriptions.with(changes.subscriptions);
  followChanges(before.product, {
    before: before.subscriptions,
    after: subscriptions,
    changes: changes.subscriptions,
  });
  return {
    site,
    product: before.product,
    subscriptions,
    installations: before.installations.with(changes.installations),
    webhooks: before.webhooks.with(changes.webhooks),
    endpoints: before.endpoints.with(changes.endpoints),
  };
}

type VersionedRow = Row & { readonly marked_versions: number };

/** Stands for the products alone, where a change has no site. */
export const NO_SITE = 0;

const VERSION_COLUMNS = { no: "int", version: "int" } as const;
const formatVersionsCheck = perDialect(
  (dialect) => `(SELECT COUNT(*) FROM ${dialect.rows("$1", VERSION_COLUMNS, "r")}
         JOIN callboard_site s ON s.no = r.no AND s.version = r.version) = $2`,
);

export async function createSnapshots(
  database: Database,
  seal: Seal,
  catalogue: Pick<LiveCatalogue, "get" | "replaceOwn">,
): Promise<Snapshots> {
  const ownProducts = createOwnProducts(catalogue);
  const known = createKnownSites<KeptSnapshot>();
  const { byNo, unloaded, keep, drop, findLoaded } = known;

  function keepLoaded(row: VersionedRow, rows: LoadedRows): void {
    const site = sites.toRecord(row);
    const snapshot = snapshotAfter({ ...NOTHING, site, product: catalogue.get(site.product) }, site, rows);
    keep({ kind: "loaded", snapshot, markedVersions: row.marked_versions });
  }

  async function loadHeads(q: Queryable): Promise<void> {
    const rows = await q.query<VersionedRow>("SELECT * FROM callboard_site ORDER BY no");
    await ownProducts.refresh(q);
    for (const row of rows) {
      const site = sites.toRecord(row);
      keep({ kind: "unloaded", snapshot: createUnloadedSite(site, catalogue.get(site.product)) });
    }
  }

  /** The sites' rows are read before the others, which then are of their versions or later ones. */
  async function loadRun(run: readonly number[]): Promise<void> {
    const q = database.read;
    const scope = { kind: "sites", first: run[0] ?? 0, last: run.at(-1) ?? 0 } as const;
    const rows = await q.query<VersionedRow>(
      "SELECT * FROM callboard_site WHERE no >= $1 AND no <= $2 ORDER BY no",
      [scope.first, scope.last],
    );
    await ownProducts.refresh(q);
    const loaded = await loadRows(q, seal, scope);
    const found = new Map(rows.map((row) => [row["no"], row]));
    for (const no of run) {
      // Whatever has loaded it meanwhile is no older.
      if (!unloaded.has(no)) continue;
      const row = found.get(no);
      if (row === undefined) drop(no);
      else keepLoaded(row, loaded.get(no) ?? createNoRows());
    }
  }

  /** Versions only rise, and the number of a site is never used again: so few figures tell whether anything changed. */
  async function areAllCurrent(q: Queryable): Promise<boolean> {
    const [found] = await q.query<{ sites: number; newest: number; versions: number }>(
      `SELECT COUNT(*) AS sites, COALESCE(MAX(no), 0) AS newest, CAST(COALESCE(SUM(version), 0) AS BIGINT) AS versions
       FROM callboard_site`,
    );
    let newest = 0;
    let versions = 0;
    for (const [no, { snapshot }] of byNo) {
      newest = Math.max(newest, no);
      versions += snapshot.site.version;
    }
    return found?.sites === byNo.size && found.newest === newest && found.versions === versions;
  }

  /** Loads the site if it changed, or was not loaded. Its row is read before the others, as in {@link loadRun}. */
  async function refreshSite(q: Queryable, siteNo: number): Promise<void> {
    const [row] = await q.query<VersionedRow>("SELECT * FROM callboard_site WHERE no = $1", [siteNo]);
    if (row === undefined) {
      drop(siteNo);
      return;
    }
    const before = findLoaded(siteNo);
    const site = sites.toRecord(row);
    const behind = site.version - (before?.snapshot.site.version ?? 0);
    if (behind <= 0) return;
    // After the site's row: a change of its product raises the version of the site.
    await ownProducts.refresh(q);
    const areMarked = before !== undefined && row.marked_versions - before.markedVersions === behind;
    const scope: RowScope = areMarked
      ? { kind: "since", siteNo, version: before.snapshot.site.version }
      : { kind: "sites", first: siteNo, last: siteNo };
    const changes = (await loadRows(q, seal, scope)).get(siteNo) ?? createNoRows();
    // Another refresh may have been faster. What it loaded is no newer than this, or has a later version.
    const now = findLoaded(siteNo);
    if (now === undefined && areMarked) return;
    if (now !== undefined && now.snapshot.site.version >= site.version) return;
    if (areMarked && now !== undefined) {
      const snapshot = snapshotAfter(now.snapshot, site, changes);
      keep({ kind: "loaded", snapshot, markedVersions: row.marked_versions });
    } else keepLoaded(row, changes);
  }

  async function refresh(q: Queryable, siteNo?: number): Promise<void> {
    if (siteNo !== undefined && siteNo !== NO_SITE) return refreshSite(q, siteNo);
    await ownProducts.refresh(q);
    if (siteNo === NO_SITE) return;
    if (await areAllCurrent(q)) return;
    const before = [...byNo.keys()];
    const found = await q.query<{ no: number; version: number }>("SELECT no, version FROM callboard_site");
    const versions = new Map(found.map(({ no, version }) => [no, version]));
    for (const no of before) if (!versions.has(no)) drop(no);
    for (const [no, version] of versions) {
      if (byNo.get(no)?.snapshot.site.version !== version) await refreshSite(q, no);
    }
  }

  const siteLoading = createSiteLoading(unloaded, loadRun);
  await loadHeads(database.read);
  // Announcements go there, in transactions that could not wait for it.
  await siteLoading.load(
    [...byNo].flatMap(([no, { snapshot }]) => (snapshot.product.isOperational ? [no] : [])),
  );
  return {
    findPublicProduct: ownProducts.findPublic,
    get: (siteNo) => byNo.get(siteNo)?.snapshot,
    byKey: known.findByKey,
    heads: () => [...byNo.values()].map(({ snapshot }) => snapshot),
    all: known.listLoaded,
    whole: () => {
      if (unloaded.size > 0) throw new UnloadedError("All sites are read before they are loaded", undefined);
      return known.listLoaded();
    },
    isLoaded: (siteNo) => !unloaded.has(siteNo),
    areAllLoaded: () => unloaded.size === 0,
    ...siteLoading,
    areCurrent: (sites) => ({
      sql: formatVersionsCheck(database.dialect),
      bind: [
        JSON.stringify([...sites].map(([no, snapshot]) => [no, snapshot?.site.version ?? null])),
        sites.size,
      ],
    }),
    refresh,
  };
}
