import { expect, test } from "vitest";
import { pickShared } from "../../../src/catalogue/schema.ts";

const SHARED = {
  Crane: { properties: { berth: { $ref: "#/schemas/Berth/properties/no" } } },
  Berth: { properties: { no: { type: "integer" } } },
  "a/b c": {},
  Unused: { $ref: "#/schemas/Crane" },
  toString: {},
};

test.each<[object, readonly string[]]>([
  [{}, []],
  [{ properties: { crane: { $ref: "#/schemas/Crane" } } }, ["Berth", "Crane"]],
  [{ anyOf: [{ $ref: "#/schemas/Berth" }, { $ref: "#/properties/own" }] }, ["Berth"]],
  [{ $ref: "#/schemas/a~1b%20c" }, ["a/b c"]],
  [{ $ref: "#/schemas/None" }, []],
  [{ $ref: "#/schemas/constructor" }, []],
  [{ $ref: 7 }, []],
  [{ $ref: "#/schemas/%" }, []],
])("%j refers to %j", (schema, names) => {
  const picked = pickShared(schema, SHARED);
  expect(Object.keys(picked).sort()).toEqual(names);
  for (const name of names) expect(picked[name]).toBe(SHARED[name as keyof typeof SHARED]);
});
