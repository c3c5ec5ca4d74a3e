/** Opens and closes the public catalogue of products. */
import type { LiveCatalogue, Product } from "../../catalogue/index.ts";
import type { HostContext } from "../context.ts";
import type { PublicProduct } from "../store/own-products.ts";
import { NO_SITE } from "../store/snapshot.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { lockProducts, setPublication } from "../store/tables/products.ts";

/** The catalogue of a product that everyone may read. */
export interface PublicCatalogue extends PublicProduct {
  readonly product: Product;
}

export interface Publication {
  /** @throws {CallboardError} PRODUCT_UNKNOWN */
  readonly setPublic: (key: string, isPublic: boolean, by: Author) => Promise<void>;
  /** Undefined for a product that does not exist, or whose catalogue is not public. */
  readonly findPublic: (key: string) => PublicCatalogue | undefined;
}

export function createPublication({
  catalogue,
  database,
  snapshots,
}: Pick<HostContext, "database" | "snapshots"> & { readonly catalogue: LiveCatalogue }): Publication {
  const isPublished = (key: string): boolean => snapshots.findPublicProduct(key) !== undefined;
  return {
    setPublic: async (key, isPublic, by) => {
      await database.write(async (tx) => {
        const no = await lockProducts(tx);
        await snapshots.refresh(tx, NO_SITE);
        catalogue.require(key);
        if (isPublished(key) === isPublic) return;
        await setPublication(tx, { product: key, no, isPublic });
        await appendAudit(tx, {
          ...by,
          action: isPublic ? "product.published" : "product.unpublished",
          object: key,
          detail: `/catalogue/${key}`,
        });
      });
      await snapshots.refresh(database.read, NO_SITE);
    },
    findPublic: (key) => {
      const found = snapshots.findPublicProduct(key);
      const product = catalogue.find(key);
      return found === undefined || product === undefined ? undefined : { ...found, product };
    },
  };
}
