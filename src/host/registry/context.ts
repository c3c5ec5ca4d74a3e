/** Facilities of the registry. */
import type { Product } from "../../catalogue/index.ts";
import type { Egress } from "../../egress/index.ts";
import type { DescriptorSource, ReadDescriptor } from "../../protocol/descriptor.ts";
import type { HostContext } from "../context.ts";
import type { Site } from "../model/site.ts";

/** Accepts one of the host's own events like any other event; rejects when it cannot be taken. */
export type Publish = (
  site: Site,
  event: string,
  payload: Readonly<Record<string, unknown>>,
  about: { readonly aboutAddonKey?: string },
) => Promise<void>;

export interface RegistryContext extends Pick<
  HostContext,
  "catalogue" | "database" | "seal" | "logger" | "now" | "baseUrl" | "announcer" | "changed"
> {
  readonly egress: Pick<Egress, "request">;
  /** Callboard's own version, which add-ons are told. */
  readonly version: string;
  /** In `dev`, an add-on can move between loopback origins without a confirmation, and its secret is shown. */
  readonly profile: HostContext["config"]["profile"];
  /** Whether a URL's host is another name of this machine, to be treated as loopback. */
  readonly isThisMachine?: (hostname: string) => boolean;
  /**
   * Throws a CallboardError when the descriptor cannot be read or is refused.
   * @param send makes the request in another way, such as with credentials
   */
  readonly readDescriptor: (
    source: DescriptorSource,
    product?: Product,
    send?: Egress["request"],
  ) => Promise<ReadDescriptor>;
  readonly publish: Publish;
}

/** Returns the base URL of a site, as sent to add-ons. */
export function getBaseUrl(context: Pick<RegistryContext, "baseUrl">, site: Site): string {
  return site.baseUrl ?? `${context.baseUrl()}/${site.key}`;
}
