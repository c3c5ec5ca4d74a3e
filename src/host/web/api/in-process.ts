/** The REST API for the program around a host: the same routes, without a socket and without a token. */
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import type { Caller } from "../http/access.ts";
import { requireSchema } from "../http/body-schema.ts";
import { scanObject, tooLarge } from "../http/body.ts";
import { EVENT_TEXT, readEvent } from "../http/event-envelope.ts";
import type { EnvelopeSite } from "../http/event-envelope.ts";
import { readQuery } from "../http/query.ts";
import { presentAccepted } from "../present/accepted.ts";
import type { Publish } from "../../model/published.ts";
import type { Rooms } from "../rooms.ts";
import { schemaFor } from "./route.ts";
import type { Method, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** The program around a host, as the audit log names it. It has the scope of an administrator. */
const PROGRAM: Caller = { actor: "program", tokenId: "", scopes: ["admin"], siteKey: undefined };

export interface InProcessApi {
  readonly publish: Publish;
  /** `path` is the one below `/api/v1`, with its query. Throws NOT_FOUND if there is no such operation. */
  readonly request: (method: Method, path: string, body?: unknown) => Promise<unknown>;
}

interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface InProcessParts {
  readonly rooms: Rooms;
  readonly findSite: (key: string) => EnvelopeSite | undefined;
  readonly bodyLimitBytes: number;
  readonly bodyValues: number;
}

export function createInProcessApi({
  rooms,
  findSite,
  bodyLimitBytes,
  bodyValues,
}: InProcessParts): InProcessApi {
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

  return {
    publish: async (siteKey, event, payload, options = {}) => {
      const site = findSite(siteKey);
      if (site === undefined)
        throw new CallboardError("SITE_NOT_FOUND", `There is no site ${JSON.stringify(siteKey)}`);
      const body = toText(payload);
      if (body.length > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
      const fields = defined({ ...options, event });
      const text = scanObject(envelopeAround(body, fields), { ...EVENT_TEXT, maxCount: bodyValues });
      if (text.scan.members.length !== Object.keys(fields).length + 1)
        throw new CallboardError("BODY_NOT_JSON", "The payload is more than one JSON object");
      return presentAccepted(await rooms.acceptEvent(readEvent(text, site)), site.no);
    },
    request: async (method, path, given) => {
      const { pathname, searchParams } = new URL(path, "http://in-process");
      const { route, params } = find(method, pathname);
      if (route.answeredBy.kind === "intake") {
        throw new CallboardError("NOT_FOUND", "Publish events with publish() instead of request()");
      }
      const query = readQuery(route.query ?? {}, Object.fromEntries(searchParams));
      const body = route.body === undefined ? undefined : (given ?? {});
      if (route.body !== undefined) await requireSchema(schemaFor(route.body, rooms.catalogue), body);
      const call = { params, query, body, caller: PROGRAM, address: "" };
      return route.answeredBy.handle(call, rooms);
    },
  };
}

function toText(payload: object): Buffer {
  if (payload instanceof Uint8Array)
    return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const text = JSON.stringify(payload) as string | undefined;
  return Buffer.from(text ?? "");
}

/** The text that a request to publish the event has. The payload is the last member. */
function envelopeAround(payload: Buffer, fields: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(fields).slice(0, -1)},"payload":`),
    payload,
    Buffer.from("}"),
  ]);
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
