/** Sites and products as methods: the operations of the REST API that a program needs to begin with. Pure. */

import { listItems } from "../client/pages.ts";
import type { Page } from "../client/pages.ts";

/** An operation of the REST API; resolves to the body of its response. */
export type ApiRequest = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
) => Promise<unknown>;

export interface NewSite {
  readonly key: string;
  /** Key of a built-in product or of your own. */
  readonly product: string;
  readonly name: string;
  /** URL of the site, as sent to add-ons; derived from that of the host when left out. */
  readonly baseUrl?: string;
}

export interface Site {
  readonly key: string;
  readonly product: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly clientKey: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface ProductSummary {
  readonly product: string;
  readonly name: string;
  readonly description: string;
  readonly origin: "built-in" | "own" | "file";
  /** Null for a built-in product. */
  readonly version: number | null;
  readonly eventTypes: number;
  readonly sites: number;
}

export interface Management {
  /** Methods throw {CallboardError} with the codes of the REST API. */
  readonly sites: {
    readonly list: () => Promise<readonly Site[]>;
    /** @throws {CallboardError} CONFLICT if the key is taken, BODY_SCHEMA with every problem */
    readonly add: (site: NewSite) => Promise<Site>;
    /** Its add-ons are uninstalled, and what waits for them is not sent. */
    readonly remove: (key: string) => Promise<void>;
  };
  readonly products: {
    readonly list: () => Promise<readonly ProductSummary[]>;
    /**
     * Creates an own product, or replaces it as a whole. The same document again changes nothing.
     * @param document a product file as a value; see docs/own-products.md
     * @throws {CallboardError} PRODUCT_INVALID with every problem; PRODUCT_BREAKING unless it is forced
     */
    readonly put: (
      document: { readonly product: string },
      options?: { readonly force?: boolean },
    ) => Promise<ProductSummary>;
    /** @throws {CallboardError} PRODUCT_IN_USE while a site is of it */
    readonly remove: (key: string) => Promise<void>;
  };
}

export function createManagement({ request }: { readonly request: ApiRequest }): Management {
  const step = encodeURIComponent;
  async function list<Item>(path: string): Promise<readonly Item[]> {
    const { items } = await listItems(async ({ limit, cursor }) => {
      const after = cursor === undefined ? "" : `&cursor=${step(cursor)}`;
      return (await request("GET", `${path}?limit=${limit}${after}`)) as Page<Item>;
    });
    return items;
  }
  return {
    sites: {
      list: () => list<Site>("/sites"),
      add: async (site) => (await request("POST", "/sites", site)) as Site,
      remove: async (key) => {
        await request("DELETE", `/sites/${step(key)}`);
      },
    },
    products: {
      list: () => list<ProductSummary>("/products"),
      put: async (document, { force = false } = {}) =>
        (await request(
          "PUT",
          `/products/${step(document.product)}${force ? "?force=true" : ""}`,
          document,
        )) as ProductSummary,
      remove: async (key) => {
        await request("DELETE", `/products/${step(key)}`);
      },
    },
  };
}
