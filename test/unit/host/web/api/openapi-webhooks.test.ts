import { describe, expect, test } from "vitest";
import { builtInCatalogue, defineProduct } from "../../../../../src/catalogue/index.ts";
import type { ProductData } from "../../../../../src/catalogue/index.ts";
import { importOpenApi } from "../../../../../src/catalogue/document/import-openapi.ts";
import { WEBHOOK_CHARACTERS, listWebhooks } from "../../../../../src/host/web/api/openapi-webhooks.ts";
import { openApiDocument } from "../../../../../src/host/web/api/openapi.ts";
import { parsePointer } from "../../../../../src/json/pointer.ts";
import { readMember } from "../../../../../src/json/member.ts";

const HARBOR: ProductData = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  schemas: {
    Crane: { properties: { part: { $ref: "#/schemas/Part/properties/a%20b" } } },
    Part: { properties: { "a b": { type: "string" } } },
  },
  events: {
    "crane.stopped": {
      description: "A crane has stopped.",
      group: "Cranes",
      status: "deprecated",
      schema: { $ref: "#/schemas/Crane" },
      sample: {},
    },
    "crane.moved": {
      description: "A crane has moved.",
      group: "Cranes",
      schema: { $defs: { by: { type: "number" } }, properties: { by: { $ref: "#/$defs/by" } } },
      sample: {},
    },
  },
};

function createProduct(product: string, eventTypes: number, description = "A crane has moved.") {
  const event = {
    description,
    group: "Cranes",
    schema: { properties: { crane: { type: "integer" } } },
    sample: {},
  };
  const events = Object.fromEntries(
    Array.from({ length: eventTypes }, (_, index) => [`crane.moved${index}`, event]),
  );
  return defineProduct({ product, name: product, description: "", events });
}

function listReferences(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "$ref" && typeof each === "string" ? [each] : listReferences(each),
  );
}

test("each event type is a webhook with the schema of its body", () => {
  const { webhooks, schemas, leftOut } = listWebhooks([defineProduct(HARBOR)]);
  expect(leftOut).toEqual([]);
  expect(webhooks["harbor/crane.stopped"]).toEqual({
    post: {
      operationId: "receive_harbor__crane_stopped",
      tags: ["harbor"],
      summary: "Crane stopped",
      description: "A crane has stopped.",
      deprecated: true,
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/harbor.Crane" },
          },
        },
      },
      responses: { "2XX": { description: "Delivered" } },
    },
  });
  expect(schemas["harbor.Crane"]).toEqual({
    properties: { part: { $ref: "#/components/schemas/harbor.Part/properties/a%20b" } },
  });
});

test("every reference of the document leads to a place in it", () => {
  const document = openApiDocument("/", builtInCatalogue, [
    ...builtInCatalogue.products,
    defineProduct(HARBOR),
  ]);
  const references = listReferences(document);
  expect(references).toContain(
    "#/webhooks/harbor~1crane.moved/post/requestBody/content/application~1json/schema/$defs/by",
  );
  const lost = references.filter(
    (reference) =>
      parsePointer(decodeURIComponent(reference.slice(1))).reduce(readMember, document) === undefined,
  );
  expect(lost).toEqual([]);
});

test("the document has every event type of the built-in products, and can be imported", () => {
  const document = openApiDocument("/", builtInCatalogue) as { readonly webhooks: object };
  const names = builtInCatalogue.products.flatMap(({ key, eventTypes }) =>
    eventTypes.map(({ event }) => `${key}/${event}`),
  );
  expect(Object.keys(document.webhooks)).toEqual(names);
  expect(document).not.toHaveProperty("x-callboard-left-out");
  expect(Object.keys(importOpenApi(document, { product: "copy" }).data.events)).toHaveLength(names.length);
}, 60_000);

describe("a document stays small", () => {
  const countCharacters = (value: object): number => JSON.stringify(value).length;

  test("a product whose event types are too many characters is named in place of them", () => {
    const many = createProduct("many", 100, "x".repeat(WEBHOOK_CHARACTERS.ofOne / 100));
    const { webhooks, leftOut } = listWebhooks([many, createProduct("few", 2)]);
    expect(Object.keys(webhooks)).toEqual(["few/crane.moved0", "few/crane.moved1"]);
    expect(leftOut).toEqual([{ product: "many", eventTypes: 100 }]);
    expect(openApiDocument("/", builtInCatalogue, [many])).toHaveProperty("x-callboard-left-out", leftOut);
  });

  test("a shared schema counts too", () => {
    const schemas = { Long: { description: "x".repeat(WEBHOOK_CHARACTERS.ofOne) } };
    expect(
      listWebhooks([defineProduct({ ...HARBOR, schemas: { ...HARBOR.schemas, ...schemas } })]).leftOut,
    ).toEqual([]);
    const Crane = { properties: { long: { $ref: "#/schemas/Long" } } };
    expect(listWebhooks([defineProduct({ ...HARBOR, schemas: { ...schemas, Crane } })]).leftOut).toEqual([
      { product: "harbor", eventTypes: 2 },
    ]);
  });

  test("what is listed of all products is bounded, and a later product that fits is listed", () => {
    const large = Array.from({ length: 6 }, (_, index) =>
      createProduct(`large${index}`, 50, "x".repeat(18_000)),
    );
    const part = listWebhooks([...large, createProduct("small", 1)]);
    expect(part.leftOut.map(({ product }) => product)).toEqual(["large4", "large5"]);
    expect(part.webhooks).toHaveProperty(["small/crane.moved0"]);
    expect(countCharacters(part.webhooks)).toBeLessThan(1.01 * WEBHOOK_CHARACTERS.ofAll);
  });
});

describe("what linters and generators ask for", () => {
  const createWebhooks = (events: ProductData["events"]) =>
    listWebhooks([defineProduct({ ...HARBOR, schemas: {}, events })]).webhooks as Readonly<
      Record<string, { readonly post: { readonly operationId: string; readonly requestBody: unknown } }>
    >;
  const event = { description: "d", group: "g", sample: {} };

  test("each has an operationId that code can have, and no two have the same", () => {
    const webhooks = createWebhooks({ "crane.moved": event, "crane-moved": event, crane: event });
    expect(Object.values(webhooks).map(({ post }) => post.operationId)).toEqual([
      "receive_harbor__crane_moved",
      "receive_harbor__crane_moved__2",
      "receive_harbor__crane",
    ]);
  });

  test("lists have items, and names that Go would not tell apart another one there", () => {
    const schema = {
      type: "object",
      properties: {
        userKey: { type: "string" },
        user_key: { type: "string" },
        list: { type: ["array", "null"] },
      },
    };
    const { post } = createWebhooks({ crane: { ...event, schema } })["harbor/crane"] ?? {};
    const path = ["content", "application/json", "schema", "properties"];
    const shown = path.reduce(readMember, post?.requestBody);
    expect(shown).toEqual({
      userKey: { type: "string" },
      user_key: { type: "string", "x-go-name": "User_key2" },
      list: { type: ["array", "null"], items: {} },
    });
  });
});
