/** What the outgoing webhooks work with; `host/index.ts` hands it in. */
import type { Announcer } from "../../store/tables/announcement.ts";
import type { Database } from "../../store/db/database.ts";
import type { Seal } from "../../store/seal.ts";

export interface OutgoingContext {
  readonly announcer: Announcer;
  readonly database: Database;
  readonly seal: Seal;
  readonly now: () => number;
  /** The URL as it will be read when it is sent to. Throws a CallboardError with URL_*, HOST_DENIED or IP_DENIED. */
  readonly checkUrl: (url: string, rules: { readonly httpsOnly: boolean | "always" }) => URL;
  /**
   * The clauses that can't be judged from any event. Throws DESCRIPTOR_FILTER, with the position, for a filter that does
   * not parse.
   */
  readonly checkFilter: (filter: string) => readonly string[];
  /** Resolves once the filters can be checked without a pause for others. */
  readonly readFiltersAhead?: (filters: readonly string[]) => Promise<void>;
  readonly isRetryProfile: (name: string) => boolean;
  /** Whether a URL with http is worth a warning: not in the `dev` profile. */
  readonly warnsOfHttp: boolean;
  /** Called after every committed change of a site, so that matching and delivery see it at once, and what is due now is taken up. */
  readonly changed: (siteNo: number) => Promise<void>;
}
