/** Drops the secrets that no master key opens any more, with what follows for their owners. */
import { CREDENTIALS_LOST, ROUTING_KEY_LOST, SECRET_LOST } from "../../model/lost-secrets.ts";
import type { Queryable } from "../db/database.ts";
import { formatWebhookId } from "../../model/ids.ts";
import { accessTokens } from "./access-tokens.ts";
import { auditKeys } from "./audit-keys.ts";
import { endpoints, listEndpoints } from "./endpoints.ts";
import { installations, pendingInstalls } from "./installations.ts";
import { signingKeys } from "./keys.ts";
import { insertReinstall } from "./reinstalls.ts";
import type { Seal } from "../seal.ts";
import { listUnreadable } from "../sealed-values.ts";
import type { SealedTable, SealedValue } from "../sealed-values.ts";
import { raiseVersion } from "./sites.ts";
import { webhooks } from "./webhooks.ts";

export interface LostSecrets {
  readonly signingKeys: readonly string[];
  /** Installed add-ons, each with its site. They are to be reinstalled. */
  readonly addons: readonly { readonly siteNo: number; readonly site: string; readonly addonKey: string }[];
  /** Outgoing webhooks, each with its site. They become inactive until they have a new secret or new credentials. */
  readonly webhooks: readonly {
    readonly siteNo: number;
    readonly site: string;
    readonly no: number;
    readonly id: string;
    readonly name: string;
    readonly inactiveBecause: string;
  }[];
  /** Endpoints of add-ons that lose headers or TLS, each with its site. They are to be set again. */
  readonly endpoints: readonly {
    readonly siteNo: number;
    readonly site: string;
    readonly no: number;
    readonly origin: string;
  }[];
  readonly pendingInstalls: number;
  readonly auditKeys: readonly number[];
  /** Secrets of uninstalled add-ons, secrets before a rotation and access tokens, which are no longer needed. */
  readonly others: number;
}

/** Columns that a webhook cannot do without, and why it is inactive then; the first one counts. */
const REASONS_WITHOUT = [
  ["secret_sealed", SECRET_LOST],
  ["routing_key_sealed", ROUTING_KEY_LOST],
  ["headers_sealed", CREDENTIALS_LOST],
  ["authentication_sealed", CREDENTIALS_LOST],
  ["tls_sealed", CREDENTIALS_LOST],
] as const;

/** @throws {CallboardError} STORE_TOO_NEW */
export async function findLostSecrets(q: Queryable, seal: Seal): Promise<LostSecrets> {
  const values = await listUnreadable(q, seal);
  const of = (table: SealedTable, column: string) =>
    values.filter((value) => value.table === table && value.column === column);
  const sites = await q.query<{ no: number; key: string }>("SELECT no, key FROM callboard_site");
  const findSiteKey = (no: unknown) => sites.find((site) => site.no === Number(no))?.key ?? String(no);
  const addons = of(installations, "secret_sealed").map(({ key }) => ({
    siteNo: Number(key["site_no"]),
    site: findSiteKey(key["site_no"]),
    addonKey: String(key["addon_key"]),
  }));
  const standing = await q.query<{ site_no: number; no: number; name: string }>(
    "SELECT site_no, no, name FROM callboard_webhook WHERE removed_at IS NULL",
  );
  const lostKeys = of(signingKeys, "private_sealed").map(({ key }) => String(key["kid"]));
  const reasons = new Map(
    // The last one that is set stays: the first of the list.
    REASONS_WITHOUT.toReversed().flatMap(([column, reason]) =>
      of(webhooks, column).map(
        ({ key }) => [`${String(key["site_no"])}/${String(key["no"])}`, reason] as const,
      ),
    ),
  );
  const lostWebhooks = standing.flatMap(({ site_no: siteNo, no, name }) => {
    const inactiveBecause = reasons.get(`${siteNo}/${no}`);
    if (inactiveBecause === undefined) return [];
    return [
      { siteNo, site: findSiteKey(siteNo), no, id: formatWebhookId(siteNo, no), name, inactiveBecause },
    ];
  });
  const lostEndpoints = await findLostEndpoints(q, values);
  const pending = of(pendingInstalls, "secret_sealed").length;
  const lostAuditKeys = of(auditKeys, "key_sealed").map(({ key }) => Number(key["no"]));
  const named = [lostKeys, addons, lostWebhooks, lostEndpoints, lostAuditKeys];
  const counted = pending + named.reduce((sum, { length }) => sum + length, 0);
  return {
    signingKeys: lostKeys,
    addons,
    webhooks: lostWebhooks,
    endpoints: lostEndpoints.map((endpoint) => ({ ...endpoint, site: findSiteKey(endpoint.siteNo) })),
    pendingInstalls: pending,
    auditKeys: lostAuditKeys,
    others: values.length - counted,
  };
}

/** Each once, whatever of its settings is lost. */
async function findLostEndpoints(q: Queryable, values: readonly SealedValue[]) {
  const numbers = new Set(
    values.flatMap(({ table, key }) => (table === endpoints ? [Number(key["no"])] : [])),
  );
  if (numbers.size === 0) return [];
  return (await listEndpoints(q))
    .filter(({ no }) => numbers.has(no))
    .map(({ siteNo, no, origin }) => ({ siteNo, no, origin }));
}

/** Tables whose rows are worth nothing without the secret. */
const DROPPED_AS_ROWS: ReadonlySet<SealedTable> = new Set([signingKeys, pendingInstalls, accessTokens]);

/** Drops what {@link findLostSecrets} finds in this transaction, and returns it. */
export async function dropLostSecrets(tx: Queryable, seal: Seal, now: number): Promise<LostSecrets> {
  const lost = await findLostSecrets(tx, seal);
  for (const { table, column, key } of await listUnreadable(tx, seal)) {
    const where = table.key.map((name, index) => `${name} = $${index + 1}`).join(" AND ");
    await tx.query(
      DROPPED_AS_ROWS.has(table)
        ? `DELETE FROM ${table.name} WHERE ${where}`
        : `${table.update}${column} = NULL WHERE ${where}`,
      table.key.map((name) => key[name]),
    );
  }
  for (const { siteNo, addonKey } of lost.addons) {
    await installations.set(tx, { siteNo, addonKey }, { updatedAt: now });
    await insertReinstall(tx, siteNo, addonKey, now);
  }
  for (const { siteNo, no, inactiveBecause } of lost.webhooks) {
    const change = { active: false, inactiveBecause, goneSince: undefined, updatedAt: now };
    await webhooks.set(tx, { siteNo, no }, change);
  }
  const changed = [...lost.addons, ...lost.webhooks, ...lost.endpoints];
  for (const siteNo of new Set(changed.map((each) => each.siteNo))) await raiseVersion(tx, siteNo);
  return lost;
}

/** Connections of other processes to this database. */
export async function countOtherConnections(q: Queryable): Promise<number> {
  const [row] = await q.query<{ count: number }>(`SELECT ${q.dialect.otherConnections} AS count`);
  return row?.count ?? 0;
}
