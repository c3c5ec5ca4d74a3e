/** The typed client of the REST API: `import { createClient } from "callboard/client"`. */
import createFetchClient from "openapi-fetch";
import { toApiError } from "./api-error.ts";
import { toJson } from "./json-text.ts";
import type { WithText } from "./json-text.ts";
import { OPERATIONS } from "./operation-table.ts";
import type { components, operations, paths } from "./operations.ts";
import { fetchFrom } from "./response.ts";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";

export { ApiError } from "./api-error.ts";
export type { Problem } from "./api-error.ts";
export { JsonText } from "./json-text.ts";
export type { WithText } from "./json-text.ts";
export { everyItem, listItems } from "./pages.ts";
export type { ListOptions, Page, PageQuery } from "./pages.ts";

/** The named schemas of the OpenAPI document: `Schemas["Delivery"]`. */
export type Schemas = components["schemas"];

export type OperationId = keyof operations;

/** Members whose type is `never` or only optional can be left out. */
type Given<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [N in Name]?: undefined }
  : undefined extends Value
    ? { readonly [N in Name]?: Exclude<Value, undefined> }
    : { readonly [N in Name]: Value };

type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer Body } } }
  ? Body
  : undefined;
type ParametersOf<O, In extends "path" | "query" | "header"> = O extends {
  parameters: Record<In, infer Values>;
}
  ? Values
  : O extends { parameters: { [I in In]?: infer Values } }
    ? Values | undefined
    : undefined;

/** The only header that an operation takes. */
type KeyOf<O> = ParametersOf<O, "header"> extends undefined ? undefined : string | undefined;

/** What an operation takes: `path`, `query`, `body` and, where it changes something, `idempotencyKey`. */
export type RequestOf<Id extends OperationId> = Given<"path", ParametersOf<operations[Id], "path">> &
  Given<"query", ParametersOf<operations[Id], "query">> &
  Given<"body", BodyOf<operations[Id]>> &
  Given<"idempotencyKey", KeyOf<operations[Id]>>;

type Success = 200 | 201 | 202 | 204;
type ContentOf<Response> = Response extends { content: { "application/json": infer Value } }
  ? Value
  : undefined;
type Responses<Id extends OperationId> = operations[Id]["responses"];

/** What an operation resolves to; undefined where the response has no body. */
export type ResultOf<Id extends OperationId> = {
  [Status in keyof Responses<Id>]: Status extends Success ? ContentOf<Responses<Id>[Status]> : never;
}[keyof Responses<Id>];

/** What an operation takes, where its body can be JSON text. */
type Sent<Request> = Request extends { readonly body: infer Body }
  ? Omit<Request, "body"> & { readonly body: WithText<Body> }
  : Request;

type Method<Id extends OperationId> =
  Partial<RequestOf<Id>> extends RequestOf<Id>
    ? (request?: Sent<RequestOf<Id>>) => Promise<ResultOf<Id>>
    : (request: Sent<RequestOf<Id>>) => Promise<ResultOf<Id>>;

/** One function for each operation, by its `operationId`. All reject with {@link ApiError}. */
export type Operations = { readonly [Id in OperationId]: Method<Id> };

/** Any operation by its method and path, for programs that have them as text. */
export interface AnyRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, with the query: `/sites/jira/addons?limit=10`. */
  readonly path: string;
  /** A value, or its JSON text. */
  readonly body?: object | string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Client extends Operations {
  /**
   * Sends a request, and resolves to the value of the response; undefined if it has no body.
   * @throws {ApiError} as the operations do
   */
  readonly request: (request: AnyRequest) => Promise<unknown>;
}

export interface ClientOptions {
  /** Base URL of the server, such as https://callboard.example.com. */
  readonly url: string;
  /** API token, cb_…. */
  readonly token: string;
  /** The function that sends requests; that of the platform when left out. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

/**
 * Creates a client. Sends nothing yet. Redirects are not followed. Every operation rejects with an {@link ApiError}: with the code of
 * the problem document, or UNREACHABLE, REDIRECTED or NOT_CALLBOARD.
 */
export function createClient({ url, token, fetch: send = fetch }: ClientOptions): Client {
  const baseUrl = withoutTrailingSlashes(url);
  const fetchClient = createFetchClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    redirect: "manual",
    bodySerializer: (body: unknown) => (typeof body === "string" ? body : toJson(body)),
    fetch: (request) => fetchFrom(send, request, baseUrl),
  });

  async function call(method: string, path: string, init: Init): Promise<unknown> {
    try {
      const { data, error, response } = await fetchClient.request(
        method.toLowerCase() as "get",
        path as "/api/v1/sites",
        init as object as Record<string, unknown>,
      );
      if (!response.ok) throw toApiError(response.status, error, baseUrl);
      return data;
    } catch (error) {
      // Of a 2xx that is no JSON.
      throw error instanceof SyntaxError ? toApiError(200, error, baseUrl) : error;
    }
  }

  const byId = Object.entries(OPERATIONS).map(([id, [method, path]]) => [
    id,
    ({ path: inPath, query, body, idempotencyKey }: RequestValues = {}) =>
      call(method, path, { params: { path: inPath, query }, body, headers: keyHeader(idempotencyKey) }),
  ]);
  return {
    ...(Object.fromEntries(byId) as Operations),
    request: ({ method, path, body, idempotencyKey }) =>
      call(method, `/api/v1${path}`, { body, headers: keyHeader(idempotencyKey) }),
  };
}

interface RequestValues {
  readonly path?: object;
  readonly query?: object;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

interface Init {
  readonly params?: object;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const keyHeader = (key: string | undefined): Readonly<Record<string, string>> =>
  key === undefined ? {} : { "idempotency-key": key };
