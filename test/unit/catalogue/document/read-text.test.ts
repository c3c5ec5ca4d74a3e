import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readProductText } from "../../../../src/catalogue/document/read-text.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { runs } from "../../../support/properties.ts";

/** The problems of a text, as `pointer: detail`. */
function catchRefusal(text: string): readonly string[] {
  try {
    readProductText(text);
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return [error.code, ...error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)];
  }
  throw new Error("the text was accepted");
}

describe("readProductText", () => {
  test.each([
    ["JSON", '{"a": [1, "x", null]}', { a: [1, "x", null] }],
    ["YAML", "a:\n  - 1\n  - x\n  - ~\n", { a: [1, "x", null] }],
    ["YAML with braces", "{a: [1, x, null], }", { a: [1, "x", null] }],
    ["keys that are numbers", "200: a\ntrue: b\n", { 200: "a", true: "b" }],
    ["words of YAML 1.1 as texts", "a: yes\nb: 012\nc: 2020-01-01\n", { a: "yes", b: 12, c: "2020-01-01" }],
    ["nothing", "", null],
    ["an anchor that nothing refers to", "a: &x 1\n", { a: 1 }],
  ])("reads %s", (_name, text, expected) => {
    expect(readProductText(text)).toEqual(expected);
  });

  test.each([
    [
      "an alias",
      "a: &x 1\nb: *x\n",
      ["/b: Line 2: YAML aliases are not accepted. Use a reference to a schema instead."],
    ],
    ["a tag", "a: !!binary aGk=\n", ['/a: Line 1: The YAML tag "tag:yaml.org,2002:binary" is not accepted.']],
    ["a tag of a list", "a: !!set\n  ? x\n", [expect.stringContaining("/a: Line 2: The YAML tag")]],
    ["a merge key", "a:\n  <<: {b: 1}\n", ["/a/<<: Line 2: YAML merge keys are not accepted."]],
    ["duplicate keys in YAML", "a: 1\nb: 2\na: 3\n", ['/a: Line 3: The key "a" is a duplicate.']],
    ["keys that become the same", "1: 1\n'1': 2\n", ['/1: Line 2: The key "1" is a duplicate.']],
    ["duplicate keys in JSON", '{"a": {"b": 1, "b": 2}}', [expect.stringContaining("/a/b: ")]],
    ["__proto__ in YAML", "__proto__: {a: 1}\n", ["/__proto__: Line 1: The key __proto__ is not accepted."]],
    ["__proto__ in JSON", '{"__proto__": {}}', ["/__proto__: The key __proto__ is not accepted."]],
    [
      "a key that is an object",
      "? {a: 1}\n: 2\n",
      [": Line 1: A key must be a text, a number or a boolean."],
    ],
    ["infinity", "a: .inf\n", ["/a: Line 1: A number must be finite."]],
    ["another version of YAML", "%YAML 1.1\n---\na: yes\n", [": Only YAML 1.2 is read."]],
    ["two documents", "a: 1\n---\nb: 2\n", [": The text has more than one YAML document."]],
    ["a text that is neither", '{"a": ', [expect.stringContaining(": Line 1: ")]],
  ])("refuses %s", (_name, text, expected) => {
    expect(catchRefusal(text)).toEqual(["PRODUCT_INVALID", ...expected]);
  });

  test("lists every problem at once", () => {
    expect(catchRefusal("a: &x 1\nb: *x\nc: *x\nd: .nan\n")).toHaveLength(4);
  });

  test.each([
    "- ",
    "? ",
    "[",
    "{a: ",
    '{"a":',
    "a: - ",
    "!a ",
    "&a ",
    "- !a &a ",
    "[*a, ",
    "!",
    '"',

    "a:\n-\n",
  ])("refuses 5,000 times %j", (part) => {
    expect(catchRefusal(part.repeat(5_000))[0]).toBe("PRODUCT_INVALID");
  });

  test("refuses deep nesting by indentation", () => {
    const lines = Array.from({ length: 3_000 }, (_, level) => `${" ".repeat(level)}a:`);
    expect(catchRefusal(lines.join("\n"))).toEqual([
      "PRODUCT_INVALID",
      expect.stringMatching(/^: Line \d+: The document is nested deeper than 100 levels\.$/),
    ]);
  });

  test("refuses a document that aliases would blow up", () => {
    const lines = Array.from({ length: 9 }, (_, level) => {
      const below = level === 0 ? "lol" : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array.from({ length: 9 }, () => below).join(", ")}]`;
    });
    expect(catchRefusal(lines.join("\n"))[0]).toBe("PRODUCT_INVALID");
  });

  test("refuses a text of more than 10 MiB", () => {
    expect(catchRefusal(" ".repeat(10 * 1024 * 1024 + 1))).toEqual(["PRODUCT_TOO_LARGE"]);
  });

  test("reads thousands of keys", () => {
    const text = Array.from({ length: 3_000 }, (_, index) => `k${index}: 1`).join("\n");
    expect(Object.keys(readProductText(text) as object)).toHaveLength(3_000);
  });

  test("reads what JSON and YAML are written from", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.stringify(value);
        if (/__proto__|"<<"/.test(json)) return;
        // JSON has no -0.
        const written: unknown = JSON.parse(json);
        expect(readProductText(json)).toEqual(written);
        expect(readProductText(stringify(written, { aliasDuplicateObjects: false }))).toEqual(written);
      }),
    );
  });

  test("throws nothing but refusals", () => {
    const piece = fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "- ",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      "&x",
      "*x",
      "!t",
      "<<",
      "|",
      "#",
      "%",
      "?",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          readProductText(pieces.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(CallboardError);
        }
      }),
      runs(100),
    );
  });
});
