/** Listeners that receivers' deliveries are handed to. A receiver has one at most. */
import type { Dialect } from "../dialect.ts";

export const listeners = {
  name: "0020-listeners",
  usableFrom: "0.1.0",
  statements: ({ types: { big, int, text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_endpoint ADD COLUMN listener_id ${text}`,
    `CREATE TABLE callboard_listener (
      id ${text} PRIMARY KEY, site_no ${int} NOT NULL, addon_key ${text}, webhook_no ${int}, forward_to ${text} NOT NULL,
      token_id ${text} NOT NULL, created_by ${text} NOT NULL, created_at ${big} NOT NULL, seen_at ${big} NOT NULL,
      connection ${text})`,
    `CREATE UNIQUE INDEX callboard_listener_addon ON callboard_listener (site_no, addon_key)`,
    `CREATE UNIQUE INDEX callboard_listener_webhook ON callboard_listener (site_no, webhook_no)`,
    `CREATE TABLE callboard_listener_response (
      listener_id ${text} NOT NULL, delivery_id ${text} NOT NULL, attempt ${int} NOT NULL, response ${text} NOT NULL,
      PRIMARY KEY (listener_id, delivery_id, attempt))`,
  ],
};
