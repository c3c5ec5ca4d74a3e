/**
 * Rows of the registry carry the version of their site in which they changed, so that a process loads only those. NULL: changed
 * since the version was last raised. `marked_versions` counts the versions whose changes were marked like that.
 */
import type { Dialect } from "../dialect.ts";

const TABLES = ["installation", "webhook", "subscription", "endpoint"];

export const registryChanges = {
  name: "0013-registry-changes",
  usableFrom: "0.1.0",
  statements: ({ types: { big } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_site ADD COLUMN marked_versions ${big} NOT NULL DEFAULT 0`,
    ...TABLES.flatMap((table) => [
      `ALTER TABLE callboard_${table} ADD COLUMN changed_in ${big}`,
      `UPDATE callboard_${table} SET changed_in = 0`,
      `CREATE INDEX callboard_${table}_changed ON callboard_${table} (site_no, changed_in)`,
    ]),
    `CREATE INDEX callboard_subscription_webhook ON callboard_subscription (site_no, webhook_no)`,
    `CREATE INDEX callboard_subscription_expiry ON callboard_subscription (expires_at) WHERE expires_at IS NOT NULL AND removed_at IS NULL`,
  ],
};
