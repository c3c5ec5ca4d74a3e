/**
 * The pace of receivers and of events. `pace` and `terms` are JSON text; NULL: those of the server. A row of `callboard_rate` says
 * when an endpoint with a rate may be sent to next; one of `callboard_expiry` ends what waits of an event.
 */
import type { Dialect } from "../dialect.ts";

export const pace = {
  name: "0023-pace",
  usableFrom: "0.1.0",
  statements: ({ types: { big, int, text }, clustered }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_endpoint ADD COLUMN pace ${text}`,
    `ALTER TABLE callboard_webhook ADD COLUMN pace ${text}`,
    `ALTER TABLE callboard_event ADD COLUMN terms ${text}`,
    `CREATE TABLE callboard_rate (
      site_no ${int} NOT NULL, endpoint_no ${int} NOT NULL, next_at ${big} NOT NULL, PRIMARY KEY (site_no, endpoint_no))${clustered}`,
    `CREATE TABLE callboard_expiry (
      expires_at ${big} NOT NULL, site_no ${int} NOT NULL, event_id ${text} NOT NULL, PRIMARY KEY (expires_at, site_no, event_id))${clustered}`,
  ],
};
