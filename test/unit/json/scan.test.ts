import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonTextError, scanJson } from "../../../src/json/scan.ts";
import { anyCharacter, runs } from "../../support/properties.ts";

const scan = (text: string, maxDepth = 100) => scanJson(Buffer.from(text), { maxDepth });

const catchProblem = (text: string, options: Parameters<typeof scanJson>[1]) => {
  try {
    scanJson(Buffer.from(text), options);
  } catch (error) {
    if (error instanceof JsonTextError) return error;
  }
  throw new Error(`${text} was accepted`);
};

const accepts = (judge: () => unknown): boolean => {
  try {
    judge();
    return true;
  } catch {
    return false;
  }
};

/** Texts near to JSON: a valid text with one character taken away, doubled or replaced. */
const almostJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.constantFrom("", "0", "-", ".", "e", '"', "\\", "{", "]", ",", " ", "\u0001", "é"),
  )
  .map(([text, at, instead]) => {
    const position = at % (text.length + 1);
    return text.slice(0, position) + instead + text.slice(position + 1);
  });

describe("scanner and JSON.parse", () => {
  test("both accept every JSON text, with values at the same places", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue()),
        fc.constantFrom(undefined, 1, "\t", "\r\n"),
        (object, space) => {
          fc.pre(!JSON.stringify(object).includes("__proto__"));
          const bytes = Buffer.from(JSON.stringify(object, null, space));

          const found = scanJson(bytes, { maxDepth: 100, duplicates: "all" });

          if (found.kind !== "object") throw new Error("not an object");
          expect(found.members.map(({ key }) => key)).toEqual(Object.keys(object));
          for (const { key, keyStart, start, end } of found.members) {
            expect(JSON.parse(bytes.toString("utf8", start, end))).toEqual(
              JSON.parse(JSON.stringify(object[key])),
            );
            expect(bytes[keyStart]).toBe(0x22);
          }
        },
      ),
    );
  });

  test("both agree on texts that are almost JSON", () => {
    fc.assert(
      fc.property(almostJson, (text) => {
        fc.pre(!text.includes("__proto__"));
        expect(accepts(() => scan(text))).toBe(accepts(() => JSON.parse(text)));
      }),
      runs(300),
    );
  });

  test.each([
    "",
    " ",
    "{",
    "}",
    "[",
    "]",
    "[1,]",
    "{,}",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{a:1}",
    "'a'",
    '"',
    '"\\',
    '"\\u12"',
    '"\\x"',
    '"\n"',
    '"\u0000"',
    "01",
    "-",
    "+1",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x1",
    "NaN",
    "Infinity",
    "tru",
    "nul",
    "truex",
    "1 2",
    "[1 2]",
    "{}{}",
    "\uFEFF{}",
    "\u00a0{}",
    "/* */1",
    "0",
    "-0",
    "1.5e-7",
    "1E+400",
    '"\\ud800"',
    '"\u2028"',
    "\t\n\r {} \n",
    '""',
    "null",
    "[[]]",
    '{"":{}}',
    '{"a":1,"a":2}',
    "12345678901234567890",
  ])("both agree on %j", (text) => {
    expect(accepts(() => scan(text))).toBe(accepts(() => JSON.parse(text)));
  });
});

describe("root value", () => {
  test.each([
    ["{}", "object"],
    ["[]", "array"],
    ['"a"', "string"],
    ["-1", "number"],
    ["true", "boolean"],
    ["false", "boolean"],
    ["null", "null"],
  ])("%s has the kind %s", (text, kind) => {
    expect(scan(text).kind).toBe(kind);
  });

  test("offsets count bytes, not characters", () => {
    const bytes = Buffer.from(' {"ü":"é", "b" : [1, 2] }');

    const found = scanJson(bytes, { maxDepth: 2 });

    expect(found).toEqual({
      count: 7,
      kind: "object",
      members: [
        { key: "ü", keyStart: 2, start: 7, end: 11 },
        { key: "b", keyStart: 13, start: 19, end: 25 },
      ],
    });
  });

  test("a Uint8Array inside a larger buffer is read from its own start", () => {
    const inner = new Uint8Array(Buffer.from('xx{"a":1}')).subarray(2);

    expect(scanJson(inner, { maxDepth: 1 })).toEqual({
      count: 3,
      kind: "object",
      members: [{ key: "a", keyStart: 1, start: 5, end: 6 }],
    });
  });
});

describe("depth", () => {
  test("a text of the maximum depth passes, one more level is refused", () => {
    expect(scan("[".repeat(256) + "]".repeat(256), 256).kind).toBe("array");

    const problem = catchProblem('{"a":[{"b/c":[]}]}', { maxDepth: 3 });

    expect(problem).toMatchObject({ kind: "depth", pointer: "/a/0/b~1c", offset: 13 });
  });

  test("a million brackets are refused at the limit, without a stack overflow", () => {
    expect(catchProblem("[".repeat(1_000_000), { maxDepth: 256 }).kind).toBe("depth");
  });
});

describe("keys", () => {
  test.each([
    '{"__proto__":1}',
    '{"a":[0,{"__proto__":1}]}',
    '{"\\u005f_proto\\u005F_":1}',
    '{"a":{"__\\u0070roto__":{}}}',
  ])("__proto__ is refused in %s", (text) => {
    expect(catchProblem(text, { maxDepth: 10 }).kind).toBe("forbidden-key");
  });

  test("a value __proto__ is accepted", () => {
    expect(scan('{"a":"__proto__","__proto":1,"__proto__x":2}').kind).toBe("object");
  });

  test("a duplicate key is reported with its pointer, in any spelling", () => {
    const problem = catchProblem('{"a":{"b":1,"\\u0062":2}}', { maxDepth: 10, duplicates: "all" });

    expect(problem).toMatchObject({ kind: "duplicate-key", pointer: "/a/b", offset: 12 });
  });

  test('duplicates: "top" checks the root object only', () => {
    expect(scanJson(Buffer.from('{"a":{"b":1,"b":2}}'), { maxDepth: 10, duplicates: "top" }).kind).toBe(
      "object",
    );
    expect(catchProblem('{"a":1,"a":2}', { maxDepth: 10, duplicates: "top" }).pointer).toBe("/a");
  });

  test("equal keys in different objects are not duplicates", () => {
    expect(
      scanJson(Buffer.from('{"a":{"a":[{"a":1},{"a":2}]}}'), { maxDepth: 10, duplicates: "all" }).kind,
    ).toBe("object");
  });
});

describe("outline", () => {
  const outline = { members: { a: { items: {} }, e: { items: {} } } };
  const scanned = (text: string) => {
    const bytes = Buffer.from(text);
    const scan = scanJson(bytes, { maxDepth: 9, duplicates: "top", outline });
    const cut = ({ start, end }: { start: number; end: number }) => bytes.toString("utf8", start, end);
    if (scan.kind !== "object") throw new Error(scan.kind);
    return scan.members.map(({ key, items }) => [
      key,
      items?.map((item) => [cut(item), item.members?.map((member) => [member.key, cut(member)])]),
    ]);
  };

  test("containers in the outline have their members and items listed", () => {
    expect(scanned('{"a":[{"x":[1,[2]],"y":{"z":[{}]}},7,[{"q":1}],{}],"b":{"c":[{"d":1}]},"e":[]}')).toEqual(
      [
        [
          "a",
          [
            [
              '{"x":[1,[2]],"y":{"z":[{}]}}',
              [
                ["x", "[1,[2]]"],
                ["y", '{"z":[{}]}'],
              ],
            ],
            ["7", undefined],
            ['[{"q":1}]', undefined],
            ["{}", []],
          ],
        ],
        ["b", undefined],
        ["e", []],
      ],
    );
  });

  test('duplicates: "top" checks objects in the outline too', () => {
    expect(() => scanned('{"a":[{"x":1},{"y":1,"y":2}]}')).toThrow("/a/1/y is a duplicate");
    expect(scanned('{"a":[{"x":{"y":1,"y":2}}]}')).toHaveLength(1);
  });
});
