/** `/schema/{product}-global-schema.json`: what an add-on validates its own descriptor with when it starts. */

import { Router } from "express";

import { isProduct } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";

/** `schemaOf` gives the draft-04 schema of a product's descriptors. */
export function createSchemaRouter(schemaOf: (product: string) => object): Router {
  const router = Router();
  router.get("/:product-global-schema.json", (request, response) => {
    const { product } = request.params;
    if (!isProduct(product))
      throw new CallboardError("NOT_FOUND", `There is no product ${JSON.stringify(product)}`);
    response.setHeader("cache-control", "public, max-age=300");
    response.json(schemaOf(product));
  });
  return router;
}
