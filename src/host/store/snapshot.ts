/**
 * The registry of every site in memory: what matching and signing need for each event and each attempt.
 *
 * A snapshot is replaced as a whole when its site's version changes, never altered, so that derived things can be kept by
 * its identity. The accepting transaction compares versions; between transactions a snapshot may be a moment old.
 */
import type { Statement } from "./batch.ts";
import type { Database, Queryable } from "./database.ts";
import { listEndpoints } from "./endpoints.ts";
import type { Endpoint, Receiver } from "./endpoints.ts";
import { listInstallations } from "./installations.ts";
import type { Installation } from "./installations.ts";
import type { Seal } from "./seal.ts";
import { listSites } from "./sites.ts";
import type { Site } from "./sites.ts";
import { listSubscriptions } from "./subscriptions.ts";
import type { Subscription } from "./subscriptions.ts";
import { listWebhooks } from "./webhooks.ts";
import type { Webhook } from "./webhooks.ts";

export interface SiteSnapshot {
  readonly site: Site;
  /** The standing ones only: a number that is missing here is unsubscribed. */
  readonly subscriptions: ReadonlyMap<number, Subscription>;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly webhooks: ReadonlyMap<number, Webhook>;
  readonly endpoints: ReadonlyMap<number, Endpoint>;
}

export interface Snapshots {
  readonly get: (siteNo: number) => SiteSnapshot | undefined;
  readonly byKey: (siteKey: string) => SiteSnapshot | undefined;
  readonly all: () => readonly SiteSnapshot[];
  /** For a batch: true when these sites are as they are here. */
  readonly areCurrent: (sites: ReadonlySet<number>) => Statement;
  /** Brings every site up to the versions that this transaction sees. */
  readonly refresh: (q: Queryable) => Promise<void>;
}

const VERSION_COLUMNS = { no: "int", version: "int" } as const;

async function loadSnapshot(q: Queryable, seal: Seal, site: Site): Promise<SiteSnapshot> {
  const subscriptions = await listSubscriptions(q, site.no);
  const installations = await listInstallations(q, seal, site.no);
  const webhooks = await listWebhooks(q, seal, site.no);
  const endpoints = await listEndpoints(q, site.no);
  return {
    site,
    subscriptions: new Map(subscriptions.filter((s) => s.removedAt === undefined).map((s) => [s.no, s])),
    installations: new Map(installations.map((i) => [i.addonKey, i])),
    webhooks: new Map(webhooks.filter((w) => w.removedAt === undefined).map((w) => [w.no, w])),
    endpoints: new Map(endpoints.map((e) => [e.no, e])),
  };
}

export async function createSnapshots(database: Database, seal: Seal): Promise<Snapshots> {
  let byNo: ReadonlyMap<number, SiteSnapshot> = new Map();
  let byKey: ReadonlyMap<string, SiteSnapshot> = new Map();

  async function refresh(q: Queryable): Promise<void> {
    const versions = await q.query<{ no: number; version: number }>("SELECT no, version FROM callboard_site");
    const isCurrent =
      versions.length === byNo.size &&
      versions.every(({ no, version }) => byNo.get(no)?.site.version === version);
    if (isCurrent) return;
    const sites = await listSites(q);
    const loaded: SiteSnapshot[] = [];
    for (const site of sites) {
      const known = byNo.get(site.no);
      loaded.push(known?.site.version === site.version ? known : await loadSnapshot(q, seal, site));
    }
    byNo = new Map(loaded.map((snapshot) => [snapshot.site.no, snapshot]));
    byKey = new Map(loaded.map((snapshot) => [snapshot.site.key, snapshot]));
  }
  await refresh(database.read);
  return {
    get: (siteNo) => byNo.get(siteNo),
    byKey: (siteKey) => byKey.get(siteKey),
    all: () => [...byNo.values()],
    areCurrent: (sites) => ({
      sql: `(SELECT COUNT(*) FROM ${database.dialect.rows("$1", VERSION_COLUMNS, "r")}
         JOIN callboard_site s ON s.no = r.no AND s.version = r.version) = $2`,
      bind: [JSON.stringify([...sites].map((no) => [no, byNo.get(no)?.site.version ?? null])), sites.size],
    }),
    refresh,
  };
}

/** Undefined when the receiver is gone. */
export function receiverName(snapshot: SiteSnapshot | undefined, receiver: Receiver): string | undefined {
  if (receiver.kind === "webhook") return snapshot?.webhooks.get(receiver.webhookNo)?.name;
  const installation = snapshot?.installations.get(receiver.addonKey);
  return installation === undefined || installation.state === "uninstalled"
    ? undefined
    : installation.descriptor.name;
}
