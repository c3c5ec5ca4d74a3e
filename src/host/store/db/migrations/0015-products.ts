/** Own products as data, and every change that was made to them. */
import type { Dialect } from "../dialect.ts";

export const products = {
  name: "0015-products",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text } }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_product (
      key ${text} PRIMARY KEY, version ${int} NOT NULL, document ${text} NOT NULL, updated_at ${big} NOT NULL)`,
    `CREATE TABLE callboard_product_change (
      no ${int} PRIMARY KEY, product ${text} NOT NULL, version ${int} NOT NULL, document ${text}, changes ${text} NOT NULL,
      is_forced ${int} NOT NULL, created_at ${big} NOT NULL, created_by ${text} NOT NULL)`,
    `CREATE INDEX callboard_product_change_of ON callboard_product_change (product, no)`,
  ],
};
