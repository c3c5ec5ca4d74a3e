/** Budgets for stored responses: how many bytes each receiver has made Callboard store in an hour. */
import type { Dialect } from "../dialect.ts";

export const responseBytes = {
  name: "0008-response-bytes",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text } }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_response_bytes (
      site_no ${int} NOT NULL, receiver ${text} NOT NULL, hour ${int} NOT NULL, bytes ${big} NOT NULL,
      PRIMARY KEY (site_no, receiver, hour))`,
  ],
};
