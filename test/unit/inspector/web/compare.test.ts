import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_DIFFERENCES, compareJson } from "../../../../src/inspector/web/compare.ts";

const lines = (before: unknown, after: unknown) =>
  compareJson(before, after).map(({ path, kind, before: left, after: right }) =>
    [kind, path, left ?? "-", right ?? "-"].join(" "),
  );

test.each([
  ["nothing", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ["a value", { a: 1 }, { a: "1" }, ['changed a 1 "1"']],
  ["a member that came", {}, { a: 1 }, ["added a - 1"]],
  ["a member that went", { a: null }, {}, ["removed a null -"]],
  ["an item, by its place", [1, 2], [1, 3, 4], ["changed [1] 2 3", "added [2] - 4"]],
  ["deep below", { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }, ["changed a.b[0].c 1 2"]],
  ["an object that became a list", { a: {} }, { a: [] }, ["changed a {} []"]],
  ["a list that became an object", { a: [] }, { a: {} }, ["changed a [] {}"]],
  ["an object that became null", { a: {} }, { a: null }, ["changed a {} null"]],
  ["names that need quotes", { "a-b": { "": 1 } }, { "a-b": { "": 2 } }, ['changed ["a-b"][""] 1 2']],
  ["names as in code", { $a: { _1: 1 } }, { $a: { _1: 2 } }, ["changed $a._1 1 2"]],
  ["what is inherited, as nothing", { a: {} }, { a: { toString: 1 } }, ["added a.toString - 1"]],
  ["the whole", 1, 2, ["changed  1 2"]],
])("%s differs", (_what, before, after, differences) => {
  expect(lines(before, after)).toEqual(differences);
});

test("differences come in the order of the first body, what is new at its end", () => {
  expect(lines({ z: 1, a: { c: 1, b: 1 } }, { n: 1, a: { b: 2, c: 2 }, z: 2 })).toEqual([
    "changed z 1 2",
    "changed a.c 1 2",
    "changed a.b 1 2",
    "added n - 1",
  ]);
});

describe("what is too much", () => {
  test("of differences is left out", () => {
    expect(MAX_DIFFERENCES).toBe(1_000);
    expect(compareJson(Array(2_000).fill(1), Array(2_000).fill(2))).toHaveLength(1_000);
  });

  test("of one side is cut", () => {
    const [fits, cut] = ["x".repeat(3_998), "x".repeat(3_999)].map((text) => compareJson(1, text)[0]?.after);

    expect(fits).toBe(`"${"x".repeat(3_998)}"`);
    expect(cut).toBe(`"${"x".repeat(3_999)}… (cut)`);
  });
});

describe("a comparison", () => {
  test("tells what was added, removed and changed, by path", () => {
    const before = { a: 1, b: { c: [1, { d: "x" }] }, gone: null, same: [1] };
    const after = { a: "1", b: { c: [1, { d: "y" }, 3] }, "new-one": true, same: [1] };
    expect(compareJson(before, after)).toEqual([
      { path: "a", kind: "changed", before: "1", after: '"1"' },
      { path: "b.c[1].d", kind: "changed", before: '"x"', after: '"y"' },
      { path: "b.c[2]", kind: "added", before: undefined, after: "3" },
      { path: "gone", kind: "removed", before: "null", after: undefined },
      { path: '["new-one"]', kind: "added", before: undefined, after: "true" },
    ]);
  });

  test("of a body with itself is empty", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(compareJson(JSON.parse(text), JSON.parse(text))).toEqual([]);
      }),
    );
  });

  test("is empty for equal bodies only", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        const left: unknown = JSON.parse(JSON.stringify(before));
        const right: unknown = JSON.parse(JSON.stringify(after));
        const isEqual = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(compareJson(left, right).length === 0).toBe(isEqual);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return { items: value.map(sorted) };
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([key, member]) => [key, sorted(member)]);
}
