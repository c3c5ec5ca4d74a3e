/**
 * Tells an unknown path from an unsupported method. Each router notes the methods of its paths, and the last handler reads
 * these notes. So there is no second list of paths beside the routes.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, Response, Router } from "express";
import { CallboardError } from "./errors.ts";

/** The types of Express lack this method of routers. */
interface Listing {
  readonly listRoutes: () => readonly {
    readonly path: string | RegExp;
    readonly methods: readonly string[] | undefined;
  }[];
}

/** Methods of the paths that a request matched. */
const noted = new WeakMap<Request, Set<string>>();

/** Notes the methods of a router's paths. Call it after the last route is added. */
export function noteMethods(router: Router): void {
  const byPath = new Map<string, readonly string[]>();
  for (const { path, methods = [] } of (router as unknown as Listing).listRoutes()) {
    if (typeof path !== "string" || methods.length === 0 || methods.includes("*")) continue;
    byPath.set(path, [...(byPath.get(path) ?? []), ...methods]);
  }
  for (const [path, methods] of byPath) noteMethodsAt(router, path, methods);
}

/** Notes the methods of a path that another handler serves. */
export function noteMethodsAt(router: Router, path: string, methods: readonly string[]): void {
  router.all(path, (request, _response, next) => {
    const known = noted.get(request) ?? new Set();
    for (const method of methods) known.add(method);
    noted.set(request, known);
    next();
  });
}

/**
 * Responds to OPTIONS, and refuses methods that the path doesn't support.
 * @returns false if no response was sent, because the path is unknown.
 * @throws {CallboardError} METHOD_NOT_ALLOWED if the path has only other methods.
 */
export function refuseOtherMethod(request: Request, response: Response): boolean {
  const methods = noted.get(request);
  // The path supports the method, but its handler found nothing, for example no such site.
  if (methods === undefined || methods.has(request.method)) return false;
  return respondWithMethods([...methods], request, response);
}

/**
 * Keeps other methods of a literal path from the routes behind it whose parameter it fits: `/events/batch` is no event. To be
 * called before those routes are added.
 */
export function keepToMethods(router: Router, path: string, methods: readonly string[]): void {
  router.all(path, (request, response, next) => {
    if (methods.includes(request.method)) next();
    else respondWithMethods(methods, request, response);
  });
}

/**
 * Responds to OPTIONS as Express's own router does.
 * @throws {CallboardError} METHOD_NOT_ALLOWED for any other method
 */
export function respondWithMethods(
  allowed: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): true {
  const listed = allowed.join(", ");
  response.setHeader("allow", listed);
  if (request.method === "OPTIONS") {
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "content-length": listed.length });
    response.end(listed);
    return true;
  }
  throw new CallboardError("METHOD_NOT_ALLOWED", `This path supports ${listed}`, {
    extra: { allowed },
  });
}
