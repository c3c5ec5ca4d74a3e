import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { listProblems } from "../../../src/json/problems.ts";

const schema = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "number" }, list: { type: "array", items: { type: "string" } } },
};
const checks = {
  first: new Ajv().compile(schema),
  all: new Ajv({ allErrors: true }).compile(schema),
};
const placesIn = (value: unknown, cut?: ReadonlySet<unknown>) =>
  listProblems(checks, value, cut).map(({ instancePath }) => instancePath);

test("a valid value has no problems, an invalid one has all of them", () => {
  expect(placesIn({ id: 1, list: ["a"] })).toEqual([]);
  expect(placesIn({ list: [1, "a", 2] })).toEqual(["", "/list/0", "/list/2"]);
});

test("a value with very many problems reports those of its first part, at the cost of that part", () => {
  const list = Array.from({ length: 500_000 }, () => 0);
  const places = placesIn({ id: 1, list });
  expect(places.length).toBeGreaterThan(50);
  expect(places.length).toBeLessThan(3_000);
});

test("a single problem beyond the first part is found", () => {
  const list: unknown[] = Array.from({ length: 100_000 }, () => "a");
  list[99_999] = 1;
  expect(placesIn({ id: 1, list })).toEqual(["/list/99999"]);
});

test("an omitted part is not a problem", () => {
  const value = { list: [1] };
  expect(placesIn(value, new Set([value]))).toEqual(["/list/0"]);
  expect(placesIn({ id: 1, list: value.list }, new Set([value.list]))).toEqual(["/list/0"]);
});
