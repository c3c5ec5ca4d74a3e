/**
 * Finds the newest rows of all sites together: the cost of a list doesn't grow with the sites that have nothing new. Of expressions, which
 * no statement about one site has: PostgreSQL without statistics might look through the rows of all sites for it.
 */
import type { Dialect } from "../dialect.ts";

export const newestOfAllSites = {
  name: "0049-newest-of-all-sites",
  usableFrom: "0.1.0",
  statements: (_dialect: Dialect): readonly string[] => [
    `CREATE INDEX callboard_event_id ON callboard_event ((id || ''))`,
    `CREATE INDEX callboard_delivery_failed_id ON callboard_delivery ((id || '')) WHERE state = 3`,
    `CREATE INDEX callboard_delivery_test_id ON callboard_delivery ((id || '')) WHERE test = 1`,
    `CREATE INDEX callboard_minute_minute ON callboard_minute ((minute + 0))`,
  ],
};
