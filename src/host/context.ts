/** What the rooms of a host share. A room names the parts that it takes. */
import type { Catalogue } from "../catalogue/index.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../logger.ts";
import type { Database } from "./store/db/database.ts";
import type { Seal } from "./store/seal.ts";
import type { Snapshots } from "./store/snapshot.ts";
import type { Announcer } from "./store/tables/announcement.ts";

export interface HostContext {
  readonly config: Config;
  readonly catalogue: Catalogue;
  readonly logger: Logger;
  readonly database: Database;
  readonly seal: Seal;
  /** The registry in memory. */
  readonly snapshots: Snapshots;
  /** Announces operational events in the transaction that makes them true. */
  readonly announcer: Announcer;
  /** What time it is, and when periodic work comes. */
  readonly clock: Clock;
  /** The database's time. */
  readonly now: () => number;
  /** The public URL of this server, without a trailing slash. Known once the server listens. */
  readonly baseUrl: () => string;
  /** To be called after every committed change of a site, so that matching and delivery see it at once. */
  readonly changed: (siteNo: number) => Promise<void>;
}
