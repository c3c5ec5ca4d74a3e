/**
 * Batches: what a webhook asks for, the batch that a delivery was put into last, and the size and digest of each batch. The index has
 * the deliveries that were in a batch; others are not in it.
 */
import type { Dialect } from "../dialect.ts";

export const batches = {
  name: "0027-batches",
  usableFrom: "0.1.0",
  statements: ({ types: { int, text }, clustered }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_webhook ADD COLUMN batch ${text}`,
    `ALTER TABLE callboard_delivery ADD COLUMN batch_id ${text}`,
    `CREATE INDEX callboard_delivery_batch ON callboard_delivery (site_no, batch_id) WHERE batch_id IS NOT NULL`,
    `CREATE TABLE callboard_batch (
      site_no ${int} NOT NULL, id ${text} NOT NULL, size ${int} NOT NULL, digest ${text} NOT NULL,
      PRIMARY KEY (site_no, id))${clustered}`,
  ],
};
