import { describe, expect, test } from "vitest";
import { CommandFailure } from "../../../src/cli/exit.ts";
import { setValues } from "../../../src/cli/payload.ts";

describe("a value is set", () => {
  test.each([
    ['{"a":{"b":"x"}}', "a.b=y", '{"a":{"b":"y"}}'],
    ['{"a":"25.000"}', "a=23.000", '{"a":"23.000"}'],
    ['{"a":[{"b":1},{"b":2}]}', "a.1.b=7", '{"a":[{"b":1},{"b":7}]}'],
    ['{"a":true}', "a=false", '{"a":false}'],
    ["{}", "a.0.b=x", '{"a":[{"b":"x"}]}'],
    ['{"a":1}', 'a:={"b":[1.50]}', '{"a":{"b":[1.50]}}'],
    ['{"a":1}', "a:=12345678901234567890", '{"a":12345678901234567890}'],
    ['{"a":1}', "a=12345678901234567890", '{"a":12345678901234567890}'],
    ['{"a":12345678901234567890}', "a=5", '{"a":5}'],
  ])("in %s with %s", (text, setting, expected) => {
    expect(setValues(text, [setting])).toBe(expected);
  });
});

test("the numbers, order and texts around it stay as they were", () => {
  const text =
    '{"z":12345678901234567890,"é":1.10,"a":-0,"e":1E5,"s":"12345678901234567890 \\" 1.10","k":[1.0]}';
  expect(setValues(text, ["new=x"])).toBe(`${text.slice(0, -1)},"new":"x"}`);
});

test.each([
  ["[", "a=1"],
  ["7", "a=1"],
  ['{"a":1}', "a=one"],
  ['{"a":1}', "a="],
  ['{"a":1}', "a=0x10"],
  ['{"a":12345678901234567890}', "a=x"],
  ['{"a":1}', "a:=[1"],
  ['{"a":[]}', "a.7=x"],
  ['{"a":{}}', "__proto__.x=1"],
  ["{}", `${"a.".repeat(20_000)}b=1`],
  ["{}", `a:=${"[".repeat(20_000)}${"]".repeat(20_000)}`],
])("%s with %.40s is a mistake of usage", (text, setting) => {
  expect(() => setValues(text, [setting])).toThrow(CommandFailure);
});
