/** What dynamic registrations work with; `host/index.ts` hands it in. */
import type { Product } from "../../../catalogue/index.ts";
import type { Logger } from "../../../logger.ts";
import type { ResolvedWebhook } from "../../../protocol/descriptor.ts";
import type { Announcer } from "../../store/tables/announcement.ts";
import type { Database } from "../../store/db/database.ts";
import type { Seal } from "../../store/seal.ts";

export interface DynamicContext {
  readonly announcer: Announcer;
  readonly database: Database;
  readonly seal: Seal;
  readonly logger: Logger;
  readonly now: () => number;
  /** Throws a CallboardError with URL_*, HOST_DENIED or IP_DENIED. */
  readonly checkUrl: (url: string, rules: { readonly httpsOnly: boolean }) => URL;
  /** Throws DESCRIPTOR_FILTER, with the position, for a filter that does not parse. */
  readonly checkFilter: (filter: string) => void;
  /** Counts characters of filters that an add-on registers. @throws CallboardError RATE_LIMITED */
  readonly countFilterCharacters: (installation: string, characters: number) => void;
  /** Resolves once the filters can be checked without a pause for others. */
  readonly readFiltersAhead?: (filters: readonly string[]) => Promise<void>;
  /** The webhooks of a descriptor value, resolved. Throws as reading a descriptor does. */
  readonly readWebhooks: (
    descriptor: Readonly<Record<string, unknown>>,
    product: Product,
  ) => Promise<readonly ResolvedWebhook[]>;
  /** Called after every committed change of a site. */
  readonly changed: (siteNo: number) => Promise<void>;
}
