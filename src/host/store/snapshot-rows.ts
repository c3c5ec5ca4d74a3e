/** Reads the rows that snapshots are made of: those of some sites, or those that changed in one. */
import type { OpenedEndpoint } from "../model/endpoint.ts";
import type { Installation } from "../model/installation.ts";
import type { Subscription } from "../model/subscription.ts";
import type { Webhook } from "../model/webhook.ts";
import type { Queryable } from "./db/database.ts";
import type { Table } from "./db/table.ts";
import type { Seal } from "./seal.ts";
import { endpoints } from "./tables/endpoints.ts";
import { installations } from "./tables/installations.ts";
import { subscriptions } from "./tables/subscriptions.ts";
import { webhooks } from "./tables/webhooks.ts";

/** Rows of one site: all of them, or those that changed. Undefined stands for a deleted row. */
export interface LoadedRows {
  readonly subscriptions: Map<number, Subscription | undefined>;
  readonly installations: Map<string, Installation | undefined>;
  readonly webhooks: Map<number, Webhook | undefined>;
  readonly endpoints: Map<number, OpenedEndpoint | undefined>;
}

export const createNoRows = (): LoadedRows => ({
  subscriptions: new Map(),
  installations: new Map(),
  webhooks: new Map(),
  endpoints: new Map(),
});

export type RowScope =
  /** All rows of the sites with these numbers, and of those between. */
  | { readonly kind: "sites"; readonly first: number; readonly last: number }
  /** Rows of one site that changed in a later version. */
  | { readonly kind: "since"; readonly siteNo: number; readonly version: number };

/** Rows are taken apart on the event loop: so many at once, and a descriptor can be long. */
const MAX_ROWS = 500;
const MAX_INSTALLATIONS = 20;

interface Reading<R extends object> {
  readonly table: Pick<Table<R>, "name" | "key" | "stored" | "toRecord">;
  readonly scope: RowScope;
  /** Rows at once. */
  readonly most: number;
}

/** Less than every number and every key. */
const BEFORE_ALL = { no: 0, addon_key: "" } as Readonly<Record<string, unknown>>;

async function readRows<R extends object>(
  q: Queryable,
  { table, scope, most }: Reading<R>,
  visit: (record: R) => void,
): Promise<void> {
  const { name, key, stored, toRecord } = table;
  const [, second = ""] = key;
  const from = scope.kind === "since" ? `${name}${q.dialect.along(`${name}_changed`)}` : name;
  const keepsRemoved = stored.some((column) => column.name === "removed_at");
  const isOne = scope.kind === "since" || scope.first === scope.last;
  const conditions = [
    isOne ? `site_no = $1 AND ${second} > $2` : `(site_no, ${second}) > ($1, $2) AND site_no <= $3`,
    ...(scope.kind === "since" ? ["changed_in > $3"] : []),
    ...(keepsRemoved && scope.kind !== "since" ? ["removed_at IS NULL"] : []),
  ];
  const limit = scope.kind === "since" ? [scope.version] : isOne ? [] : [scope.last];
  const sql = `SELECT * FROM ${from} WHERE ${conditions.join(" AND ")} ORDER BY site_no, ${second} LIMIT ${most}`;
  let after: readonly unknown[] = [scope.kind === "since" ? scope.siteNo : scope.first, BEFORE_ALL[second]];
  for (;;) {
    const rows = await q.query(sql, [...after, ...limit]);
    for (const row of rows) visit(toRecord(row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < most) return;
    after = key.map((column) => last[column]);
  }
}

/** Resolves to the rows by the number of their site; sites without any are left out. */
export async function loadRows(
  q: Queryable,
  seal: Seal,
  scope: RowScope,
): Promise<ReadonlyMap<number, LoadedRows>> {
  const loadedSites = new Map<number, LoadedRows>();
  const of = (siteNo: number): LoadedRows => {
    let loaded = loadedSites.get(siteNo);
    if (loaded === undefined) loadedSites.set(siteNo, (loaded = createNoRows()));
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
