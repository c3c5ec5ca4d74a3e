import { describe, expect, test } from "vitest";
import {
  checkedByCode,
  extended,
  exactlyOne,
  findName,
  named,
  nullable,
  object,
  choice,
  page,
  rulesOfCode,
  string,
} from "../../../../../src/host/web/schema/schema.ts";
import type { ValueOf } from "../../../../../src/host/web/schema/schema.ts";

const POINT = named("Point", object("A point", { x: string("Left") }, { y: string("Top") }));

test("an object requires the members of its first list only", () => {
  expect(POINT).toMatchObject({ type: "object", required: ["x"], properties: { x: {}, y: {} } });
});

test("the compiler refuses a value that the schema does not describe", () => {
  const fits: ValueOf<typeof POINT> = { x: "1" };
  // @ts-expect-error x is missing
  const lacks: ValueOf<typeof POINT> = { y: "1" };
  // @ts-expect-error y is a string
  const differs: ValueOf<typeof POINT> = { x: "1", y: 1 };
  expect([fits, lacks, differs]).toHaveLength(3);
});

describe("nullable", () => {
  test("adds null to the types and to the choices", () => {
    expect(nullable(choice("One", ["a", "b"]))).toMatchObject({
      type: ["string", "null"],
      enum: ["a", "b", null],
    });
  });

  test("keeps the name of a named schema beside null", () => {
    const { anyOf } = nullable(POINT);
    expect(anyOf).toEqual([POINT, { type: "null" }]);
    expect(findName((anyOf as object[])[0]!)).toBe("Point");
  });

  test("keeps the rules of the code", () => {
    expect(rulesOfCode(nullable(string("Text", {}, { pattern: "a" })))).toEqual({ pattern: "a" });
  });
});

test("rules of the code are no keywords of the schema", () => {
  const schema = checkedByCode(string("Text", { maxLength: 3 }), { pattern: "a" });
  expect(Object.keys(schema)).not.toContain("pattern");
  expect(rulesOfCode(schema)).toEqual({ pattern: "a" });
});

test("an extended object has the members of both, each required once", () => {
  const more = extended("More", POINT, { x: string("Other"), z: string("Deep") });
  expect(more.required).toEqual(["x", "z"]);
  expect(more.properties["x"]).toMatchObject({ description: "Other" });
  expect(findName(more)).toBeUndefined();
});

test("a page has items and next, and a name", () => {
  const points = page("PointPage", POINT, "Points");
  expect(points.required).toEqual(["items", "next"]);
  expect(findName(points)).toBe("PointPage");
});

test("exactly one of some members is an alternative for each", () => {
  expect(exactlyOne("a", "b")).toEqual({ oneOf: [{ required: ["a"] }, { required: ["b"] }] });
});
