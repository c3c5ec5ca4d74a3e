/** The chain of the audit log, and the add-ons that get a new secret because the one before was lost with the master key. */
import type { Dialect } from "../dialect.ts";

export const keysAndChain = {
  name: "0012-keys-and-chain",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text, bytes } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_audit ADD COLUMN seq ${big}`,
    `ALTER TABLE callboard_audit ADD COLUMN key_no ${int}`,
    `ALTER TABLE callboard_audit ADD COLUMN hash ${bytes}`,
    `ALTER TABLE callboard_audit ADD COLUMN mac ${bytes}`,
    `CREATE UNIQUE INDEX callboard_audit_seq ON callboard_audit (seq) WHERE seq IS NOT NULL`,
    `CREATE TABLE callboard_audit_key (no ${int} PRIMARY KEY, key_sealed ${bytes}, created_at ${big} NOT NULL)`,
    `CREATE TABLE callboard_audit_head (
      one ${int} PRIMARY KEY, seq ${big} NOT NULL, key_no ${int} NOT NULL, hash ${bytes} NOT NULL, mac ${bytes} NOT NULL)`,
    `CREATE TABLE callboard_reinstall (
      site_no ${int} NOT NULL, addon_key ${text} NOT NULL, attempts ${int} NOT NULL, next_at ${big} NOT NULL, detail ${text},
      PRIMARY KEY (site_no, addon_key))`,
  ],
};
