import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSchemas } from "../../../../src/catalogue/document/check-schemas.ts";
import { importOpenApi } from "../../../../src/catalogue/document/import-openapi.ts";
import { parseProductDocument } from "../../../../src/catalogue/document/parse.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { runs } from "../../../support/properties.ts";

const OPTIONS = { product: "harbor" };
const json = (media: object) => ({ post: { requestBody: { content: { "application/json": media } } } });
const createDocument = (webhooks: object, components: object = {}) => ({
  openapi: "3.1.0",
  info: { title: "Harbor", description: "Port\toperations" },
  webhooks,
  components,
});
const imported = (webhooks: object, components?: object) =>
  importOpenApi(createDocument(webhooks, components), OPTIONS);
const importEvent = (media: object, schemas: object = {}) => {
  const { data, notes } = imported({ e: json(media) }, { schemas });
  expect(checkSchemas(parseProductDocument(data).data)).toEqual([]);
  return { event: data.events["e"]!, schemas: data.schemas!, notes };
};

describe("importOpenApi", () => {
  test("makes a product of webhooks, with what they refer to", () => {
    const { data, notes } = importOpenApi(
      createDocument(
        {
          "crane.stopped": {
            post: {
              summary: "Crane stopped",
              description: "A crane has stopped.",
              tags: ["Cranes", "Ports"],
              deprecated: true,
              requestBody: { $ref: "#/components/requestBodies/Stopped" },
            },
          },
          "crane.moved": { $ref: "#/components/pathItems/Moved" },
        },
        {
          requestBodies: {
            Stopped: {
              content: {
                "application/json; charset=utf-8": {
                  schema: { $ref: "#/components/schemas/Stopped" },
                  examples: { wind: { $ref: "#/components/examples/Wind" } },
                },
              },
            },
          },
          examples: { Wind: { value: { crane: { id: 4 } } } },
          pathItems: { Moved: { put: { summary: "Crane moved" } } },
          schemas: {
            Stopped: { type: "object", properties: { crane: { $ref: "#/components/schemas/Crane" } } },
            Crane: { type: "object", properties: { id: { type: "integer" } } },
            Unused: {},
          },
        },
      ),
      { product: "harbor", name: "The harbor" },
    );
    expect(data).toEqual({
      product: "harbor",
      name: "The harbor",
      description: "Port\toperations",
      schemas: {
        Stopped: { type: "object", properties: { crane: { $ref: "#/schemas/Crane" } } },
        Crane: { type: "object", properties: { id: { type: "integer" } } },
      },
      events: {
        "crane.stopped": {
          name: "Crane stopped",
          description: "A crane has stopped.",
          group: "Cranes",
          status: "deprecated",
          schema: { $ref: "#/schemas/Stopped" },
          sample: { crane: { id: 4 } },
        },
        "crane.moved": { name: "Crane moved", description: "Crane moved", group: "Events", sample: {} },
      },
    });
    expect(notes).toEqual(['The webhook "crane.moved" has no JSON body.']);
  });

  test.each<[string, unknown, string]>([
    ["Swagger 2", { swagger: "2.0" }, 'The document is Swagger "2.0"'],
    [
      "OpenAPI 3.0",
      { openapi: "3.0.3", webhooks: {} },
      'The document is OpenAPI "3.0.3". Callboard reads OpenAPI 3.1.',
    ],
    ["something else", { asyncapi: "3.0.0" }, "The document is not OpenAPI."],
    ["a document without webhooks", createDocument({}), "The OpenAPI document has no webhooks."],
    ["a list", [], "An OpenAPI document must be an object."],
    ["webhooks without operations", createDocument({ e: {} }), "The document has no event types."],
  ])("refuses %s", (_name, document, message) => {
    expect(() => importOpenApi(document, OPTIONS)).toThrow(
      expect.objectContaining({ code: "PRODUCT_IMPORT", message: expect.stringContaining(message) }),
    );
  });

  test("refuses the key of a built-in product", () => {
    expect(() => importOpenApi(createDocument({ e: json({}) }), { product: "jira" })).toThrow(
      expect.objectContaining({ code: "PRODUCT_INVALID" }),
    );
  });

  test("changes names that Callboard can't have, and says so", () => {
    const { data, notes } = imported({ "/A b/c": json({}), "endpoint.paused": json({}), "*": json({}) });
    expect(Object.keys(data.events)).toEqual(["A_b_c", "harbor.endpoint.paused", "event"]);
    expect(notes).toHaveLength(3);
  });

  test("makes a sample where there is none, and another where the example is off its schema", () => {
    const schema = { type: "object", required: ["a"], properties: { a: { type: "integer" } } };
    expect(importEvent({ schema }).event.sample).toEqual({ a: 1 });
    expect(importEvent({ schema, example: { a: 7 } }).event.sample).toEqual({ a: 7 });
    const { event, notes } = importEvent({
      schema,
      examples: { x: { value: { a: "x" } }, y: { value: { a: 8 } } },
    });
    expect([event.sample, notes]).toEqual([
      { a: 8 },
      ["The example of e doesn't match its schema; another sample was used."],
    ]);
    const other = importEvent({ schema, example: { a: "x" } });
    expect(other.event.sample).toEqual({ a: 1 });
  });

  test("leaves out a schema without a fitting sample, and event types whose body is no object", () => {
    const { event, notes } = importEvent({ schema: { type: "object", minProperties: 3 } });
    expect([event.schema, notes]).toEqual([
      undefined,
      ["The event type e has no schema: no sample that fits it was found."],
    ]);
    const { data, notes: others } = imported({ e: json({ schema: { type: "array" } }), f: json({}) });
    expect([Object.keys(data.events), others]).toEqual([
      ["f"],
      ["The event type e was left out: its body is no object."],
    ]);
  });

  test("cuts cycles and remote references", () => {
    const { schemas, notes } = importEvent(
      { schema: { $ref: "#/components/schemas/Tree" } },
      {
        Tree: {
          type: "object",
          properties: {
            child: { $ref: "#/components/schemas/Tree" },
            x: { $ref: "x.json" },
            y: { $ref: "#/no" },
          },
        },
      },
    );
    expect(schemas).toEqual({ Tree: { type: "object", properties: { child: {}, x: {}, y: {} } } });
    expect(notes).toEqual([
      'The reference "#/components/schemas/Tree" leads back to itself and was replaced by {}.',
      'The reference "x.json" was replaced by {}: Callboard fetches no schemas.',
      'The reference "#/no" leads nowhere and was replaced by {}.',
    ]);
  });

  test("cuts a reference to a place around it", () => {
    const { schemas } = importEvent(
      { schema: { $ref: "#/components/schemas/A/properties/b" } },
      {
        A: {
          type: "object",
          properties: { b: { type: "object", properties: { c: { $ref: "#/components/schemas/A" } } } },
        },
      },
    );
    expect(JSON.stringify(schemas)).not.toContain('"c":{"$ref"');
  });

  test.each<[string, object, object]>([
    ["nullable", { type: "string", nullable: true }, { anyOf: [{ type: "string" }, { type: "null" }] }],
    [
      "nullable of a reference",
      { $ref: "#/components/schemas/X", nullable: true },
      { anyOf: [{ $ref: "#/schemas/X" }, { type: "null" }] },
    ],
    ["exclusiveMinimum: true", { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ["exclusiveMaximum: false", { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
    ["required: true", { type: "string", required: true }, { type: "string" }],
    ["a pattern of another language", { pattern: "\\A" }, {}],
    ["a type of no JSON", { type: "file" }, {}],
    ["a list of items", { items: [{ const: 1 }] }, { prefixItems: [{ const: 1 }] }],
    ["addresses", { $id: "x", $anchor: "y", $schema: "z" }, {}],
    ["examples by name", { examples: { a: 1 }, title: 7 }, {}],
  ])("reads %s", (_name, schema, expected) => {
    const { event } = importEvent(
      { schema: { properties: { a: schema } }, example: {} },
      { X: { type: "string" } },
    );
    expect(event.schema).toEqual({ properties: { a: expected } });
  });

  test("replaces a schema that is none", () => {
    const { schemas, notes } = importEvent(
      { schema: { $ref: "#/components/schemas/A" } },
      { A: { minLength: "x" } },
    );
    expect([schemas["A"], notes]).toEqual([
      {},
      ['The schema "A" is no JSON Schema 2020-12 and was replaced by {}.'],
    ]);
  });

  test("makes a sound product of any document, or refuses it", () => {
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(
        { $ref: "#/components/schemas/A" },
        { $ref: "#/webhooks" },
        json({ schema: { $ref: "#/components/schemas/A" } }),
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), part), part, part, (webhooks, A, schema) => {
        const document = createDocument({ ...webhooks, e: json({ schema }) }, { schemas: { A } });
        try {
          const { data } = importOpenApi(document, OPTIONS);
          expect(checkSchemas(parseProductDocument(data).data)).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(CallboardError);
        }
      }),
      runs(20),
    );
  });
});
