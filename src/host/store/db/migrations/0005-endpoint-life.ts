/** Failing state of endpoints, and the time since which a receiver that returned 410 is inactive. */
import type { Dialect } from "../dialect.ts";

export const endpointLife = {
  name: "0005-endpoint-life",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_endpoint ADD COLUMN failed_attempts ${int} NOT NULL DEFAULT 0`,
    `ALTER TABLE callboard_endpoint ADD COLUMN failing_stage ${int} NOT NULL DEFAULT 0`,
    `ALTER TABLE callboard_endpoint ADD COLUMN probe_at ${big}`,
    `ALTER TABLE callboard_endpoint ADD COLUMN resumed_at ${big}`,
    `ALTER TABLE callboard_endpoint ADD COLUMN expired ${int} NOT NULL DEFAULT 0`,
    `ALTER TABLE callboard_subscription ADD COLUMN gone_since ${big}`,
    `ALTER TABLE callboard_webhook ADD COLUMN gone_since ${big}`,
    // Nothing else switched off a subscription, and a webhook says why it is off.
    `UPDATE callboard_subscription SET gone_since = created_at WHERE active = 0`,
    `UPDATE callboard_webhook SET gone_since = updated_at
     WHERE active = 0 AND inactive_because = 'the receiver answered 410 Gone'`,
  ],
};
