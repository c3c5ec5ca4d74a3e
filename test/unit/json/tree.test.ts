import { describe, expect, test } from "vitest";
import { jsonTree } from "../../../src/json/tree.ts";
import type { JsonNode } from "../../../src/json/tree.ts";

const countNodes = (node: JsonNode | undefined): number =>
  node === undefined
    ? 0
    : node.kind === "leaf"
      ? 1
      : 1 + node.children.reduce((n, c) => n + countNodes(c), 0);

describe("JSON tree", () => {
  test("the tree keeps the order, numbers as written and duplicate keys", () => {
    const tree = jsonTree('{"b": 9007199254740993, "a": [1e2, null], "b": "\\u00e9"}');
    expect(tree).toMatchObject({
      kind: "branch",
      shape: "object",
      count: 3,
      rest: 0,
      children: [
        { key: "b", type: "number", text: "9007199254740993" },
        {
          key: "a",
          pointer: "/a",
          children: [
            { type: "number", text: "1e2" },
            { type: "literal", text: "null" },
          ],
        },
        { key: "b", type: "string", text: '"\\u00e9"' },
      ],
    });
  });

  test("the tree has at most the requested number of nodes, and counts the omitted children", () => {
    const text = JSON.stringify({ first: Array.from({ length: 5_000 }, (_, i) => ({ i })), last: 1 });
    const tree = jsonTree(text, { maxNodes: 100 });
    expect(countNodes(tree)).toBeLessThanOrEqual(101);
    // Breadth first: the upper level is whole although its first child is huge.
    expect(tree).toMatchObject({ rest: 0, children: [{ key: "first", rest: 4_902 }, { key: "last" }] });
  });

  test("a part is shown from a given child on", () => {
    const text = JSON.stringify({ "a/b": { items: [0, 1, 2, 3, 4] } });
    expect(jsonTree(text, { pointer: "/a~1b/items", from: 3 })).toMatchObject({
      from: 3,
      rest: 0,
      children: [{ text: "3" }, { text: "4" }],
    });
    expect(jsonTree(text, { pointer: "/nothing" })).toBeUndefined();
  });

  test.each(["", "{", "[1}", "{1: 2}", "nonsense", "[1] [2]", '{"a": 1} x', "]", '{"\\x": 1}', '"\\"'])(
    "%j is not JSON",
    (text) => {
      expect(jsonTree(text)).toBeUndefined();
    },
  );

  test("the end of a string is found after any number of backslashes", () => {
    const strings = ["", '"', "\\", '\\"', '\\\\"\\', "\\".repeat(5), '"'.repeat(5)];
    expect(jsonTree(JSON.stringify(strings))).toMatchObject({
      children: strings.map((each) => ({ text: JSON.stringify(each) })),
    });
  });

  test("deep texts and long strings are handled", () => {
    expect(jsonTree(JSON.stringify({ a: "\n".repeat(5_000_000) }))).toMatchObject({ count: 1 });

    expect(jsonTree("[".repeat(50_000) + "]".repeat(50_000))).toMatchObject({ count: 1 });
    expect(jsonTree(JSON.stringify("x".repeat(1_000_000)))).toMatchObject({
      kind: "leaf",
      text: expect.stringMatching(/… \(cut\)$/),
    });
  });
});
