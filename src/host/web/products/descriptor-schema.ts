/** `/schema/{product}-global-schema.json`: what an add-on validates its own descriptor with when it starts. */

import { Router } from "express";

import type { Catalogue } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { servedSchema } from "../../descriptor/schema.ts";

export function createSchemaRouter(catalogue: Catalogue): Router {
  const router = Router();
  router.get("/:product-global-schema.json", (request, response) => {
    const { product } = request.params;
    if (catalogue.find(product) === undefined)
      throw new CallboardError("NOT_FOUND", `There is no product ${JSON.stringify(product)}`);
    response.setHeader("cache-control", "public, max-age=300");
    response.json(servedSchema(product));
  });
  return router;
}
