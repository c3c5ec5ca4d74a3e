/** The OpenAPI 3.1 document, derived from the API table. */
import { STATUS_CODES } from "node:http";
import type { Catalogue, Product } from "../../../catalogue/index.ts";
import type { ErrorCode } from "../../../errors.ts";
import { VERSION } from "../../../version.ts";
import { listAcceptedScopes } from "../http/access.ts";
import { PROBLEM } from "../schema/problem.ts";
import { groupByStatus, listErrorCodes } from "./error-codes.ts";
import { KEY_PARAMETER, REPLAYED_HEADER } from "./idempotency.ts";
import { createComponents } from "./openapi-components.ts";
import type { Components } from "./openapi-components.ts";
import { listWebhooks } from "./openapi-webhooks.ts";
import { pathSchema } from "./path-parameters.ts";
import { schemaFor } from "./route.ts";
import type { Route } from "./route.ts";
import { API_BASE, GROUPS, ROUTES } from "./routes.ts";

/** Event types of own products are for those who may look up the catalogue. */
const WEBHOOKS =
  "webhooks has the event types of products; a product with too many is named in x-callboard-left-out, and GET /api/v1/catalogue/{product} lists its event types. Own products are listed for a request with an API token of the scope read or events:write.";

/** `serverUrl` is where the paths of the document begin. `webhooks` lists the event types of `products`. */
export function openApiDocument(
  serverUrl: string,
  catalogue: Catalogue,
  products: readonly Product[] = catalogue.products,
): object {
  const { webhooks, schemas, leftOut } = listWebhooks(products);
  const components = createComponents();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    const path = (paths[API_BASE + route.path] ??= {});
    path[route.method.toLowerCase()] = toOperation(route, catalogue, components);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Callboard",
      version: VERSION,
      description:
        "Times are ISO 8601 UTC. IDs are opaque, carry their site and sort by time. Lists are {items, next}: give next as cursor until it is null; a page may be short. " +
        WEBHOOKS,
      license: { name: "MIT", identifier: "MIT" },
      contact: { name: "The administrator of this server" },
    },
    servers: [{ url: serverUrl }],
    security: [{ token: [] }],
    tags: [
      ...Object.entries(GROUPS).map(([name, description]) => ({ name, description })),
      ...products.map(({ key, name }) => ({ name: key, description: `Event types of ${name}` })),
    ],
    paths,
    webhooks,
    ...(leftOut.length === 0 ? {} : { "x-callboard-left-out": leftOut }),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "An API token, cb_…" } },
      parameters: components.parameters(),
      responses: components.responses(),
      schemas: { ...components.schemas(), ...schemas },
    },
  };
}

/** What every value of a query has to be: not empty, and without NUL, which no database of ours stores in a text. */
const ANY_TEXT = { minLength: 1, pattern: "^[^\\u0000]*$" };

function toOperation(route: Route, catalogue: Catalogue, components: Components): object {
  const { id, group, summary, scope, success, idempotencyKey } = route;
  return {
    operationId: id,
    tags: [group],
    summary,
    description: `Needs a token with the scope ${listAcceptedScopes(scope)
      .map((each) => `\`${each}\``)
      .join(" or ")}.`,
    parameters: [
      ...describeParameters(route, components),
      ...(idempotencyKey === "nothing" ? [] : [components.addParameter("IdempotencyKey", KEY_PARAMETER)]),
    ],
    ...describeBody(route, catalogue, components),
    responses: {
      [success.status]: {
        description: success.description,
        ...(idempotencyKey === "replays" ? { headers: REPLAYED_HEADER } : {}),
        ...(success.status === 204
          ? {}
          : {
              content: {
                [success.contentType ?? "application/json"]: { schema: components.refer(success.schema) },
              },
            }),
      },
      ...describeProblems(listErrorCodes(route), components),
    },
  };
}

function describeParameters({ path, query = {} }: Route, components: Components): readonly object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const { description, ...schema } = components.expand(pathSchema(path, name));
    return { name, in: "path", required: true, description, schema };
  });
  const inQuery = Object.entries(query).map(([name, parameter]) => {
    const { description, ...schema } = components.expand(parameter);
    const isText = schema["type"] === "string" && !("enum" in schema || "format" in schema);
    return { name, in: "query", description, schema: isText ? { ...ANY_TEXT, ...schema } : schema };
  });
  return [...inPath, ...inQuery];
}

function describeBody({ body, example }: Route, catalogue: Catalogue, components: Components): object {
  if (body === undefined) return {};
  const schema = components.refer(schemaFor(body, catalogue));
  const media = example === undefined ? { schema } : { schema, example };
  return { requestBody: { required: true, content: { "application/json": media } } };
}

/** One response for each status, with its codes. */
function describeProblems(codes: readonly ErrorCode[], components: Components): Record<string, object> {
  return Object.fromEntries(
    [...groupByStatus(codes)].map(([status, ofStatus]) => [
      status,
      components.respond(STATUS_CODES[status] ?? "", {
        description: `${STATUS_CODES[status] ?? ""}: ${ofStatus.map((code) => `\`${code}\``).join(", ")}`,
        content: { "application/problem+json": { schema: components.refer(PROBLEM) } },
        "x-callboard-codes": ofStatus,
      }),
    ]),
  );
}
