/** Keeps the own products of the catalogue, and which products are public, as the database has them. */
import { defineProduct } from "../../catalogue/index.ts";
import type { LiveCatalogue, Product, ProductData } from "../../catalogue/index.ts";
import type { Queryable } from "./db/database.ts";
import { listProducts, listPublicProducts, readNewestChange } from "./tables/products.ts";

/** A product whose catalogue everyone may read. */
export interface PublicProduct {
  /** Changes with every change of the product: the version of an own one, 0 for a built-in one. */
  readonly version: number;
}

export interface OwnProducts {
  /** Undefined while the catalogue of the product is not public. */
  readonly findPublic: (key: string) => PublicProduct | undefined;
  /** Brings the catalogue up to what this transaction sees. A catalogue that is further already stays as it is. */
  readonly refresh: (q: Queryable) => Promise<void>;
}

export function createOwnProducts(catalogue: Pick<LiveCatalogue, "replaceOwn">): OwnProducts {
  let newest = 0;
  /** The products by their keys, with the version that each was made of. */
  let known = new Map<string, { readonly version: number; readonly product: Product }>();
  let publicKeys: ReadonlySet<string> = new Set();

  return {
    findPublic: (key) => (publicKeys.has(key) ? { version: known.get(key)?.version ?? 0 } : undefined),
    refresh: async (q) => {
      // Read before the list, which then is of this change or of a later one.
      const found = await readNewestChange(q);
      if (found <= newest) return;
      const stored = await listProducts(q);
      const published = await listPublicProducts(q);
      if (found <= newest) return;
      newest = found;
      publicKeys = published;
      known = new Map(
        stored.map(({ key, version, document }) => {
          const before = known.get(key);
          if (before?.version === version) return [key, before];
          return [key, { version, product: defineProduct(JSON.parse(document) as ProductData) }];
        }),
      );
      catalogue.replaceOwn([...known.values()].map(({ product }) => product));
    },
  };
}
