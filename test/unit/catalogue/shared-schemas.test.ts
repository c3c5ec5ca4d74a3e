import { expect, test } from "vitest";
import { selectSharedSchemas } from "../../../src/catalogue/shared-schemas.ts";

const schemas = {
  Crane: { type: "object", properties: { berth: { $ref: "#/schemas/Berth" } } },
  Berth: { type: "object", properties: { id: { type: "integer" } } },
  "a/b": { type: "string" },
  Ship: { type: "object" },
};

test("a schema keeps the shared schemas that it refers to, directly or through others", () => {
  const schema = { title: "Crane stopped", properties: { crane: { $ref: "#/schemas/Crane" } }, schemas };
  expect(selectSharedSchemas(schema)).toEqual({
    ...schema,
    schemas: { Crane: schemas.Crane, Berth: schemas.Berth },
  });
});

test.each([
  ["at the top", { $ref: "#/schemas/Ship" }, ["Ship"]],
  ["to a place within a shared schema", { items: { $ref: "#/schemas/Berth/properties/id" } }, ["Berth"]],
  ["to a name that is escaped", { not: { $ref: "#/schemas/a~1b" } }, ["a/b"]],
  ["to a name that is percent-encoded", { not: { $ref: "#/schemas/a~1%62" } }, ["a/b"]],
])("a reference %s is followed", (_where, own, expected) => {
  expect(Object.keys((selectSharedSchemas({ ...own, schemas }) as { schemas: object }).schemas)).toEqual(
    expected,
  );
});

test.each([
  ["refers to none", { type: "object" }],
  ["has data that looks like a reference", { const: { $ref: "#/schemas/Ship" } }],
  ["refers to itself alone", { properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: true } }],
  ["refers to a name that only every object has", { $ref: "#/schemas/constructor" }],
])("a schema that %s has no shared ones", (_what, own) => {
  expect(selectSharedSchemas({ ...own, schemas })).toEqual(own);
});

test("a schema without shared ones stays the same object, and so does what was selected", () => {
  const plain = { type: "object" };
  expect(selectSharedSchemas(plain)).toBe(plain);
  const schema = { $ref: "#/schemas/Ship", schemas };
  expect(selectSharedSchemas(schema)).toBe(selectSharedSchemas(schema));
});
