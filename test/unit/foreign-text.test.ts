import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeControls, escapeLine, replaceControls } from "../../src/foreign-text.ts";

describe("foreign text", () => {
  test.each([
    ["an escape sequence", "a\u001b[31mb", "a\\u001b[31mb"],
    ["a bell and a C1 control", "\u0007\u009b", "\\u0007\\u009b"],
    ["a carriage return", "a\rb", "a\\u000db"],
    ["a right-to-left override", "exe.\u202Etxt", "exe.\\u202etxt"],
    ["an isolate and a mark", "\u2066a\u2069\u200f", "\\u2066a\\u2069\\u200f"],
    ["a line separator", "a\u2028b", "a\\u2028b"],
    ["other scripts and emoji", "課題 שלום 🚀", "課題 שלום 🚀"],
    ["a line break", "a\nb", "a\nb"],
  ])("%s", (_name, text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
  });

  test("escapeLine removes line feeds and tabs", () => {
    expect(escapeLine("x\n12:00 forged\tverified\r")).toBe("x\\n12:00 forged\\tverified\\u000d");
  });

  test("replaceControls keeps the number of characters", () => {
    expect(replaceControls("a\u001b\u202eb")).toBe("a\uFFFD\uFFFDb");
  });

  test("escapeControls keeps the value of JSON text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(escapeControls(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
