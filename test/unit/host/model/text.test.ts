import { describe, expect, test } from "vitest";
import { textProblems, whyNotLine, whyNotLines, whyNotText } from "../../../../src/host/model/text.ts";

describe("storable text", () => {
  test.each(["", "text", "line\nline\t", "\u0001\u007f\u0085", "\ud83d\ude00", "\uffff\ufffd", "e\u0301"])(
    "is %j",
    (text) => {
      expect(whyNotText(text)).toBeUndefined();
    },
  );

  test.each(["\0", "a\0b", "\ud83d", "a\ude00", "\ude00\ud83d"])("%j is not storable", (text) => {
    expect(whyNotText(text)).toMatch(/NUL|surrogate/);
    expect(whyNotLine(text)).toBeDefined();
    expect(whyNotLines(text)).toBeDefined();
  });
});

test.each([
  ["a\tb", true, false],
  ["a\nb", true, false],
  ["a\rb", true, false],
  ["a\u0001b", true, true],
  ["a\u0085b", true, true],
  ["a b", false, false],
  ["\ud83d\ude00", false, false],
])("%j is refused in a line: %s, in lines: %s", (text, inLine, inLines) => {
  expect([whyNotLine(text) !== undefined, whyNotLines(text) !== undefined]).toEqual([inLine, inLines]);
});

describe("texts in a JSON value", () => {
  test("texts are found at any place, with their pointers", () => {
    const value = {
      a: "\0",
      b: ["fine", { "c/d": "\ud83d" }],
      e: 1,
      f: null,
      g: true,
      ["h\ude00"]: { i: "\0" },
    };
    expect(textProblems(value).map(({ pointer }) => pointer)).toEqual(["/a", "/b/1/c~1d", "/h\ufffd"]);
    expect(textProblems(value, "/at")[0]?.pointer).toBe("/at/a");
  });

  test("a single text is checked, and at most 50 problems are returned", () => {
    expect(textProblems("\0")).toEqual([{ pointer: "", detail: expect.stringContaining("NUL") }]);
    expect(textProblems(Array.from({ length: 1_000 }, () => "\0"))).toHaveLength(50);
    expect(textProblems({ a: "b", c: [1, "d"] })).toEqual([]);
  });
});
