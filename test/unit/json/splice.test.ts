import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insertion, splice, withMember } from "../../../src/json/splice.ts";

const insert = (text: string, members: Record<string, string>) =>
  splice(Buffer.from(text), [insertion(Buffer.from(text), members)]).toString();

describe("insertion", () => {
  test.each([
    ['{"a":1}', '{"t":5,"a":1}'],
    ["{}", '{"t":5}'],
    [" {\n } ", ' {"t":5\n } '],
    ['{ "n": 12345678901234567890, "é": 1.10 }', '{"t":5, "n": 12345678901234567890, "é": 1.10 }'],
  ])("inserting into %j gives %j", (text, expected) => {
    expect(insert(text, { t: "5" })).toBe(expected);
  });

  test("existing members keep their values", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (object, added) => {
          const before = JSON.stringify(object);
          const members = Object.fromEntries(
            Object.entries(added).map(([key, value]) => [key, JSON.stringify(value)]),
          );

          const after = insert(before, members);

          expect(after.endsWith(before.slice(1))).toBe(true);
          expect(JSON.parse(after)).toEqual({ ...JSON.parse(JSON.stringify(added)), ...JSON.parse(before) });
        },
      ),
    );
  });

  test("an offset selects an inner object", () => {
    const bytes = Buffer.from('{"data":{"a":1}}');

    expect(splice(bytes, [insertion(bytes, { t: "5" }, 8)]).toString()).toBe('{"data":{"t":5,"a":1}}');
  });
});

test("edits are applied in the order of the text", () => {
  const edits = [
    { start: 5, end: 6, text: "two" },
    { start: 0, end: 1, text: "one" },
  ];

  expect(splice(Buffer.from("a b c d"), edits).toString()).toBe("one b ctwod");
});

describe("setting a member", () => {
  test.each([
    ['{"a":1}', '{"m":[7],"a":1}'],
    ["{ }", '{"m":[7] }'],
    [
      '{"a":{"m":1}, "m" : [99, 1.10] ,"n":12345678901234567890}',
      '{"a":{"m":1}, "m" : [7] ,"n":12345678901234567890}',
    ],
    [String.raw`{"\u006d":1}`, String.raw`{"\u006d":[7]}`],
    ['{"m":1,"m":{"m":2}}', '{"m":[7],"m":[7]}'],
  ])("setting m in %s gives %s", (text, expected) => {
    expect(withMember(Buffer.from(text), "m", "[7]").toString()).toBe(expected);
  });

  test("the same bytes are scanned once for a key", () => {
    const bytes = Buffer.from('{"a":1,"m":2}');
    expect(withMember(bytes, "m", "[7]").toString()).toBe('{"a":1,"m":[7]}');
    expect(withMember(bytes, "m", "[8,9]").toString()).toBe('{"a":1,"m":[8,9]}');
    expect(withMember(bytes, "a", "0").toString()).toBe('{"a":0,"m":2}');
    // A scan would find no object any more.
    bytes[0] = 0x20;
    expect(withMember(bytes, "a", "3").toString()).toBe(' "a":3,"m":2}');
  });
});
