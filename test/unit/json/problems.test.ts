import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { listProblems } from "../../../src/json/problems.ts";

const schema = {
  type: "object",
  required: ["id"],
  properties: {
    id: { type: "number" },
    list: { type: "array", items: { type: "string" } },
    "a/b~c": { type: "object", required: ["x"], properties: { x: { type: "array" } } },
  },
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

test.each([null, 3, "text"])("%j, which has no parts, is itself the problem", (value) => {
  expect(placesIn(value)).toEqual([""]);
});

test("problems of an omitted part alone are no problems", () => {
  const value = {};
  expect(placesIn(value, new Set([value]))).toEqual([]);
});

test("an omitted part is not a problem", () => {
  const value = { list: [1] };
  expect(placesIn(value, new Set([value]))).toEqual(["/list/0"]);
  expect(placesIn({ id: 1, list: value.list }, new Set([value.list]))).toEqual(["/list/0"]);
});

test("exactly the first 2,000 values are searched, level by level", () => {
  const list = Array.from({ length: 2_500 }, () => 0);
  // The number and the list are two of them.
  expect(placesIn({ id: 1, list })).toHaveLength(1_998);
});

test("what is missing in the searched part alone is no problem", () => {
  const many = Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`k${index}`, 0]));
  expect(placesIn({ ...many, list: [1], id: 1 })).toEqual(["/list/0"]);
});

test("a member whose name has slashes and tildes is found, and can be omitted", () => {
  const omitted = {};
  expect(placesIn({ id: 1, "a/b~c": { x: {} } })).toEqual(["/a~1b~0c/x"]);
  expect(placesIn({ id: 1, "a/b~c": omitted })).toEqual(["/a~1b~0c"]);
  expect(placesIn({ id: 1, "a/b~c": omitted }, new Set([omitted]))).toEqual([]);
});
