/**
 * Order by key: the key of a delivery and its number there, the last number of each key, and the pointer to the key
 * of an outgoing webhook or an add-on's endpoint. The first index has the deliveries of a key that have not ended, the second those that wait for a number; those
 * without a key are in neither.
 */
import type { Dialect } from "../dialect.ts";

export const order = {
  name: "0024-order",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text }, clustered }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_webhook ADD COLUMN order_by ${text}`,
    `ALTER TABLE callboard_endpoint ADD COLUMN order_by ${text}`,
    `ALTER TABLE callboard_delivery ADD COLUMN order_key ${text}`,
    `ALTER TABLE callboard_delivery ADD COLUMN sequence ${big}`,
    `CREATE INDEX callboard_delivery_order ON callboard_delivery (site_no, order_key, sequence)
      WHERE order_key IS NOT NULL AND state < 2`,
    `CREATE INDEX callboard_delivery_unnumbered ON callboard_delivery (site_no, order_key)
      WHERE order_key IS NOT NULL AND sequence IS NULL`,
    `CREATE TABLE callboard_order_key (
      site_no ${int} NOT NULL, key ${text} NOT NULL, sequence ${big} NOT NULL, used_day ${int} NOT NULL,
      PRIMARY KEY (site_no, key))${clustered}`,
    `CREATE INDEX callboard_order_key_used ON callboard_order_key (site_no, used_day)`,
  ],
};
