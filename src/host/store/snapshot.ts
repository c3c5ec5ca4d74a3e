/**
 * The registry of every site in memory: what matching and signing need for each event and each attempt.
 *
 * A snapshot is replaced when its site's version changes, never altered, so that derived things can be kept by its identity.
 * Only the rows that changed since are loaded, and what did not change is the same object as before. The accepting transaction
 * compares versions; between transactions a snapshot may be a moment old. The counters of an endpoint's failures are as they
 * were when its row was loaded; whether it is failing, paused or resumed is as new as the version.
 */
import type { LiveCatalogue, Product } from "../../catalogue/index.ts";
import { followChanges } from "../model/event-index.ts";
import { PersistentMap } from "../model/persistent-map.ts";
import type { Statement } from "./db/batch.ts";
import type { Database, Queryable } from "./db/database.ts";
import type { Row } from "./db/queryable.ts";
import type { Table } from "./db/table.ts";
import { endpoints } from "./tables/endpoints.ts";
import { installations } from "./tables/installations.ts";
import { createOwnProducts } from "./own-products.ts";
import type { OwnProducts } from "./own-products.ts";
import type { Seal } from "./seal.ts";
import { sites } from "./tables/sites.ts";
import { subscriptions } from "./tables/subscriptions.ts";
import { webhooks } from "./tables/webhooks.ts";
import type { OpenedEndpoint } from "../model/endpoint.ts";
import type { Installation } from "../model/installation.ts";
import type { Site } from "../model/site.ts";
import type { Subscription } from "../model/subscription.ts";
import type { Webhook } from "../model/webhook.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export interface Snapshots {
  readonly findPublicProduct: OwnProducts["findPublic"];
  readonly get: (siteNo: number) => SiteSnapshot | undefined;
  readonly byKey: (siteKey: string) => SiteSnapshot | undefined;
  readonly all: () => readonly SiteSnapshot[];
  /** For a batch: true when these sites are as they are here. */
  readonly areCurrent: (sites: ReadonlySet<number>) => Statement;
  /** Brings own products, and every site or the one that is known to have changed, up to what this transaction sees. */
  readonly refresh: (q: Queryable, siteNo?: number) => Promise<void>;
}

/** Loaded rows of one site: all of them, or those that changed. Undefined stands for a deleted row. */
interface Loaded {
  readonly subscriptions: Map<number, Subscription | undefined>;
  readonly installations: Map<string, Installation | undefined>;
  readonly webhooks: Map<number, Webhook | undefined>;
  readonly endpoints: Map<number, OpenedEndpoint | undefined>;
}

const nothing = (): Loaded => ({
  subscriptions: new Map(),
  installations: new Map(),
  webhooks: new Map(),
  endpoints: new Map(),
});

type Scope =
  | { readonly kind: "everything" }
  | { readonly kind: "site"; readonly siteNo: number }
  /** Rows that changed in a later version. */
  | { readonly kind: "since"; readonly siteNo: number; readonly version: number };

/** Rows are taken apart on the event loop: so many at once, and a descriptor can be long. */
const MAX_ROWS = 500;
const MAX_INSTALLATIONS = 20;

interface Reading<R extends object> {
  readonly table: Pick<Table<R>, "name" | "key" | "stored" | "toRecord">;
  readonly scope: Scope;
  /** Rows at once. */
  readonly most: number;
}

async function readRows<R extends object>(
  q: Queryable,
  { table, scope, most }: Reading<R>,
  visit: (record: R) => void,
): Promise<void> {
  const { name, key, stored, toRecord } = table;
  const [, second = ""] = key;
  const from = scope.kind === "since" ? `${name}${q.dialect.along(`${name}_changed`)}` : name;
  const keepsRemoved = stored.some((column) => column.name === "removed_at");
  const conditions = [
    scope.kind === "everything" ? `(site_no, ${second}) > ($1, $2)` : `site_no = $1 AND ${second} > $2`,
    ...(scope.kind === "since" ? ["changed_in > $3"] : []),
    ...(keepsRemoved && scope.kind !== "since" ? ["removed_at IS NULL"] : []),
  ];
  const sql = `SELECT * FROM ${from} WHERE ${conditions.join(" AND ")} ORDER BY site_no, ${second} LIMIT ${most}`;
  const beforeAll = second === "no" ? 0 : "";
  let after: readonly unknown[] = [scope.kind === "everything" ? 0 : scope.siteNo, beforeAll];
  for (;;) {
    const rows = await q.query(sql, [...after, ...(scope.kind === "since" ? [scope.version] : [])]);
    for (const row of rows) visit(toRecord(row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < most) return;
    after = key.map((column) => last[column]);
  }
}

/** By the number of the site. */
async function load(q: Queryable, seal: Seal, scope: Scope): Promise<ReadonlyMap<number, Loaded>> {
  const loadedSites = new Map<number, Loaded>();
  const of = (siteNo: number): Loaded => {
    let loaded = loadedSites.get(siteNo);
    if (loaded === undefined) loadedSites.set(siteNo, (loaded = nothing()));
    return loaded;
  };
  const numbered = { scope, most: MAX_ROWS };
  await readRows(q, { ...numbered, table: subscriptions }, (each) =>
    of(each.siteNo).subscriptions.set(each.no, each.removedAt === undefined ? each : undefined),
  );
  await readRows(q, { table: installations.sealedBy(seal), scope, most: MAX_INSTALLATIONS }, (each) =>
    of(each.siteNo).installations.set(each.addonKey, each),
  );
  await readRows(q, { ...numbered, table: webhooks.sealedBy(seal) }, (each) =>
    of(each.siteNo).webhooks.set(each.no, each.removedAt === undefined ? each : undefined),
  );
  await readRows(q, { ...numbered, table: endpoints.sealedBy(seal) }, (each) =>
    of(each.siteNo).endpoints.set(each.no, each),
  );
  return loadedSites;
}

interface KeptSnapshot extends SiteSnapshot {
  readonly subscriptions: PersistentMap<number, Subscription>;
  readonly installations: PersistentMap<string, Installation>;
  readonly webhooks: PersistentMap<number, Webhook>;
  readonly endpoints: PersistentMap<number, OpenedEndpoint>;
}

const emptySnapshot = (site: Site, product: Product): KeptSnapshot => ({
  site,
  product,
  subscriptions: PersistentMap.of<number, Subscription>([]),
  installations: PersistentMap.of<string, Installation>([]),
  webhooks: PersistentMap.of<number, Webhook>([]),
  endpoints: PersistentMap.of<number, OpenedEndpoint>([]),
});

function snapshotAfter(before: KeptSnapshot, site: Site, changes: Loaded): KeptSnapshot {
  const subscriptions = before.subscriptions.with(changes.subscriptions);
  followChanges(before.subscriptions, subscriptions, changes.subscriptions);
  return {
    site,
    product: before.product,
    subscriptions,
    installations: before.installations.with(changes.installations),
    webhooks: before.webhooks.with(changes.webhooks),
    endpoints: before.endpoints.with(changes.endpoints),
  };
}

/** A snapshot, and how many versions of its site were raised by processes that mark what they change. */
interface Known {
  readonly snapshot: KeptSnapshot;
  readonly markedVersions: number;
}

type VersionedRow = Row & { readonly marked_versions: number };

/** Stands for the products alone, where a change has no site. */
export const NO_SITE = 0;

const VERSION_COLUMNS = { no: "int", version: "int" } as const;

export async function createSnapshots(
  database: Database,
  seal: Seal,
  catalogue: Pick<LiveCatalogue, "get" | "replaceOwn">,
): Promise<Snapshots> {
  const ownProducts = createOwnProducts(catalogue);
  const byNo = new Map<number, Known>();
  const numbers = new Map<string, number>();

  function keep(known: Known): void {
    const { no, key } = known.snapshot.site;
    byNo.set(no, known);
    numbers.set(key, no);
  }

  function drop(siteNo: number): void {
    const known = byNo.get(siteNo);
    if (known === undefined) return;
    byNo.delete(siteNo);
    const { key } = known.snapshot.site;
    // A new site may have the key by now.
    if (numbers.get(key) === siteNo) numbers.delete(key);
  }

  async function loadEverything(q: Queryable): Promise<void> {
    const rows = await q.query<VersionedRow>("SELECT * FROM callboard_site ORDER BY no");
    await ownProducts.refresh(q);
    const loaded = await load(q, seal, { kind: "everything" });
    for (const row of rows) {
      const site = sites.toRecord(row);
      keep({
        snapshot: snapshotAfter(
          emptySnapshot(site, catalogue.get(site.product)),
          site,
          loaded.get(site.no) ?? nothing(),
        ),
        markedVersions: row.marked_versions,
      });
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

  /** The site's row is read before the others, which then are of its version or a later one. */
  async function refreshSite(q: Queryable, siteNo: number): Promise<void> {
    const [row] = await q.query<VersionedRow>("SELECT * FROM callboard_site WHERE no = $1", [siteNo]);
    if (row === undefined) {
      drop(siteNo);
      return;
    }
    const before = byNo.get(siteNo);
    const site = sites.toRecord(row);
    const behind = site.version - (before?.snapshot.site.version ?? 0);
    if (behind <= 0) return;
    // After the site's row: a change of its product raises the version of the site.
    await ownProducts.refresh(q);
    const areMarked = before !== undefined && row.marked_versions - before.markedVersions === behind;
    const scope: Scope = areMarked
      ? { kind: "since", siteNo, version: before.snapshot.site.version }
      : { kind: "site", siteNo };
    const changes = (await load(q, seal, scope)).get(siteNo) ?? nothing();
    // Another refresh may have been faster. What it loaded is no newer than this, or has a later version.
    const now = byNo.get(siteNo);
    if (now === undefined && areMarked) return;
    if (now !== undefined && now.snapshot.site.version >= site.version) return;
    const base =
      areMarked && now !== undefined ? now.snapshot : emptySnapshot(site, catalogue.get(site.product));
    keep({ snapshot: snapshotAfter(base, site, changes), markedVersions: row.marked_versions });
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

  await loadEverything(database.read);
  return {
    findPublicProduct: ownProducts.findPublic,
    get: (siteNo) => byNo.get(siteNo)?.snapshot,
    byKey: (siteKey) => byNo.get(numbers.get(siteKey) ?? 0)?.snapshot,
    all: () => [...byNo.values()].map(({ snapshot }) => snapshot),
    areCurrent: (sites) => ({
      sql: `(SELECT COUNT(*) FROM ${database.dialect.rows("$1", VERSION_COLUMNS, "r")}
         JOIN callboard_site s ON s.no = r.no AND s.version = r.version) = $2`,
      bind: [
        JSON.stringify([...sites].map((no) => [no, byNo.get(no)?.snapshot.site.version ?? null])),
        sites.size,
      ],
    }),
    refresh,
  };
}
