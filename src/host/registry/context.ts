/** What the registry works with; `host/index.ts` hands it in. */

import type { Product } from "../../catalogue/index.ts";
import type { Egress } from "../../egress/index.ts";
import type { Logger } from "../../logger.ts";
import type {
  DescriptorSource,
  ReadDescriptor,
  ResolvedWebhook,
  WebhookDiff,
} from "../../protocol/descriptor.ts";
import type { Announcer } from "../store/tables/announcement.ts";
import type { Database } from "../store/db/database.ts";
import type { Seal } from "../store/seal.ts";
import type { Site } from "../model/site.ts";

/** Accepts one of the host's own events like any other event; rejects when it cannot be taken. */
export type Publish = (
  site: Site,
  event: string,
  payload: Readonly<Record<string, unknown>>,
  about: { readonly aboutAddonKey?: string },
) => Promise<void>;

export interface RegistryContext {
  readonly database: Database;
  readonly seal: Seal;
  readonly egress: Pick<Egress, "request">;
  readonly logger: Logger;
  readonly now: () => number;
  /** Callboard's own version, which add-ons are told. */
  readonly version: string;
  /** The public URL of this server, without a trailing slash. */
  readonly baseUrl: () => string;
  /** Whether an add-on may move between loopback origins without a confirmation: in the `dev` profile. */
  readonly trustsLoopback: boolean;
  /** Whether a URL's host is another name of this machine, to be treated as loopback. */
  readonly isThisMachine?: (hostname: string) => boolean;
  /** Throws a CallboardError when the descriptor cannot be read or is refused. */
  readonly readDescriptor: (source: DescriptorSource, product?: Product) => Promise<ReadDescriptor>;
  readonly diffWebhooks: <B extends ResolvedWebhook>(
    before: readonly B[],
    after: readonly ResolvedWebhook[],
  ) => WebhookDiff<B>;
  readonly publish: Publish;
  readonly announcer: Announcer;
  /** Called after every committed change of a site, so that matching and delivery see it at once. */
  readonly changed: (siteNo: number) => Promise<void>;
}

/** Where a site answers, as add-ons are told. */
export function baseUrlOf(context: Pick<RegistryContext, "baseUrl">, site: Site): string {
  return site.baseUrl ?? `${context.baseUrl()}/${site.key}`;
}
