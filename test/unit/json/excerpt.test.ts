import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExact } from "../../../src/json/exact.ts";
import {
  MAX_EXCERPT_STRING,
  MAX_EXCERPT_VALUES,
  readExcerpt,
  readJson,
  readJsonInTurns,
  readJsonRounded,
} from "../../../src/json/excerpt.ts";
import { runs } from "../../support/properties.ts";

/** Values level by level, as far as the excerpt has them, must be those of the text. */
function expectPart(part: unknown, whole: unknown, cut: ReadonlySet<unknown>): void {
  if (typeof part !== "object" || part === null) {
    expect(part).toEqual(whole);
    return;
  }
  expect(Array.isArray(part)).toBe(Array.isArray(whole));
  const members = whole as Readonly<Record<string, unknown>>;
  if (!cut.has(part)) expect(Object.keys(part)).toEqual(Object.keys(members));
  for (const [key, value] of Object.entries(part)) expectPart(value, members[key], cut);
}

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 1);
}

const texts = fc
  .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, "\t"))
  .map(([value, space]) => JSON.stringify(value, null, space))
  .filter((text) => !text.includes("__proto__"));

describe("excerpt", () => {
  test("an excerpt within its limits is the whole value", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { value, isWhole } = readExcerpt(Buffer.from(text), 1_000_000);
        expect(isWhole).toBe(true);
        expect(value).toEqual(parseExact(text));
      }),
      runs(100),
    );
  });

  test("an excerpt has at most the given number of values, all of them from the text", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), (text, most) => {
        const { value, cut, isWhole } = readExcerpt(Buffer.from(text), most);
        const whole = parseExact(text);
        expect(countValues(value)).toBeLessThanOrEqual(most);
        expect(isWhole).toBe(countValues(whole) <= most);
        expectPart(value, whole, cut);
      }),
      runs(100),
    );
  });

  test("an excerpt has the upper levels, regardless of the values before them", () => {
    const text = Buffer.from(`{"deep":{"list":[${"0,".repeat(500)}0]},"issue":{"key":"AB-1"}}`);
    expect(readExcerpt(text, 10).value).toEqual({ deep: { list: [0, 0, 0, 0, 0] }, issue: { key: "AB-1" } });
  });

  test("an excerpt has at most 2,000 children of each container below the root", () => {
    const list = `[${"[0],".repeat(30_000)}0]`;
    const text = Buffer.from(`{"list":${list},"map":{"a":${list},"b":1},"issue":{"fields":{"key":"AB-1"}}}`);
    const { value, isWhole } = readExcerpt(text, MAX_EXCERPT_VALUES);
    const {
      list: cut,
      map,
      issue,
    } = value as { list: unknown[]; map: { a: unknown[]; b: number }; issue: unknown };
    expect([cut.length, map.a.length, map.b, isWhole]).toEqual([2_000, 2_000, 1, false]);
    expect(issue).toEqual({ fields: { key: "AB-1" } });
  });

  test("long strings are cut between characters and escapes, and long numbers are cut", () => {
    const long = `${"x".repeat(MAX_EXCERPT_STRING - 1)}ü\\n`.repeat(2);
    const text = Buffer.from(`{"a":"${long}","n":${"1".repeat(200_000)},"z":1,"${"k".repeat(70_000)}":1}`);
    const { value, isWhole } = readExcerpt(text, 100);
    const { a, n, z, ...others } = value as { a: string; n: string; z: number };
    expect([a.length, a.isWellFormed(), n.length, z, others, isWhole]).toEqual([
      MAX_EXCERPT_STRING - 1,
      true,
      MAX_EXCERPT_STRING,
      1,
      {},
      false,
    ]);
  });

  test("integers stay exact unless the caller requests numbers", () => {
    const text = Buffer.from('{"a":[9007199254740993,-1.5e3,9007199254740991]}');
    const exact = readExcerpt(text, 100);
    expect([exact.value, exact.hasLongIntegers]).toEqual([
      { a: ["9007199254740993", -1500, 9007199254740991] },
      true,
    ]);
    expect(readExcerpt(text, 100, "rounded").value).toEqual(JSON.parse(text.toString()));
  });
});

describe("reading JSON", () => {
  test("a small text is read as a whole, a large one in part", async () => {
    const small = Buffer.from(`[${"0,".repeat(40_000)}0]`);
    const large = Buffer.from(`[${"0,".repeat(60_000)}0]`);
    expect(readJson(small).isWhole).toBe(true);
    for (const reading of [readJson(large), await readJsonInTurns(large, () => Promise.resolve())]) {
      expect([reading.isWhole, (reading.value as unknown[]).length]).toEqual([false, MAX_EXCERPT_VALUES - 1]);
    }
    expect(readJsonRounded(Buffer.from("[9007199254740993]")).value).toEqual([9007199254740992]);
  });
});
