import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BODY_FILTER_OPERATORS,
  besideFilterProblem,
  readBodyFilter,
} from "../../../../src/host/model/body-filter.ts";

/** `code pointer: detail` of every problem; empty for a filter. */
function listProblems(given: unknown, pointer?: string): readonly string[] {
  const reading = readBodyFilter(given, pointer);
  if (reading.kind === "filter") return [];
  expect(reading.problems.length).toBeGreaterThan(0);
  return reading.problems.map(({ code, pointer: at, detail }) => `${code} ${at}: ${detail}`);
}

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => ({ a: inner }), 1);

describe("a filter is read", () => {
  test.each([
    [{ "crane.id": 7 }],
    [{ "/issue.key": "DEMO-1" }],
    [{ "data.amount": { $gte: 100 }, type: { $in: ["a", "b"] } }],
    [{ crane: { id: 7, "site.name": { $ne: null } } }],
    [{ $or: [{ a: 1 }, { $and: [{ b: true }, { $not: { c: { $exists: true } } }] }] }],
    [{ a: { $or: [1, { $gt: 5 }], $not: { $in: ["x"] } } }],
    [{ a: { $startsWith: "x", $endsWith: "y", $nin: [null], $eq: "", $lt: "b", $lte: 1, $gt: -1 } }],
    [{ a: Number.MAX_SAFE_INTEGER }],
    [{ a: "12345678901234567890" }],
    [nested(8)],
  ])("%j", (filter) => {
    expect(readBodyFilter(filter)).toMatchObject({ kind: "filter", filter });
    expect(readBodyFilter(JSON.stringify(filter, null, 2))).toMatchObject({ kind: "filter", filter });
  });
});

const comparison = (operator: string, operand: unknown) => ({
  kind: "comparison",
  comparison: { operator, operand },
});
const field = (path: string, condition: object) => ({ steps: path.split("."), condition });

describe("a condition", () => {
  test.each<[filter: object, condition: object]>([
    [
      { a: 1, "/b.c/~1~0": { $ne: null } },
      {
        kind: "fields",
        text: '{"a":1,"/b.c/~1~0":{"$ne":null}}',
        fields: [
          field("a", comparison("$eq", 1)),
          { steps: ["b.c", "/~"], condition: comparison("$ne", null) },
        ],
      },
    ],
    [
      { "a.b": { $gt: 1, c: true } },
      {
        kind: "fields",
        text: '{"a.b":{"$gt":1,"c":true}}',
        fields: [
          field("a.b", {
            kind: "all",
            parts: [
              {
                kind: "fields",
                text: '{"$gt":1,"c":true}',
                fields: [field("c", comparison("$eq", true))],
              },
              comparison("$gt", 1),
            ],
          }),
        ],
      },
    ],
    [
      { $or: [{ $and: [{ a: { $in: ["x", 1] } }] }, { $not: { a: { $exists: false } } }] },
      {
        kind: "any",
        parts: [
          {
            kind: "all",
            parts: [
              {
                kind: "fields",
                text: '{"a":{"$in":["x",1]}}',
                fields: [field("a", comparison("$in", ["x", 1]))],
              },
            ],
          },
          {
            kind: "not",
            text: '{"a":{"$exists":false}}',
            part: {
              kind: "fields",
              text: '{"a":{"$exists":false}}',
              fields: [field("a", comparison("$exists", false))],
            },
          },
        ],
      },
    ],
  ])("of %j", (filter, condition) => {
    expect(readBodyFilter(filter)).toEqual({ kind: "filter", filter, condition });
  });

  test.each([
    ["$eq", "a"],
    ["$ne", 1],
    ["$gt", 1],
    ["$gte", "a"],
    ["$lt", -1],
    ["$lte", 0.5],
    ["$in", [null]],
    ["$nin", [false, "a"]],
    ["$startsWith", "a"],
    ["$endsWith", "a"],
    ["$exists", true],
  ])("of the operator %s", (operator, operand) => {
    expect(readBodyFilter({ a: { [operator]: operand } })).toMatchObject({
      condition: { fields: [{ condition: comparison(operator, operand) }] },
    });
  });

  test("is quoted up to 100 characters", () => {
    const readLongText = (length: number) => {
      const reading = readBodyFilter({ a: "x".repeat(length - 8) });
      return reading.kind === "filter" && reading.condition.kind === "fields" ? reading.condition.text : "";
    };
    expect(readLongText(100)).toBe(`{"a":"${"x".repeat(92)}"}`);
    expect(readLongText(101)).toBe(`{"a":"${"x".repeat(93)}"…`);
  });
});

test("a body filter beside a filter is a problem of its own", () => {
  expect(besideFilterProblem("/x/bodyFilter")).toEqual({
    pointer: "/x/bodyFilter",
    detail: "A webhook must not have both a filter and a body filter",
    code: "BODY_FILTER_BESIDE_FILTER",
  });
});

describe("refused", () => {
  test.each<[what: string, given: unknown, problems: readonly string[]]>([
    ["no object", [], ["BODY_FILTER : A body filter must be a JSON object"]],
    ["null", null, ["BODY_FILTER : A body filter must be a JSON object"]],
    ["an empty filter", {}, ["BODY_FILTER : A condition must not be an empty object"]],
    [
      "every problem at once, each with its pointer",
      { a: {}, "b/c~": { $gtt: 1 }, d: [1], $or: [{ e: { $exists: 1 } }, 5], f: { $in: [{}, 1] } },
      [
        "BODY_FILTER /a: A condition must not be an empty object",
        'BODY_FILTER /b~1c~0/$gtt: Unknown operator "$gtt"; did you mean $gt?',
        "BODY_FILTER /d: A list is no condition; use $in for one of several values",
        "BODY_FILTER /$or/0/e/$exists: $exists must be true or false",
        "BODY_FILTER /$or/1: A condition must be a JSON object here",
        "BODY_FILTER /f/$in/0: A value of $in must be a string, a number, true, false or null",
      ],
    ],
    [
      "operands of the wrong type",
      {
        a: { $gt: true, $lte: null, $startsWith: 1, $endsWith: "", $eq: {}, $ne: [], $nin: "x", $not: {} },
      },
      [
        "BODY_FILTER /a/$gt: $gt must have a number or a string",
        "BODY_FILTER /a/$lte: $lte must have a number or a string",
        "BODY_FILTER /a/$startsWith: $startsWith must have a string with at least one character",
        "BODY_FILTER /a/$endsWith: $endsWith must have a string with at least one character",
        "BODY_FILTER /a/$eq: $eq must have a string, a number, true, false or null",
        "BODY_FILTER /a/$ne: $ne must have a string, a number, true, false or null",
        "BODY_FILTER /a/$nin: $nin must have a list of values",
        "BODY_FILTER /a/$not: A condition must not be an empty object",
      ],
    ],
    [
      "lists without entries",
      { $and: [], $or: {}, a: { $in: [] } },
      [
        "BODY_FILTER /$and: $and must have a list of conditions",
        "BODY_FILTER /$or: $or must have a list of conditions",
        "BODY_FILTER /a/$in: $in must have a list of values",
      ],
    ],
    [
      "a comparison without a path",
      { $eq: 1, $not: { $gt: 2 } },
      [
        'BODY_FILTER /$eq: $eq must be below a path, such as {"issue.id": {"$eq": …}}',
        'BODY_FILTER /$not/$gt: $gt must be below a path, such as {"issue.id": {"$gt": …}}',
      ],
    ],
    [
      "paths with an empty step, and pointers with a wrong escape",
      { "": 1, "a..b": 2, ".a": 3, "/a~2": 4 },
      [
        ...["/", "/a..b", "/.a"].map(
          (at) =>
            `BODY_FILTER ${at}: A path must have a name between its dots; a name with dots needs a JSON pointer: "/a.b"`,
        ),
        "BODY_FILTER /~1a~02: In a JSON pointer ~ must be written as ~0 and / as ~1",
      ],
    ],
    [
      "numbers that were rounded",
      JSON.parse('{"a": 12345678901234567890, "b": {"$lt": -9007199254740993}, "c": 1e999}'),
      ["/a", "/b/$lt", "/c"].map(
        (at) =>
          `BODY_FILTER ${at}: A number beyond 2^53 can't be compared exactly; write an integer as a text of its digits, in quotes`,
      ),
    ],
    [
      "text that no database stores",
      { "a\0": 1, b: "\ud800" },
      [
        "BODY_FILTER /a\0: A path must not have a NUL character (U+0000)",
        "BODY_FILTER /b: A text must not have half of a surrogate pair",
      ],
    ],
  ])("%s", (_what, given, problems) => {
    expect(listProblems(given)).toEqual(problems);
  });

  test.each([
    ["$gtt", "did you mean $gt?"],
    ["$GTE", "did you mean $gte?"],
    ["$exist", "did you mean $exists?"],
    ["$startswith", "did you mean $startsWith?"],
    ["$notin", "a name with $ needs a JSON pointer such as /$ref"],
    ["$neq", "did you mean $ne?"],
    ["$regex", "use $startsWith or $endsWith"],
    ["$all", "use $and with one condition for each value"],
    ["$contains", "a path to a list already looks at its elements"],
    ["$nor", "use $not with $or"],
    ["$an", "did you mean $in?"],
    ["$oor", "did you mean $or?"],
    ["$no", "did you mean $ne?"],
    ["$nott", "did you mean $not?"],
    ["$starsWit", "did you mean $startsWith?"],
    ["$likes", "a name with $ needs a JSON pointer such as /$ref"],
    ["$elemMatch", "write the conditions as an object: one element must meet all of them"],
    ["$__proto__", "a name with $ needs a JSON pointer such as /$ref"],
    ["$constructor", "a name with $ needs a JSON pointer such as /$ref"],
  ])("the unknown operator %s with what is meant", (operator, hint) => {
    expect(listProblems({ a: { [operator]: 1 } })).toEqual([
      `BODY_FILTER /a/${operator}: Unknown operator "${operator}"; ${hint}`,
    ]);
  });

  test.each<[what: string, text: string, problem: string]>([
    [
      "no JSON",
      "{\n  a: 1}",
      "BODY_FILTER /bodyFilter: A body filter must be JSON; the error is at line 2, character 3",
    ],
    [
      "an empty text",
      " ",
      "BODY_FILTER /bodyFilter: A body filter must be JSON; the error is at line 1, character 2",
    ],
    [
      "a name that stands twice",
      '{"a":{"$gt":1,"$gt":2}}',
      "BODY_FILTER /bodyFilter/a/$gt: A body filter must not have the same name twice in an object",
    ],
    [
      "__proto__",
      '{"__proto__":{"a":1}}',
      "BODY_FILTER /bodyFilter/__proto__: A body filter must not have the name __proto__",
    ],
    ["a text of text", '"{}"', "BODY_FILTER /bodyFilter: A body filter must be a JSON object"],
  ])("a text with %s", (_what, text, problem) => {
    expect(listProblems(text, "/bodyFilter")).toEqual([problem]);
  });
});

describe("beyond a limit", () => {
  test.each<[what: string, given: unknown, problem: string]>([
    [
      "8 KiB",
      { a: { $in: Array.from({ length: 200 }, () => "x".repeat(50)) } },
      ": A body filter must have at most 8 KiB, this one has 11",
    ],
    ["8 levels", nested(9), "/a/a/a/a/a/a/a/a: A body filter must have at most 8 levels"],
    [
      "100 conditions",
      Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, 1])),
      ": A body filter must have at most 100 conditions, this one has 101",
    ],
    [
      "100 entries of $or",
      { $or: Array.from({ length: 101 }, () => ({ a: 1 })) },
      "/$or: $or must have at most 100 conditions, this one has 101",
    ],
    [
      "200 values",
      { a: { $nin: Array.from({ length: 201 }, () => 1) } },
      "/a/$nin: $nin must have at most 200 values, this one has 201",
    ],
    ["500 characters of a text", { a: "x".repeat(501) }, "/a: A text must have at most 500 characters"],
    [
      "500 characters of a path",
      { ["x".repeat(501)]: 1 },
      `/${"x".repeat(500)}: A path must have at most 500 characters`,
    ],
    [
      "20 steps",
      { [Array.from({ length: 21 }, () => "a").join(".")]: 1 },
      `/${Array.from({ length: 21 }, () => "a").join(".")}: A path must have at most 20 steps`,
    ],
    [
      "64 KiB of text",
      `{"a":1}${" ".repeat(65_536)}`,
      ": The text of a body filter must have at most 64 KiB",
    ],
  ])("%s", (_what, given, problem) => {
    expect(listProblems(given)).toEqual([`BODY_FILTER_TOO_COMPLEX ${problem}`]);
  });

  const text = (length: number) => "x".repeat(length);
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
  const deepest = Array.from({ length: 7 }).reduce<object>((inner) => ({ $or: [inner] }), { a: { $eq: 1 } });
  test.each<[what: string, given: unknown]>([
    ["8 KiB", { a: { $in: [...Array.from({ length: 200 }, () => text(37)), text(177)].slice(1) } }],
    ["100 conditions", Object.fromEntries(keys(100).map((key) => [key, 1]))],
    ["100 entries of $or", { $or: keys(100).map((key) => ({ [key]: 1 })) }],
    ["200 values", { a: { $nin: keys(200) } }],
    ["500 characters of a text", { a: text(500) }],
    ["500 characters of a path", { [text(500)]: 1 }],
    ["20 steps", { [keys(20).join(".")]: 1 }],
    ["64 KiB of text", `{"a":1}${" ".repeat(65_536 - 7)}`],
    ["8 levels, with a list in the last", JSON.stringify(deepest).replace('{"a":{"$eq":1}}', '{"a":1}')],
  ])("exactly %s is accepted", (_what, given) => {
    expect(listProblems(given)).toEqual([]);
  });

  test("a filter of exactly 8 KiB is accepted, and one of a byte more refused", () => {
    const values = (last: number) => ({
      a: { $in: [...Array.from({ length: 16 }, () => text(500)), text(last)] },
    });
    const rest = 8_192 - JSON.stringify(values(0)).length;
    expect(listProblems(values(rest))).toEqual([]);
    expect(listProblems(values(rest + 1))).toHaveLength(1);
  });

  test.each(["$not", "$or", "$and"])("9 levels of %s are refused where they begin", (operator) => {
    const wrap = (inner: object) => ({ [operator]: operator === "$not" ? inner : [inner] });
    const filter = Array.from({ length: 8 }).reduce<object>(wrap, { a: 1 });
    expect(listProblems(filter)).toEqual([
      `BODY_FILTER_TOO_COMPLEX ${`/${operator}${operator === "$not" ? "" : "/0"}`.repeat(8)}: A body filter must have at most 8 levels`,
    ]);
    expect(listProblems(JSON.stringify(filter))).toEqual(listProblems(filter));
  });

  test("a text that nests without end is refused before it is parsed", () => {
    expect(listProblems(`${'{"a":'.repeat(18)}1${"}".repeat(18)}`, "/bodyFilter")).toEqual([
      `BODY_FILTER_TOO_COMPLEX /bodyFilter${"/a".repeat(17)}: A body filter must have at most 8 levels`,
    ]);
  });

  test.each([
    [
      "40,000 wrong operators",
      Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`$x${index}`, {}])),
      ": A body filter must have at most 8 KiB, this one has 497",
    ],
    [
      "1,000 levels",
      JSON.parse(`${'{"$not":'.repeat(1_000)}1${"}".repeat(1_000)}`) as unknown,
      ": A body filter must have at most 8 KiB, this one has 9",
    ],
    [
      "a text of 5,000 levels",
      `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
      `${"/a".repeat(17)}: A body filter must have at most 8 levels`,
    ],
    [
      "a text of 60,000 lists that begin",
      "[".repeat(60_000),
      `${"/0".repeat(17)}: A body filter must have at most 8 levels`,
    ],
  ])("%s are one problem: nothing behind it is read", (_what, given, problem) => {
    expect(listProblems(given)).toEqual([`BODY_FILTER_TOO_COMPLEX ${problem}`]);
  });
});

test("names of prototypes are names like others", () => {
  for (const name of ["constructor", "toString", "hasOwnProperty", "a.__proto__.b"]) {
    expect(readBodyFilter({ [name]: 1 }).kind).toBe("filter");
  }
  const own = JSON.parse('{"__proto__": {"polluted": true}}') as unknown;
  expect(readBodyFilter(own).kind).toBe("filter");
  expect(({} as { readonly polluted?: boolean }).polluted).toBeUndefined();
});

test("whatever is given, it is a filter or refused with problems that can be shown", () => {
  const key = fc.oneof(
    fc.constantFrom(...BODY_FILTER_OPERATORS, "a", "a.b", "/a~1b", "", "__proto__", "$x"),
    fc.string(),
  );
  const value = fc.letrec<{ readonly any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.jsonValue(),
      fc.dictionary(key, tie("any"), { maxKeys: 4 }),
      fc.array(tie("any"), { maxLength: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(
      fc.oneof(
        value,
        fc.string(),
        value.map((each) => JSON.stringify(each)),
      ),
      (given) => {
        const reading = readBodyFilter(given, "/bodyFilter");
        if (reading.kind === "filter") return;
        expect(reading.problems.length).toBeGreaterThan(0);
        for (const { pointer, detail, code } of reading.problems) {
          expect(pointer).toMatch(/^\/bodyFilter/);
          expect(pointer.isWellFormed() && detail.isWellFormed()).toBe(true);
          expect(detail.length).toBeLessThan(300);
          expect(code).toMatch(/^BODY_FILTER/);
        }
      },
    ),
    { numRuns: 200 },
  );
});
