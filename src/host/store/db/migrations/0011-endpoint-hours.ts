/** Figures of each endpoint by the hour, and the processes that are at work on the database. */
import type { Dialect } from "../dialect.ts";

export const endpointHours = {
  name: "0011-endpoint-hours",
  usableFrom: "0.1.0",
  statements: ({ types: { int, big, text }, clustered }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_endpoint_hour (
      site_no ${int} NOT NULL, endpoint_no ${int} NOT NULL, hour ${int} NOT NULL, attempts ${int} NOT NULL,
      good ${int} NOT NULL, failed ${int} NOT NULL, ms_total ${big} NOT NULL,
      PRIMARY KEY (site_no, endpoint_no, hour))${clustered}`,
    `CREATE TABLE callboard_process (
      id ${text} PRIMARY KEY, role ${text} NOT NULL, version ${text} NOT NULL, started_at ${big} NOT NULL,
      seen_at ${big} NOT NULL, in_flight ${int} NOT NULL, most_in_flight ${int}, unsettled ${int} NOT NULL,
      names_fail ${int} NOT NULL)`,
  ],
};
