import { expect, test } from "vitest";
import { START, followJson } from "../../../../../src/host/model/formats/json-state.ts";

test.each([
  ["", "outside"],
  ['{"a": ', "outside"],
  ['{"a": "x', "string"],
  ['{"a": "x"', "outside"],
  [String.raw`"\"`, "string"],
  [String.raw`"\\"`, "outside"],
  [String.raw`"a\n`, "string"],
  ['"\\', "escape"],
  [String.raw`"\u`, "escape"],
  [String.raw`"\u00e`, "escape"],
  [String.raw`"\u00e4`, "string"],
  [String.raw`"\\u`, "string"],
])("after %s the next character is %s", (text, kind) => {
  expect(followJson(START, text).kind).toBe(kind);
  // In parts it is the same.
  expect(Array.from(text).reduce(followJson, START).kind).toBe(kind);
});
