/**
 * Custom headers, authentication and TLS of outgoing webhooks, sealed, and the access tokens of their OAuth 2 clients. A token's row
 * has the lease of the process that fetches it.
 */
import type { Dialect } from "../dialect.ts";

export const receiverAccess = {
  name: "0022-receiver-access",
  usableFrom: "0.1.0",
  statements: ({ types: { big, bytes, int, text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_webhook ADD COLUMN headers_sealed ${bytes}`,
    `ALTER TABLE callboard_webhook ADD COLUMN authentication_sealed ${bytes}`,
    `ALTER TABLE callboard_webhook ADD COLUMN tls_sealed ${bytes}`,
    `CREATE TABLE callboard_access_token (
      site_no ${int} NOT NULL, webhook_no ${int} NOT NULL, since ${big} NOT NULL, token_sealed ${bytes}, fetched_at ${big},
      refresh_at ${big}, expires_at ${big}, failures ${int} NOT NULL, failure ${text}, retry_at ${big}, lease_id ${text},
      lease_until ${big}, PRIMARY KEY (site_no, webhook_no))`,
  ],
};
