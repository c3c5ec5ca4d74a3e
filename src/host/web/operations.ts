/** What stands beside the API for machines: health, metrics, the public keys of signed install, the documents. */
import express from "express";
import type { ErrorRequestHandler, Express, Request, Router } from "express";
import { CallboardError } from "../../errors.ts";
import { builtInCatalogue } from "../../catalogue/index.ts";
import { TO_LOOK_UP } from "./http/access.ts";
import type { Access } from "./http/access.ts";
import { refuseUnknown } from "./app.ts";
import { noteMethods } from "../../methods.ts";
import { openApiDocument } from "./api/openapi.ts";
import { isLoopbackAddress } from "../model/addresses.ts";
import type { IsOwnHost, Origin } from "./http/origin.ts";
import type { SendProblem } from "./http/problems.ts";
import type { Rooms } from "./rooms.ts";

/** A key ID never changes its key, and can be withdrawn: caches ask again after a minute. */
const KEY_CACHE = "public, max-age=60";

export interface OperationsParts {
  readonly rooms: Pick<Rooms, "catalogue" | "keys" | "webhookKeySet" | "readiness" | "metrics" | "publicUrl">;
  readonly access: Access;
  readonly readOrigin: (request: Request) => Origin;
  readonly isOwnHost: IsOwnHost;
  /** Who reads the metrics without a token: nobody, requests from this machine itself, or everyone who reaches the address. */
  readonly openMetrics: "nobody" | "local" | "everyone";
}

export function createOperations({
  rooms: { catalogue, keys, webhookKeySet, readiness, metrics, publicUrl },
  access,
  readOrigin,
  isOwnHost,
  openMetrics,
}: OperationsParts): Router {
  const router = express.Router();

  /** From this machine itself: not through a proxy on it, and not from a page that a browser was tricked into (DNS rebinding). */
  const isLocal = (request: Request): boolean => {
    const { address, isUndeclared } = readOrigin(request);
    return isLoopbackAddress(address) && !isUndeclared && isOwnHost(request);
  };

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

  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const { ready, checks } = await readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? "ready" : "not ready", checks });
  });
  // The metrics name sites and receivers.
  router.get("/metrics", async (request, response) => {
    const isOpen = openMetrics === "everyone" || (openMetrics === "local" && isLocal(request));
    if (!isOpen) {
      await access.authorize(request.headers, { scope: "metrics" });
    }
    response.type("text/plain; version=0.0.4; charset=utf-8").send(await metrics());
  });
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

/** The same as a server of its own, at an address that only an operator's tools reach. */
export function createOperationsApp(parts: OperationsParts, sendProblem: SendProblem): Express {
  const app = express();
  const router = createOperations(parts);
  noteMethods(router);
  app.disable("x-powered-by").disable("etag").use(router, refuseUnknown);
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => sendProblem(response, error);
  app.use(answerError);
  return app;
}
