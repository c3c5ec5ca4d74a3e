/**
 * Tells a path that is not there from a method that a path does not support. Every path of a router notes which methods it
 * has; the last handler of all responds from these notes, so that no list of paths has to be kept beside the routes.
 */
import type { Request, Response, Router } from "express";
import { CallboardError } from "./errors.ts";

/** Routers list their own routes; the types of Express do not know it yet. */
interface Listing {
  readonly listRoutes: () => readonly {
    readonly path: string | RegExp;
    readonly methods: readonly string[] | undefined;
  }[];
}

/** The methods of the paths that a request fitted, by the request. */
const noted = new WeakMap<Request, Set<string>>();

/** To be called once all routes of a router are added, and before it answers what none of them has answered. */
export function noteMethods(router: Router): void {
  const byPath = new Map<string, readonly string[]>();
  for (const { path, methods = [] } of (router as unknown as Listing).listRoutes()) {
    if (typeof path !== "string" || methods.length === 0 || methods.includes("*")) continue;
    byPath.set(path, [...(byPath.get(path) ?? []), ...methods]);
  }
  for (const [path, methods] of byPath) noteMethodsAt(router, path, methods);
}

/** The same for a path that something else than this router answers. */
export function noteMethodsAt(router: Router, path: string, methods: readonly string[]): void {
  router.all(path, (request, _response, next) => {
    const known = noted.get(request) ?? new Set();
    for (const method of methods) known.add(method);
    noted.set(request, known);
    next();
  });
}

/**
 * Responds to OPTIONS, and refuses the other methods that a path does not support.
 * @returns whether a response was sent; false when there is nothing at the path
 * @throws CallboardError METHOD_NOT_ALLOWED
 */
export function refuseOtherMethod(request: Request, response: Response): boolean {
  const methods = noted.get(request);
  // A method that the path has found nothing all the same, such as a site that can't exist.
  if (methods === undefined || methods.has(request.method)) return false;
  const allowed = [...methods];
  response.setHeader("allow", allowed.join(", "));
  if (request.method === "OPTIONS") {
    // As Express responds where a router of its own was asked.
    response.type("text/plain").send(allowed.join(", "));
    return true;
  }
  throw new CallboardError("METHOD_NOT_ALLOWED", `This path supports ${allowed.join(", ")}`, {
    extra: { allowed },
  });
}
