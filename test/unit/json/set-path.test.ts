import { expect, test } from "vitest";
import { PathProblem, isContainer, setAtPath } from "../../../src/json/set-path.ts";

const changed = (root: object, path: string, value: unknown): unknown => {
  setAtPath(root as Record<string, unknown>, path, () => value);
  return root;
};

test("a value is set where the path leads, and the others stay", () => {
  expect(changed({ issue: { key: "A-1", id: 7 } }, "issue.key", "DEMO-7")).toEqual({
    issue: { key: "DEMO-7", id: 7 },
  });
});

test("the change gets the value that is there, and undefined for a member that an object only inherits", () => {
  const seen: unknown[] = [];
  const root = { count: 3 };
  for (const path of ["count", "missing", "toString"]) setAtPath(root, path, (before) => seen.push(before));
  expect(seen).toEqual([3, undefined, undefined]);
});

test("objects and lists that are missing on the way are made", () => {
  expect(changed({}, "changelog.items.0.field", "status")).toEqual({
    changelog: { items: [{ field: "status" }] },
  });
});

test.each([
  ["a.0.b", { a: [{ b: 1 }] }],
  ["a.0x.b", { a: { "0x": { b: 1 } } }],
  ["a.x0.b", { a: { x0: { b: 1 } } }],
])("what is missing on the way of %s is a list only before digits", (path, made) => {
  expect(changed({}, path, 1)).toEqual(made);
});

test("a list of many items takes a value at a place of several digits", () => {
  const list = Array.from({ length: 12 }, () => 0);
  expect(changed({ list }, "list.10", 1)).toEqual({ list: list.with(10, 1) });
});

test("a list takes a value at each of its places, and one at its end", () => {
  expect(changed({ list: ["a", "b"] }, "list.1", "c")).toEqual({ list: ["a", "c"] });
  expect(changed({ list: ["a"] }, "list.1", "b")).toEqual({ list: ["a", "b"] });
});

test.each([
  ["", "is not a path"],
  ["issue..key", "is not a path"],
  ["__proto__.polluted", "is not a path"],
  ["list.2", "the list has 1 items, 2 is no place in it"],
  ["list.key", "the list has 1 items, key is no place in it"],
  ["list.0x", "the list has 1 items, 0x is no place in it"],
  ["list.x0", "the list has 1 items, x0 is no place in it"],
  ["made.10", "the list has 0 items, 10 is no place in it"],
])("the path %j is refused: %s", (path, message) => {
  const change = () => changed({ list: ["a"] }, path, true);
  expect(change).toThrow(PathProblem);
  expect(change).toThrow(message);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("containers are objects and lists", () => {
  expect([{}, [], null, "text", 1, undefined].map(isContainer)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
