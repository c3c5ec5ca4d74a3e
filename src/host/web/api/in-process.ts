/** The REST API for the program around a host: the same routes, without a socket and without a token. */
import { CallboardError } from "../../../errors.ts";
import type { Caller } from "../http/access.ts";
import { requireSchema } from "../http/body-schema.ts";
import { readQuery } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";
import { schemaFor } from "./route.ts";
import type { Method, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** The program around a host, as the audit log names it. It has the scope of an administrator. */
const PROGRAM: Caller = {
  actor: "program",
  tokenId: "",
  scopes: ["admin"],
  siteKey: undefined,
  portal: undefined,
};

/**
 * Does what a request does. `path` is the one below `/api/v1`, with its query.
 * @throws {CallboardError} NOT_FOUND if there is no such operation; what the operation throws
 */
export type InProcessRequest = (method: Method, path: string, body?: unknown) => Promise<unknown>;

interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export function createInProcessRequest(rooms: Rooms): InProcessRequest {
  const operations = ROUTES.map((route) => ({ route, steps: route.path.split("/") }));

  function find(method: Method, path: string): Found {
    const given = path.split("/");
    for (const { route, steps } of operations) {
      if (route.method !== method || steps.length !== given.length) continue;
      const params = readParams(steps, given);
      if (params !== undefined) return { route, params };
    }
    throw new CallboardError("NOT_FOUND", `The API has no operation ${method} ${path}`);
  }

  return async (method, path, given) => {
    const { pathname, searchParams } = new URL(path, "http://in-process");
    const { route, params } = find(method, pathname);
    const { answeredBy } = route;
    if (answeredBy.kind === "intake") {
      throw new CallboardError("NOT_FOUND", "Publish events with publish() instead of request()");
    }
    if (answeredBy.kind === "stream") {
      throw new CallboardError("NOT_FOUND", "A response that goes on is for requests over HTTP");
    }
    const query = readQuery(route.query ?? {}, Object.fromEntries(searchParams));
    const body = route.body === undefined ? undefined : (given ?? {});
    if (route.body !== undefined) await requireSchema(schemaFor(route.body, rooms.catalogue), body);
    const call = { params, query, body, caller: PROGRAM, address: "" };
    return answeredBy.handle(call, rooms);
  };
}

/** Returns undefined if the path is not one of the route. */
function readParams(
  steps: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [index, step] of steps.entries()) {
    const value = given[index] ?? "";
    if (/^\{\w+\}$/.test(step) && value !== "") params[step.slice(1, -1)] = decodeURIComponent(value);
    else if (step !== value) return undefined;
  }
  return params;
}
