/** Drops the secrets that no master key opens any more, with what follows for their owners. */
import { SECRET_LOST } from "../../model/lost-secrets.ts";
import type { Queryable } from "../db/database.ts";
import { formatWebhookId } from "../../model/ids.ts";
import { insertReinstall } from "./reinstalls.ts";
import type { Seal } from "../seal.ts";
import { listUnreadable } from "../sealed-values.ts";
import { raiseVersion } from "./sites.ts";

export interface LostSecrets {
  readonly signingKeys: readonly string[];
  /** Installed add-ons, each with its site. They are to be reinstalled. */
  readonly addons: readonly { readonly siteNo: number; readonly site: string; readonly addonKey: string }[];
  /** Outgoing webhooks, each with its site. They become inactive until they have a new secret. */
  readonly webhooks: readonly {
    readonly siteNo: number;
    readonly site: string;
    readonly no: number;
    readonly id: string;
    readonly name: string;
  }[];
  readonly pendingInstalls: number;
  readonly auditKeys: readonly number[];
  /** Secrets of uninstalled add-ons and secrets before a rotation: nobody needs them. */
  readonly others: number;
}

/** @throws CallboardError STORE_TOO_NEW */
export async function findLostSecrets(q: Queryable, seal: Seal): Promise<LostSecrets> {
  const values = await listUnreadable(q, seal);
  const of = (table: string, column: string) =>
    values.filter((value) => value.table === `callboard_${table}` && value.column === column);
  const sites = await q.query<{ no: number; key: string }>("SELECT no, key FROM callboard_site");
  const siteOf = (no: unknown) => sites.find((site) => site.no === Number(no))?.key ?? String(no);
  const addons = of("installation", "secret_sealed").map(({ key }) => ({
    siteNo: Number(key["site_no"]),
    site: siteOf(key["site_no"]),
    addonKey: String(key["addon_key"]),
  }));
  const webhooks = await q.query<{ site_no: number; no: number; name: string }>(
    "SELECT site_no, no, name FROM callboard_webhook WHERE removed_at IS NULL",
  );
  const signingKeys = of("signing_key", "private_sealed").map(({ key }) => String(key["kid"]));
  const lostWebhooks = of("webhook", "secret_sealed").flatMap(({ key }) => {
    const found = webhooks.find(({ site_no, no }) => site_no === key["site_no"] && no === key["no"]);
    if (found === undefined) return [];
    const { site_no: siteNo, no, name } = found;
    return [{ siteNo, site: siteOf(siteNo), no, id: formatWebhookId(siteNo, no), name }];
  });
  const pendingInstalls = of("pending_install", "secret_sealed").length;
  const auditKeys = of("audit_key", "key_sealed").map(({ key }) => Number(key["no"]));
  const counted =
    signingKeys.length + addons.length + lostWebhooks.length + pendingInstalls + auditKeys.length;
  return {
    signingKeys,
    addons,
    webhooks: lostWebhooks,
    pendingInstalls,
    auditKeys,
    others: values.length - counted,
  };
}

/** Tables whose changed rows are marked, for the processes that follow them. */
const FOLLOWED: ReadonlySet<string> = new Set(["callboard_installation", "callboard_webhook"]);

/** Drops what {@link findLostSecrets} finds in this transaction, and returns it. */
export async function dropLostSecrets(tx: Queryable, seal: Seal, now: number): Promise<LostSecrets> {
  const lost = await findLostSecrets(tx, seal);
  for (const { table, column, key } of await listUnreadable(tx, seal)) {
    const names = Object.keys(key);
    const where = names.map((name, index) => `${name} = $${index + 1}`).join(" AND ");
    const isRow = table === "callboard_signing_key" || table === "callboard_pending_install";
    await tx.query(
      isRow
        ? `DELETE FROM ${table} WHERE ${where}`
        : `UPDATE ${table} SET ${column} = NULL${FOLLOWED.has(table) ? ", changed_in = NULL" : ""} WHERE ${where}`,
      names.map((name) => key[name]),
    );
  }
  for (const { siteNo, addonKey } of lost.addons) {
    await tx.query(
      "UPDATE callboard_installation SET updated_at = $3, changed_in = NULL WHERE site_no = $1 AND addon_key = $2",
      [siteNo, addonKey, now],
    );
    await insertReinstall(tx, siteNo, addonKey, now);
  }
  for (const { siteNo, no } of lost.webhooks) {
    await tx.query(
      `UPDATE callboard_webhook SET active = 0, inactive_because = $3, gone_since = NULL, updated_at = $4, changed_in = NULL
       WHERE site_no = $1 AND no = $2`,
      [siteNo, no, SECRET_LOST, now],
    );
  }
  for (const siteNo of new Set([...lost.addons, ...lost.webhooks].map((each) => each.siteNo)))
    await raiseVersion(tx, siteNo);
  return lost;
}

/** Connections of other processes to this database, as PostgreSQL sees them. */
export async function countOtherConnections(q: Queryable): Promise<number> {
  if (q.dialect.name !== "postgres") return 0;
  const [row] = await q.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM pg_stat_activity WHERE datname = current_database()
       AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`,
  );
  return row?.count ?? 0;
}
