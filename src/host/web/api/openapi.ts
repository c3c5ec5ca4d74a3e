/** The OpenAPI 3.1 document, derived from the API table. */
import type { Catalogue, Product } from "../../../catalogue/index.ts";
import { ERROR_CODES } from "../../../errors.ts";
import { enoughOf } from "../http/access.ts";
import { listWebhooks } from "./openapi-webhooks.ts";
import { schemaFor } from "./route.ts";
import type { Route } from "./route.ts";
import { API_BASE, ROUTES } from "./routes.ts";

const PROBLEM = {
  type: "object",
  description: "RFC 9457 problem document",
  required: ["type", "title", "status", "detail", "code", "errors", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", enum: Object.keys(ERROR_CODES) },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: { pointer: { type: "string" }, detail: { type: "string" }, code: { type: "string" } },
      },
    },
    requestId: { type: "string" },
  },
} as const;

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
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    const path = (paths[API_BASE + route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(route, catalogue);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Callboard",
      version: "1",
      description:
        "Times are ISO 8601 UTC. Ids are opaque, carry their site and sort by time. Lists are {items, next}: give next as cursor until it is null; a page may be short. " +
        WEBHOOKS,
    },
    servers: [{ url: serverUrl }],
    security: [{ token: [] }],
    paths,
    webhooks,
    ...(leftOut.length === 0 ? {} : { "x-callboard-left-out": leftOut }),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "An API token, cb_…" } },
      schemas: { Problem: PROBLEM, ...schemas },
      responses: {
        Problem: {
          description: "What was wrong",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

function operationOf(route: Route, catalogue: Catalogue): object {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(route.query ?? {}).map(([name, parameter]) => ({
    name,
    in: "query",
    ...parameter,
  }));
  return {
    operationId: operationIdOf(route),
    tags: [route.group],
    summary: route.summary,
    description: `Needs a token with the scope ${enoughOf(route.scope)
      .map((scope) => `\`${scope}\``)
      .join(" or ")}.`,
    parameters: [...inPath, ...inQuery],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaFor(route.body, catalogue) } },
          },
        }),
    responses: {
      [route.success.status]: {
        description: route.success.description,
        ...(route.success.status === 204 ? {} : { content: { "application/json": { schema: {} } } }),
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

/** "POST /sites/{site}/addons" → "postSitesSiteAddons" */
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
