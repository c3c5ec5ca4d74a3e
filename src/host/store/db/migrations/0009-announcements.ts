/** Tables for announcements that are made once: counted failures of each endpoint, and states that were announced. */
import type { Dialect } from "../dialect.ts";

export const announcements = {
  name: "0009-announcements",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text } }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_failure_notice (
      site_no ${int} NOT NULL, endpoint_no ${int} NOT NULL, failed ${big} NOT NULL, told ${big} NOT NULL,
      newly ${big} NOT NULL, told_minute ${int} NOT NULL, delivery_id ${text} NOT NULL, because ${text} NOT NULL,
      PRIMARY KEY (site_no, endpoint_no))`,
    `CREATE TABLE callboard_announced (
      name ${text} NOT NULL, subject ${text} NOT NULL, at ${big} NOT NULL, PRIMARY KEY (name, subject))`,
  ],
};
