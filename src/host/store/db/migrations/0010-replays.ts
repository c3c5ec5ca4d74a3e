/** Replays as stored jobs, and which of them a delivery waits for. */
import type { Dialect } from "../dialect.ts";

export const replays = {
  name: "0010-replays",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text } }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_replay (
      site_no ${int} NOT NULL, no ${int} NOT NULL, addon_key ${text}, webhook_no ${int}, since_at ${big} NOT NULL,
      until_at ${big} NOT NULL, events ${text}, only_missing ${int} NOT NULL, state ${text} NOT NULL, reason ${text},
      cursor ${text} NOT NULL, about ${int} NOT NULL, result ${text} NOT NULL, created_at ${big} NOT NULL,
      created_by ${text} NOT NULL, ended_at ${big}, lease_id ${text}, lease_until ${big}, PRIMARY KEY (site_no, no))`,
    `CREATE INDEX callboard_replay_running ON callboard_replay (site_no, no) WHERE state = 'running'`,
    `ALTER TABLE callboard_delivery ADD COLUMN replay_no ${int}`,
    `CREATE INDEX callboard_delivery_replay ON callboard_delivery (site_no, replay_no) WHERE state < 2 AND replay_no IS NOT NULL`,
  ],
};
