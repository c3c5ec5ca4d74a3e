import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExact } from "../../../src/json/exact.ts";
import {
  MAX_EXCERPT_CHILDREN,
  MAX_EXCERPT_STRING,
  MAX_EXCERPT_VALUES,
  isSmall,
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

/** The excerpt as text, where `…` marks what is incomplete. */
function show(text: string, maxValues = 1_000): string {
  const { value, cut } = readExcerpt(Buffer.from(text), maxValues);
  const shown = (part: unknown): string => {
    const more = cut.has(part) ? "…" : "";
    if (Array.isArray(part)) return `[${[...part.map(shown), more].filter((each) => each !== "").join(",")}]`;
    if (typeof part !== "object" || part === null) return JSON.stringify(part);
    const members = Object.entries(part).map(([key, each]) => `${key}:${shown(each)}`);
    return `{${[...members, more].filter((each) => each !== "").join(",")}}`;
  };
  return shown(value);
}

describe("the values of an excerpt", () => {
  test.each([
    ["true", "true"],
    ["false", "false"],
    ["null", "null"],
    ["-12", "-12"],
    ["1e3", "1000"],
    ["2E2", "200"],
    ["1E+2", "100"],
    ["0.5", "0.5"],
    ['""', '""'],
    ["[]", "[]"],
    ["{}", "{}"],
    ["[[],{},[[]]]", "[[],{},[[]]]"],
    ['{"a":true,"b":false,"c":null,"d":[1]}', "{a:true,b:false,c:null,d:[1]}"],
    ['\t\r\n { "a" : [ 1 , 2 ] , "b" : { } } \n', "{a:[1,2],b:{}}"],
    ['"a\\"b\\\\\\u00fc"', JSON.stringify('a"b\\ü')],
  ])("%s is %s", (text, expected) => {
    expect(show(text)).toBe(expected);
    expect(readExcerpt(Buffer.from(text), 1_000)).toMatchObject({ isWhole: true, hasLongIntegers: false });
  });

  test.each([
    [1, "[…]"],
    [3, "[[…],[…],…]"],
    [4, "[[…],[…],5]"],
    [5, "[[1,…],[…],5]"],
    [6, "[[1,2],[…],5]"],
    [8, "[[1,2],[3,4],5]"],
  ])("with at most %i values, [[1,2],[3,4],5] is %s", (maxValues, expected) => {
    expect(show("[[1,2],[3,4],5]", maxValues)).toBe(expected);
  });

  test("what is below a level that is cut is left out, also where there would be room", () => {
    expect(show('{"a":{"x":1,"y":2},"b":{"z":{"deep":1}}}', 4)).toBe("{a:{x:1,…},b:{…}}");
    expect(show('[[[1]],[[2]],[["]"]]]', 6)).toBe("[[[…]],[[…]],[…]]");
  });

  test("a member called __proto__ is left out, whatever its value, and its object is incomplete", () => {
    for (const value of ["1", '"x,}"', '{"a":[1,2],"b":{}}', "[{}, 3]", "null", "true"]) {
      expect(show(`{"a":1,"__proto__":${value},"b":2}`)).toBe("{a:1,b:2,…}");
      expect(show(`{"__proto__" : ${value} }`)).toBe("{…}");
    }
  });
});

describe("the limit of a container", () => {
  const list = (length: number) => `[${Array.from({ length }, () => "1").join()}]`;
  const map = (length: number) => `{${Array.from({ length }, (_, index) => `"k${index}":1`).join()}}`;

  test.each([
    ["list", list],
    ["map", map],
  ])("a %s below the root has 2,000 children at most, the root any number", (_name, create) => {
    const read = (length: number) => {
      const { value, isWhole } = readExcerpt(Buffer.from(`[${create(length)},"after"]`), 10_000);
      const [container, after] = value as [object, string];
      return [Object.keys(container).length, after, isWhole];
    };
    expect(read(MAX_EXCERPT_CHILDREN)).toEqual([2_000, "after", true]);
    expect(read(MAX_EXCERPT_CHILDREN + 1)).toEqual([2_000, "after", false]);
    const root = readExcerpt(Buffer.from(create(2_001)), 10_000);
    expect([Object.keys(root.value as object).length, root.isWhole]).toEqual([2_001, true]);
  });

  test("children beyond the limit take no place from others", () => {
    const text = Buffer.from(`[${list(5_000)},${list(5_000)},[[7]]]`);
    const [first, second, third] = readExcerpt(text, 4_006).value as [number[], number[], unknown];
    expect([first.length, second.length, third]).toEqual([2_000, 2_000, [[7]]]);
  });
});

describe("the limit of 64 KiB for a text", () => {
  const read = (text: string) => {
    const buffer = Buffer.from(text);
    const { value, cut, isWhole } = readExcerpt(buffer, 100);
    return { value, isCut: cut.has(buffer), isWhole };
  };

  test("a string of as many bytes between its quotes is whole, and one more is cut", () => {
    for (const last of ["x", "\\n"]) {
      const fits = "x".repeat(MAX_EXCERPT_STRING - last.length) + last;
      const value = JSON.parse(`"${fits}"`) as string;
      expect(read(`"${fits}"`)).toEqual({ value, isCut: false, isWhole: true });
      expect(read(`["${fits.slice(1)}"]`).value).toEqual([value.slice(1)]);
      expect(read(`"${fits}y"`)).toEqual({ value, isCut: true, isWhole: false });
    }
  });

  test.each([
    ["an ASCII character", "a", 1],
    ["two bytes", "ü", 2],
    ["three bytes", "€", 3],
    ["four bytes", "😀", 4],
    ["an escape", "\\n", 2],
    ["an escape of a code unit", "\\u00fc", 6],
  ])("a string is cut before %s that would exceed it", (_name, character, bytes) => {
    const lengthAfter = (before: number) => {
      const { value } = read(`"${"x".repeat(before)}${character}${"y".repeat(100)}"`);
      return (value as string).indexOf("y") === -1 ? (value as string).replaceAll("x", "").length : "further";
    };
    expect(lengthAfter(MAX_EXCERPT_STRING - bytes)).toBe(character === "😀" ? 2 : 1);
    expect(lengthAfter(MAX_EXCERPT_STRING - bytes + 1)).toBe(0);
  });

  test("a member whose key is longer is left out, with its value", () => {
    const key = (length: number) => `"${"k".repeat(length)}"`;
    const member = (length: number, value: string) =>
      Object.keys(read(`{"a":1,${key(length)}:${value},"z":[2]}`).value as object).length;
    for (const value of ["1", '"text"', "{}", '[1,{"a":2}]', "null"]) {
      expect([member(MAX_EXCERPT_STRING, value), member(MAX_EXCERPT_STRING + 1, value)]).toEqual([3, 2]);
    }
  });

  test("a number of as many digits is whole, and one more is cut", () => {
    const digits = "1".repeat(MAX_EXCERPT_STRING);
    expect(read(digits)).toEqual({ value: digits, isCut: false, isWhole: true });
    expect(read(`${digits}2`)).toEqual({ value: digits, isCut: true, isWhole: false });
    expect(read(`[${digits}23 ,4]`).value).toEqual([digits, 4]);
  });
});

describe("a small text", () => {
  const ofValues = (count: number, bytes = 0) => {
    const list = `[${"0,".repeat(count - 2)}0`;
    return Buffer.from(`${list}${" ".repeat(Math.max(0, bytes - list.length - 1))}]`);
  };

  test.each([
    ["100,000 bytes of any number of values", ofValues(2, 100_000), true],
    ["50,000 values in 2 MiB", ofValues(50_000, 2 * 1024 * 1024), true],
    ["50,001 values", ofValues(50_001, 100_001), false],
    ["one byte over 2 MiB", ofValues(2, 2 * 1024 * 1024 + 1), false],
    ["99,999 bytes of 50,000 values", ofValues(50_000), true],
  ])("%s", (_name, text, expected) => {
    expect(isSmall(text)).toBe(expected);
  });

  test("all values below the root count, however many a container has", () => {
    const list = `[${"[0],".repeat(24_999)}0]`;
    expect(isSmall(Buffer.from(`[${list}]`))).toBe(false);
    expect(isSmall(Buffer.from(`[${"[0],".repeat(24_998)}0]${" ".repeat(10_000)}`))).toBe(true);
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

  test("a small text takes no turn, a large one takes a turn before each of its two steps", async () => {
    let turns = 0;
    const turn = () => Promise.resolve(void (turns += 1));
    await readJsonInTurns(Buffer.from("[1]"), turn);
    expect(turns).toBe(0);
    await readJsonInTurns(Buffer.from(`[${"0,".repeat(60_000)}0]`), turn);
    expect(turns).toBe(2);
  });

  test("long integers are text, but for who wants numbers", async () => {
    const small = Buffer.from("[9007199254740993]");
    const large = Buffer.from(`[9007199254740993${",0".repeat(60_000)}]`);
    const first = ({ value }: { readonly value: unknown }) => (value as unknown[])[0];
    for (const text of [small, large]) {
      const exact = [readJson(text), await readJsonInTurns(text, () => Promise.resolve())];
      for (const reading of exact) {
        expect([first(reading), reading.hasLongIntegers]).toEqual(["9007199254740993", true]);
      }
      const rounded = readJsonRounded(text);
      expect([first(rounded), rounded.hasLongIntegers]).toEqual([9007199254740992, false]);
    }
    expect(readJsonRounded(small)).toMatchObject({ isWhole: true, cut: new Set() });
    expect(readJson(small)).toMatchObject({ isWhole: true, cut: new Set() });
    expect(readJsonRounded(large).isWhole).toBe(false);
  });
});
