/** Sites of products that came from product files. In the dev profile each gets one, as the built-in products do. */
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Registry } from "./registry.ts";

interface NewProduct {
  readonly key: string;
  readonly name: string;
  readonly by: Author;
}

/** Creates a site with the key of each product. A key that is taken, or that no site can have, is left out and logged. */
export async function createProductSites(
  products: readonly NewProduct[],
  { createSite }: Pick<Registry, "createSite">,
  logger: Logger,
): Promise<void> {
  for (const { key, name, by } of products) {
    try {
      await createSite({ key, product: key, name }, by);
    } catch (error) {
      if (!(error instanceof CallboardError) || error.status >= 500) throw error;
      logger.warn("site.create-failed", { site: key, code: error.code });
    }
  }
}
