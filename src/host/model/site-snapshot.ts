/** The registry of one site in memory, with the data for matching and signing. */
import type { Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { OpenedEndpoint } from "./endpoint.ts";
import type { Installation } from "./installation.ts";
import type { Site } from "./site.ts";
import type { Subscription } from "./subscription.ts";
import type { Webhook } from "./webhook.ts";

export interface SiteSnapshot {
  readonly site: Site;
  readonly product: Product;
  /** Existing subscriptions only. A number that is missing here is unsubscribed. */
  readonly subscriptions: ReadonlyMap<number, Subscription>;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly webhooks: ReadonlyMap<number, Webhook>;
  readonly endpoints: ReadonlyMap<number, OpenedEndpoint>;
}

/** What is known of every site from the start. */
export type SiteHead = Pick<SiteSnapshot, "site" | "product">;

/** Stands for a site whose registry is not in memory yet: to read that is a defect, and must not look like an empty site. */
class UnloadedSite implements SiteSnapshot {
  readonly site: Site;
  readonly product: Product;

  constructor(site: Site, product: Product) {
    this.site = site;
    this.product = product;
  }

  get subscriptions(): never {
    throw this.#refuse();
  }

  get installations(): never {
    throw this.#refuse();
  }

  get webhooks(): never {
    throw this.#refuse();
  }

  get endpoints(): never {
    throw this.#refuse();
  }

  #refuse(): Error {
    return new UnloadedError(
      `The registry of site ${this.site.key} is read before it is loaded`,
      this.site.no,
    );
  }
}

/** What was read is not in memory yet. A request that changes nothing is answered again once it is. */
export class UnloadedError extends Error {
  /** Undefined for all sites. */
  readonly siteNo: number | undefined;

  constructor(message: string, siteNo: number | undefined) {
    super(message);
    this.siteNo = siteNo;
  }
}

export const createUnloadedSite = (site: Site, product: Product): SiteSnapshot =>
  new UnloadedSite(site, product);

/** Finds a site in memory by its key. */
export type FindSite = (siteKey: string) => SiteSnapshot | undefined;

/**
 * Returns a site in memory by its key.
 * @throws {CallboardError} SITE_NOT_FOUND if the site does not exist.
 */
export function requireSite(findSite: FindSite, siteKey: string): SiteSnapshot {
  const site = findSite(siteKey);
  if (site !== undefined) return site;
  throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
}

/**
 * Returns the site, which may have been deleted since its number was known.
 * @throws {CallboardError} SITE_NOT_FOUND if it was.
 */
export function requireExisting(site: SiteSnapshot | undefined): SiteSnapshot {
  if (site !== undefined) return site;
  throw new CallboardError("SITE_NOT_FOUND", "The site does not exist any more");
}
