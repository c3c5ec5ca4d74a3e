/**
 * The form of one entry of the API table, from which the routes, the OpenAPI document and the README are derived.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Catalogue } from "../../../catalogue/index.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { AskedScope, Caller, Subject } from "../http/access.ts";
import type { JsonLimits } from "../http/body.ts";
import type { Rooms } from "../rooms.ts";
import type { Schema } from "../schema/schema.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * How far a token of one site reaches: `host` = not at all, `site` = the {site} of the path, `handler` = the handler
 * narrows what it shows to the caller's site.
 */
export type Reach = "host" | "site" | "handler";

/** The schema of a body; a function where it names products or formats, which are those of the catalogue. */
export type BodySchema<Body = unknown> = Schema<Body> | ((catalogue: Catalogue) => Schema<Body>);

/** By the list of products, which is another one when they change. */
const created = new WeakMap<Catalogue["products"], Map<BodySchema, Schema>>();

/** Always the same object while the products are the same, so that it is compiled once. */
export function schemaFor(body: BodySchema, catalogue: Catalogue): Schema {
  if (typeof body !== "function") return body;
  const schemas = created.get(catalogue.products) ?? new Map<BodySchema, Schema>();
  created.set(catalogue.products, schemas);
  const schema = schemas.get(body) ?? body(catalogue);
  schemas.set(body, schema);
  return schema;
}

/**
 * What an idempotency key means: the first response is sent again; it is the ID of the event; or nothing, for what is the same
 * however often it is done.
 */
export type KeyMeaning = "replays" | "event-id" | "nothing";

/** The parameters of a query by their names. */
export type QuerySchema = Readonly<Record<string, Schema>>;

/** One request, authorized and read. Path parameters are there by construction of the route. */
export interface Call<Body = undefined> {
  readonly params: Readonly<Record<string, string>>;
  /** Only what the route names; a parameter given twice is refused. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly caller: Caller;
  /** Where the request came from, for the audit. */
  readonly address: string;
}

export interface Route {
  /** The operationId of the document: the name of the function in generated clients. */
  readonly id: string;
  readonly method: Method;
  /** As OpenAPI writes it, below /api/v1. */
  readonly path: string;
  readonly scope: AskedScope;
  readonly reach: Reach;
  /** What it is about, for the token of a portal. Left out, portals don't have it. */
  readonly subject?: Subject;
  readonly group: string;
  readonly summary: string;
  readonly query?: QuerySchema;
  readonly body?: BodySchema;
  /** A body that the schema allows, for the documentation. */
  readonly example?: object;
  /** Those of every small body when left out. */
  readonly bodyLimits?: JsonLimits;
  readonly success: Success;
  readonly idempotencyKey: KeyMeaning;
  /** Codes of its own refusals, beside those that follow from its path, query and body: see listErrorCodes. */
  readonly errors?: readonly ErrorCode[];
  readonly answeredBy: AnsweredBy;
}

/** Of a response that is written piece by piece. */
export type StreamType = "text/event-stream" | "application/octet-stream" | "application/x-ndjson";

export type Success<Answer = unknown> =
  | {
      readonly status: 200 | 201 | 202;
      readonly description: string;
      readonly schema: Schema<Answer>;
      /** JSON when left out. */
      readonly contentType?: StreamType;
    }
  | { readonly status: 204; readonly description: string };

/** A stream writes its response itself. The intake of events stands in front of Express; its routes are in the table for the documents. */
export type AnsweredBy =
  | {
      readonly kind: "handler";
      readonly handle: (call: Call<unknown>, rooms: Rooms) => Promise<unknown>;
    }
  | {
      readonly kind: "stream";
      /** Throws what `begin` would throw: a HEAD is answered as the GET, without the response that goes on. */
      readonly check: (call: Call<unknown>, rooms: Rooms) => Promise<void>;
      readonly begin: (call: Call<unknown>, rooms: Rooms, response: ServerResponse) => Promise<void>;
    }
  | { readonly kind: "intake" };

type Facts = Omit<Route, "answeredBy" | "reach" | "idempotencyKey"> & {
  readonly reach?: Reach;
  /** "replays" for a POST when left out. */
  readonly idempotencyKey?: "nothing";
};

type RouteFacts<Body, Answer> = Omit<Facts, "body" | "success"> & {
  readonly body?: BodySchema<Body>;
  readonly success: Success<Answer>;
  readonly handle: (call: Call<NoInfer<Body>>, rooms: Rooms) => Promise<NoInfer<Answer>>;
};

function toRoute({ reach, idempotencyKey, ...facts }: Facts, answeredBy: AnsweredBy): Route {
  return {
    ...facts,
    reach: reach ?? (facts.path.startsWith("/sites/{site}") ? "site" : "host"),
    idempotencyKey: idempotencyKey ?? (facts.method === "POST" ? "replays" : "nothing"),
    answeredBy,
  };
}

/** An entry that is answered by a handler. The types of its body and of its response are those of their schemas. */
export function route<Body = undefined, Answer = void>({
  handle,
  ...facts
}: RouteFacts<Body, Answer>): Route {
  return toRoute(facts, { kind: "handler", handle: (call, rooms) => handle(call as Call<Body>, rooms) });
}

/** An entry whose response goes on. What `begin` throws before it has written is answered as everywhere. */
export function streamRoute({
  check,
  begin,
  ...facts
}: Facts & Pick<Extract<AnsweredBy, { kind: "stream" }>, "check" | "begin">): Route {
  return toRoute(facts, { kind: "stream", check, begin });
}

/** A plain handler in front of Express: true when the request was its own. */
export type Intake = (request: IncomingMessage, response: ServerResponse) => boolean;
