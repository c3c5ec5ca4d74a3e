import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExact, readExact } from "../../../src/json/exact.ts";

describe("integers", () => {
  test.each([
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
    ["9007199254740993", "9007199254740993"],
    ["-12345678901234567890", "-12345678901234567890"],
    ["0", 0],
  ])("%s is read as %j", (text, value) => {
    expect(parseExact(text)).toBe(value);
    expect(parseExact(`{"a":[ ${text}\n, {"b":${text}}]}`)).toEqual({ a: [value, { b: value }] });
  });
});

test.each([
  "0.12345678901234567890",
  "12345678901234567890.5",
  "12345678901234567890e2",
  "1e-12345678901234567",
  "1E+1234567890123456",
  "-0.12345678901234567890",
  "1.5e+12345678901234567",
  "1e12345678901234567",
  "12345678901234567890E2",
])("the fraction or exponent %s stays a number", (text) => {
  expect(parseExact(`{"a":${text}}`)).toEqual({ a: Number(text) });
});

test("digits in strings and keys are unchanged", () => {
  const value = { "12345678901234567890": 'a"12345678901234567890', b: "\\12345678901234567890:", c: 1 };
  expect(parseExact(JSON.stringify(value))).toEqual(value);
});

/** The subject of the tests above, which is not everything else. */
const isRounded = (value: unknown) => Number.isInteger(value) && !Number.isSafeInteger(value);

test("other values are parsed as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      const json = JSON.stringify([value, text, "1234567890123456789"], (_key, each: unknown) =>
        isRounded(each) ? 0 : each,
      );
      expect(parseExact(json)).toEqual(JSON.parse(json));
    }),
  );
});

test("a text of several megabytes is parsed", () => {
  const long = `${"1234567890123456 \\".repeat(200_000)}"`;
  expect(parseExact(JSON.stringify({ long, n: 1 }))).toEqual({ long, n: 1 });
});

test.each([
  ['{"a":[1,-2.5e3,"12345678901234567890"]}', false],
  ['{"a":9007199254740991}', false],
  ['{"a":9007199254740993}', true],
  ["[-12345678901234567]", true],
])("reading %s reports whether an integer became text: %s", (text, hasLongIntegers) => {
  expect(readExact(text)).toEqual({ value: parseExact(text), hasLongIntegers });
});

test.each(['"12345678901234567890', '["12345678901234567890\\"]', "[12345678901234567890"])(
  "%s, which does not end, is refused",
  (text) => expect(() => readExact(text)).toThrow(SyntaxError),
);

test.each([
  '{"a":12345678901234567890',
  "{12345678901234567890:1}",
  "{12345678901234567890 \t\r\n:1}",
  '{"a":1,-12345678901234567890:1}',
  "[01234567890123456789]",
  "[-01234567890123456789]",
])("%j is not JSON, and is refused", (text) => {
  expect(() => parseExact(text)).toThrow(SyntaxError);
});

test("a long integer can stand before any end of a value", () => {
  const long = "12345678901234567890";
  for (const text of [`${long} `, `[${long}\n,1]`, `{"a":${long}\t}`, `[${long}]`])
    expect(JSON.stringify(parseExact(text))).toContain(`"${long}"`);
  expect(parseExact("[0,0.5,-0,-0.0]")).toEqual(JSON.parse("[0,0.5,-0,-0.0]"));
});
