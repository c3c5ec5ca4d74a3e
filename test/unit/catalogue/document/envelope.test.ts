import { expect, test } from "vitest";
import { addEnvelope } from "../../../../src/catalogue/document/envelope.ts";

const BOTH = { event: "type", timestamp: "at" };
const add = (schema: object, schemas: Record<string, object> = {}, envelope: object = BOTH) =>
  addEnvelope("crane.stopped", schema as Record<string, unknown>, { envelope, schemas });

test("members of the envelope come first and are required", () => {
  const schema = { type: "object", required: ["crane"], properties: { crane: { type: "integer" } } };
  const added = add(schema);
  expect(added).toEqual({
    ...schema,
    required: ["type", "at", "crane"],
    properties: {
      type: { const: "crane.stopped" },
      at: expect.objectContaining({ type: "number" }),
      crane: { type: "integer" },
    },
  });
  expect(Object.keys(added["properties"] as object)).toEqual(["type", "at", "crane"]);
});

test("a schema without members gets them", () => {
  expect(add({ type: "object" }, {}, { event: "type" })).toEqual({
    type: "object",
    required: ["type"],
    properties: { type: { const: "crane.stopped" } },
  });
});

test("without an envelope, the schema is the same", () => {
  const schema = { type: "object" };
  expect(add(schema, {}, {})).toBe(schema);
});

test.each<[string, object]>([
  ["itself", { properties: { type: {}, at: {} } }],
  ["in a shared schema", { $ref: "#/schemas/Named" }],
  [
    "in its own definition",
    { $defs: { N: { properties: { type: {}, at: {} } } }, allOf: [{ $ref: "#/$defs/N" }] },
  ],
  ["in alternatives", { anyOf: [{ properties: { type: {} } }], oneOf: [{}, { $ref: "#/schemas/Named" }] }],
])("members that the schema declares %s stay as it says", (_where, schema) => {
  expect(add(schema, { Named: { properties: { type: {}, at: {} } } })).toBe(schema);
});

test("a schema that is combined from others stands beside the members", () => {
  const schema = { $ref: "#/schemas/Timed" };
  expect(add(schema, { Timed: { properties: { at: { type: "string" } } } })).toEqual({
    allOf: [{ type: "object", required: ["type"], properties: { type: { const: "crane.stopped" } } }, schema],
  });
});
