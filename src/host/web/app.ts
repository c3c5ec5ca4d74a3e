/** Turns the API table into an Express application. What is the same for every entry is here, once. */
import express from "express";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response, Router } from "express";
import { CallboardError } from "../../errors.ts";
import { findIdempotencyKey } from "../model/idempotency-key.ts";
import { requireBearer } from "./http/access.ts";
import type { Access } from "./http/access.ts";
import { requireSchema } from "./http/body-schema.ts";
import type { WithSites } from "./http/loaded-sites.ts";
import { readJsonObject } from "./http/body.ts";
import { INGEST_PATHS } from "./http/intake.ts";
import { readQuery } from "./http/query.ts";
import { requireSubject } from "./http/subject.ts";
import { keepToMethods, noteMethods, noteMethodsAt, refuseOtherMethod } from "../../methods.ts";
import type { Origin } from "./http/origin.ts";
import type { SendProblem } from "./http/problems.ts";
import { countForToken } from "./http/reading.ts";
import { REPLAYED } from "./api/idempotency.ts";
import { schemaFor } from "./api/route.ts";
import type { Route, Success } from "./api/route.ts";
import { API_BASE, ROUTES } from "./api/routes.ts";
import type { Rooms } from "./rooms.ts";

export interface Mount {
  readonly path: string | readonly string[];
  readonly router: Router;
}

export interface AppParts {
  readonly rooms: Rooms;
  readonly access: Access;
  readonly withSites: WithSites;
  readonly readOrigin: (request: Request) => Origin;
  readonly sendProblem: SendProblem;
  /** Further routers, before the answer that there is nothing: UPM, the products' own APIs, pages. */
  readonly mounts: readonly Mount[];
}

/** "/sites/{site}" → "/sites/:site" */
const expressPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ":$1");

/** Paths that end with a word where others have a parameter, with their methods. */
const LITERAL_PATHS: ReadonlyMap<string, readonly string[]> = new Map(
  ROUTES.filter(({ path }) => {
    const before = path.slice(0, path.lastIndexOf("/"));
    return (
      !path.endsWith("}") &&
      ROUTES.some((other) => other.path.startsWith(`${before}/{`) && other.path.endsWith("}"))
    );
  }).map(({ path }) => [path, ROUTES.filter((other) => other.path === path).map(({ method }) => method)]),
);

export function createApp({ rooms, access, withSites, readOrigin, sendProblem, mounts }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple");

  for (const [path, methods] of LITERAL_PATHS)
    keepToMethods(app.router, API_BASE + expressPath(path), methods);
  for (const route of ROUTES) {
    const { answeredBy } = route;
    if (answeredBy.kind === "intake") continue;
    const answer: RequestHandler = async (request, response) => {
      const params = request.params as Readonly<Record<string, string>>;
      const siteKey = route.reach === "site" ? params["site"] : undefined;
      const caller = await access.authorize(request.headers, {
        scope: route.scope,
        isOpenToPortals: route.subject !== undefined,
        ...(siteKey === undefined ? {} : { siteKey }),
      });
      if (route.reach === "host" && caller.siteKey !== undefined) {
        throw new CallboardError("SCOPE", `This token is for the site ${caller.siteKey} only`);
      }
      await withSites(() => requireSubject(route.subject, { caller, params, rooms }));
      countForToken(request, caller.tokenId);
      const query = readQuery(route.query ?? {}, request.query);
      const body = await readBody(route, request, rooms);
      const { address } = readOrigin(request);
      const call = { params, query, body, caller, address };
      if (answeredBy.kind === "stream") {
        await withSites(() => answeredBy.check(call, rooms));
        // Express passes HEAD to GET handlers.
        if (request.method !== "HEAD") return answeredBy.begin(call, rooms, response);
        response.type(readContentType(route.success)).end();
        return;
      }
      const handle = async () => answeredBy.handle(call, rooms);
      const work = async () => JSON.stringify(await (route.method === "GET" ? withSites(handle) : handle()));
      const key = route.idempotencyKey === "replays" ? findIdempotencyKey(request.headers) : undefined;
      if (key === undefined) {
        send(response, route, await work());
        return;
      }
      const contents = [route.id, params, query, body];
      const keyed = { token: requireBearer(request.headers), key, contents };
      const { text, isReplayed } = await rooms.keyedRequests.once(keyed, work);
      if (isReplayed) response.setHeader(REPLAYED, "true");
      send(response, route, text);
    };
    app[METHODS[route.method]](API_BASE + expressPath(route.path), answer);
  }
  noteMethods(app.router);
  for (const { method, path } of ROUTES.filter(({ answeredBy }) => answeredBy.kind === "intake")) {
    noteMethodsAt(app.router, API_BASE + expressPath(path), [method]);
  }
  for (const path of INGEST_PATHS) noteMethodsAt(app.router, path, ["POST"]);
  for (const router of new Set(mounts.map((mount) => mount.router))) noteMethods(router);
  for (const { path, router } of mounts) app.use(typeof path === "string" ? path : [...path], router);
  app.use(refuseUnknown);
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => sendProblem(response, error);
  app.use(answerError);
  return app;
}

const readContentType = (success: Success): string =>
  ("contentType" in success ? success.contentType : undefined) ?? "application/json";

const METHODS = { GET: "get", POST: "post", PUT: "put", PATCH: "patch", DELETE: "delete" } as const;

async function readBody(route: Route, request: Request, { catalogue }: Rooms): Promise<unknown> {
  if (route.body === undefined) return undefined;
  const body = await readJsonObject(request, route.bodyLimits);
  await requireSchema(schemaFor(route.body, catalogue), body);
  return body;
}

/** `text` is JSON; undefined for a response without a body. */
function send(response: Response, { success }: Route, text: string | undefined): void {
  response.status(success.status).setHeader("cache-control", "no-store");
  if (text === undefined) response.end();
  else response.type("application/json; charset=utf-8").send(text);
}

/** The path, which may hold a token, is not repeated. */
export const refuseUnknown: RequestHandler = (request, response) => {
  if (refuseOtherMethod(request, response)) return;
  throw new CallboardError("NOT_FOUND", "There is nothing at this path");
};
