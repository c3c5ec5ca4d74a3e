/** What stands beside the API for machines to fetch: the public keys of signed install and of webhooks, and the OpenAPI document. */
import express from "express";
import type { Request, Router } from "express";
import { CallboardError } from "../../errors.ts";
import { builtInCatalogue } from "../../catalogue/index.ts";
import { TO_LOOK_UP } from "./http/access.ts";
import type { Access } from "./http/access.ts";
import { openApiDocument } from "./api/openapi.ts";
import type { Rooms } from "./rooms.ts";

/** A key ID never changes its key, and can be withdrawn: caches ask again after a minute. */
const KEY_CACHE = "public, max-age=60";

export interface DocumentsParts {
  readonly rooms: Pick<Rooms, "catalogue" | "keys" | "webhookKeySet" | "publicUrl">;
  readonly access: Access;
}

export function createDocuments({
  rooms: { catalogue, keys, webhookKeySet, publicUrl },
  access,
}: DocumentsParts): Router {
  const router = express.Router();

  /** The document is public, except for the event types of own products. */
  const mayLookUp = async ({ headers }: Request): Promise<boolean> => {
    if (headers.authorization === undefined) return false;
    try {
      await access.authorize(headers, { scope: TO_LOOK_UP });
      return true;
    } catch (error) {
      if (error instanceof CallboardError && error.status < 500) return false;
      throw error;
    }
  };

  router.get("/keys/:kid", async (request, response) => {
    const publicPem = await keys.findPublic(request.params.kid);
    if (publicPem === undefined) {
      throw new CallboardError("NOT_FOUND", "There is no key with this ID, or it was withdrawn");
    }
    response.type("application/x-pem-file").setHeader("cache-control", KEY_CACHE).send(publicPem);
  });
  router.get("/.well-known/jwks.json", (_request, response) => {
    response.type("application/jwk-set+json").setHeader("cache-control", KEY_CACHE);
    response.send(JSON.stringify(webhookKeySet()));
  });
  router.get("/api/openapi.json", async (request, response) => {
    const canLookUp = await mayLookUp(request);
    // Own products are named in the bodies of requests, too.
    const shown = canLookUp ? catalogue : builtInCatalogue;
    // Most generators of clients have no use for webhooks.
    const products = request.query["webhooks"] === "false" ? [] : shown.products;
    response.setHeader("vary", "authorization");
    response.json(openApiDocument(publicUrl ?? "/", shown, products));
  });
  return router;
}
