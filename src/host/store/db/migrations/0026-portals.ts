/** Sessions, links and tokens of vendors and tenants, owners of outgoing webhooks, and the order of events that add-ons poll. */
import type { Dialect } from "../dialect.ts";

export const portals = {
  name: "0026-portals",
  usableFrom: "0.1.0",
  statements: ({ types: { big, int, text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_webhook ADD COLUMN owner ${text}`,
    `ALTER TABLE callboard_api_token ADD COLUMN portal ${text}`,
    `ALTER TABLE callboard_session ADD COLUMN portal ${text}`,
    `ALTER TABLE callboard_session ADD COLUMN site_key ${text}`,
    `ALTER TABLE callboard_login_link ADD COLUMN portal ${text}`,
    `ALTER TABLE callboard_login_link ADD COLUMN site_key ${text}`,
    `CREATE TABLE callboard_polled_event (
      site_no ${int} NOT NULL, addon_key ${text} NOT NULL, number ${big} NOT NULL, event_id ${text} NOT NULL,
      PRIMARY KEY (site_no, addon_key, number))`,
    `CREATE UNIQUE INDEX callboard_polled_event_id ON callboard_polled_event (site_no, event_id, addon_key)`,
    `CREATE TABLE callboard_poller (
      site_no ${int} NOT NULL, addon_key ${text} NOT NULL, last_number ${big} NOT NULL, complete_before ${text} NOT NULL,
      PRIMARY KEY (site_no, addon_key))`,
  ],
};
