/** Fills the database of a host with sites, endpoints and add-ons, and a log that is spread over all of them. */
import { grow } from "./measure/growth.ts";
import type { RowPlace } from "./measure/growth.ts";
import { seedRegistry, withDatabase } from "./seed.ts";

export interface Size {
  readonly deliveries: number;
  /** Of outgoing webhooks, as many on each site. */
  readonly endpoints: number;
  readonly sites: number;
  /** On the site `jira`, with an endpoint each. */
  readonly addons: number;
}

/** Sites that are made in one transaction. */
const SITES_AT_ONCE = 500;

/** Numbers the subscriptions of all sites, so that the rows of the log can be spread over them. */
const NUMBERED = `CREATE TABLE bench_place AS
  SELECT CAST(ROW_NUMBER() OVER (ORDER BY no) - 1 AS INTEGER) AS place, site_no, endpoint_no, no FROM callboard_subscription`;

/** The statistics of PostgreSQL know nothing of what was made: it is neither analyzed nor vacuumed. */
export async function makeLarge(url: string, { deliveries, endpoints, sites, addons }: Size): Promise<void> {
  await withDatabase(url, async (database) => {
    for (let before = 0; before < sites; before += SITES_AT_ONCE) {
      const some = Math.min(SITES_AT_ONCE, sites - before);
      await seedRegistry(database, {
        sites: some,
        sitesBefore: before,
        webhooks: Math.round((endpoints / sites) * some),
        // To events that nobody sends.
        subscribed: 0,
        dynamic: 0,
        addons: before === 0 ? addons : 0,
        addonPrefix: "other-",
      });
    }
    await database.autocommit.query(NUMBERED);
    await database.autocommit.query("CREATE UNIQUE INDEX bench_place_number ON bench_place (place)");
    const [row] = await database.read.query<{ count: number }>(
      "SELECT CAST(COUNT(*) AS INTEGER) AS count FROM bench_place",
    );
    const place: RowPlace = {
      from: `n JOIN bench_place p ON p.place = i % ${row?.count ?? 1}`,
      siteNo: "p.site_no",
      endpointNo: "p.endpoint_no",
      subscriptionNo: "p.no",
    };
    await grow(database, deliveries, place, { vacuum: false, attempts: true });
    await database.autocommit.query("DROP TABLE bench_place");
  });
}
