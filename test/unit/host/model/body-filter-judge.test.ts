import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBodyFilter } from "../../../../src/host/model/body-filter.ts";
import { MAX_ELEMENTS, compileBodyFilter } from "../../../../src/host/model/body-filter-judge.ts";
import type { BodyFilter } from "../../../../src/host/model/body-filter.ts";
import type { BodyVerdict } from "../../../../src/host/model/body-filter-judge.ts";
import { parseExact } from "../../../../src/json/exact.ts";
import { runs } from "../../../support/properties.ts";

function judge(filter: unknown, body: unknown): BodyVerdict {
  const reading = readBodyFilter(filter);
  if (reading.kind === "refused") throw new Error(JSON.stringify(reading.problems));
  return compileBodyFilter(reading.condition)(body);
}

/** The reason why it is false; undefined if the filter is true. */
function reason(filter: unknown, body: unknown): string | undefined {
  const verdict = judge(filter, body);
  return verdict.kind === "met" ? undefined : verdict.because;
}

const BODY = {
  type: "crane.moved",
  crane: { id: 4, name: "Möwe", "site.name": "Kai 7", retired: null, tags: ["harbor", "north"], load: [] },
  moves: [
    { from: "A", to: "B", tons: 3, notes: [{ text: "slow" }] },
    { from: "B", to: "C", tons: 12 },
  ],
  grid: [[1, 2], [3]],
  on: true,
};

describe("is true", () => {
  test.each([
    // Plain values and paths
    [{ "crane.id": 4 }],
    [{ "/crane/id": 4 }],
    [{ "/crane/site.name": "Kai 7" }],
    [{ crane: { id: 4, "/site.name": "Kai 7" } }],
    [{ type: "crane.moved", on: true }],
    // Comparisons
    [{ "crane.id": { $gt: 3, $lt: 5, $gte: 4, $lte: 4, $ne: 5 } }],
    [{ type: { $startsWith: "crane.", $endsWith: ".moved" } }],
    [{ type: { $gt: "crane", $lt: "d" } }],
    [{ "crane.name": { $gt: "Mz" } }],
    [{ type: { $in: ["x", "crane.moved"] }, on: { $nin: [false, null] } }],
    // Missing members and null
    [{ "crane.retired": null }],
    [{ "crane.nothing": null }],
    [{ "crane.nothing": { $in: [null] } }],
    [{ "crane.nothing": { $ne: 1, $nin: [1, 2], $exists: false, $not: { $gt: 1 } } }],
    [{ "crane.retired": { $exists: true, $ne: 1 } }],
    [{ "crane.id": { $ne: null } }],
    [{ "a.b.c": { $exists: false } }],
    [{ "crane.tags.2": { $exists: false }, "crane.tags.01": { $exists: false }, "crane.tags.1x": null }],
    [{ "crane.tags.x1": null, "grid.length": null, "crane.tags.length": null }],
    [{ nothing: { deeper: { $exists: false } } }],
    [{ "crane.id.deeper": { $exists: false } }],
    // Lists
    [{ "crane.tags": "north" }],
    [{ "crane.tags": { $ne: "south" } }],
    [{ "crane.tags": { $exists: true } }],
    [{ "crane.load": { $exists: true } }],
    [{ "crane.load": { $ne: 1 } }],
    [{ "crane.tags.0": "harbor" }],
    [{ "/crane/tags/1": "north" }],
    [{ "moves.from": "B" }],
    [{ "moves.1.tons": 12 }],
    [{ "moves.from": "A", "moves.tons": 12 }],
    [{ "moves.notes.text": "slow" }],
    [{ "moves.notes": { $exists: true } }],
    [{ moves: { from: "B", tons: { $gt: 10 } } }],
    [{ moves: { notes: { text: { $startsWith: "s" } } } }],
    [{ "grid.0": 2 }],
    [{ "moves.tons": { $gt: 10, $lt: 5 } }],
    // Logic
    [{ $or: [{ type: "x" }, { on: true }] }],
    [{ $and: [{ type: "crane.moved" }, { $or: [{ on: false }, { "crane.id": 4 }] }] }],
    [{ $not: { type: "x" } }],
    [{ type: { $not: "x" } }],
    [{ type: { $not: { $startsWith: "boat" } } }],
    [{ type: { $or: ["x", { $endsWith: "moved" }] } }],
    [{ crane: { $or: [{ id: 5 }, { name: "Möwe" }] } }],
    [{ "crane.id": { $and: [{ $gt: 3 }, { $not: { $in: [5, 6] } }] } }],
  ])("%j", (filter) => {
    expect(reason(filter, BODY)).toBeUndefined();
  });
});

describe("is false, with the reason", () => {
  test.each<[filter: object, because: string]>([
    [{ "crane.id": 7 }, "/crane/id = 4, wanted 7"],
    [{ "crane.id": "4" }, '/crane/id = 4, wanted "4"'],
    [{ type: "x" }, '/type = "crane.moved", wanted "x"'],
    [{ on: { $ne: true } }, "/on = true, wanted not true"],
    [{ "crane.id": { $gt: 4 } }, "/crane/id = 4, wanted > 4"],
    [{ "crane.id": { $gte: 100 } }, "/crane/id = 4, wanted >= 100"],
    [{ "crane.id": { $lt: 4 } }, "/crane/id = 4, wanted < 4"],
    [{ "crane.id": { $lte: 3.5 } }, "/crane/id = 4, wanted <= 3.5"],
    [{ "crane.id": { $in: [1, 2, 3, 5, 6] } }, "/crane/id = 4, wanted one of 1, 2, 3 and 2 more"],
    [{ "crane.id": { $nin: [4, null] } }, "/crane/id = 4, wanted none of 4, null"],
    [{ type: { $startsWith: "boat" } }, '/type = "crane.moved", wanted a text that starts with "boat"'],
    [{ type: { $endsWith: "boat" } }, '/type = "crane.moved", wanted a text that ends with "boat"'],
    [{ type: { $exists: false } }, '/type = "crane.moved", wanted no value'],
    [{ "/a.b": { $exists: true } }, "/a.b is missing, wanted any value"],
    [{ "crane.retired": { $ne: null } }, "/crane/retired = null, wanted not null"],
    [{ "crane.nothing": { $ne: null } }, "/crane/nothing is missing, wanted not null"],
    [{ "crane.nothing": 1 }, "/crane/nothing is missing, wanted 1"],
    [{ "a/b": 1 }, "/a~1b is missing, wanted 1"],
    [{ nothing: { deeper: 1 } }, "/nothing/deeper is missing, wanted 1"],
    [{ nothing: { $startsWith: "a" } }, '/nothing is missing, wanted a text that starts with "a"'],
    [{ nothing: { $endsWith: "a" } }, '/nothing is missing, wanted a text that ends with "a"'],
    [{ nothing: { $lt: 1 } }, "/nothing is missing, wanted < 1"],
    [{ nothing: { $in: ["a", 1, true] } }, '/nothing is missing, wanted one of "a", 1, true'],
    [{ on: { $startsWith: "t" } }, '/on = true, wanted a text that starts with "t"'],
    [{ "crane.id": { $endsWith: "4" } }, '/crane/id = 4, wanted a text that ends with "4"'],
    [{ crane: 1 }, "/crane = an object, wanted 1"],
    [{ crane: { $gt: "x" } }, '/crane = an object, wanted > "x"'],
    [{ "crane.id": { deeper: 1 } }, "/crane/id/deeper is missing, wanted 1"],
    [{ "crane.tags": "south" }, '/crane/tags = ["harbor", "north"], wanted "south"'],
    [
      { "crane.tags": { $nin: ["x", "north"] } },
      '/crane/tags = ["harbor", "north"], wanted none of "x", "north"',
    ],
    [{ "crane.load": 1 }, "/crane/load = an empty list, wanted 1"],
    [{ "moves.from": "C" }, '/moves/from = "A", "B", wanted "C"'],
    [{ moves: { from: "A", tons: 12 } }, 'none of the 2 elements of /moves fits {"from":"A","tons":12}'],
    [{ "moves.notes": { text: "fast" } }, '/moves/notes/0/text = "slow", wanted "fast"'],
    [{ "crane.load": { id: 1 } }, "/crane/load/id is missing, wanted 1"],
    [{ grid: 1 }, "/grid = [a list, a list], wanted 1"],
    // Types never mix in an order.
    [{ on: { $gt: 0 } }, "/on = true, wanted > 0"],
    [{ type: { $gt: 0 } }, '/type = "crane.moved", wanted > 0'],
    [{ "crane.id": { $lt: "a" } }, '/crane/id = 4, wanted < "a"'],
    [{ "crane.retired": { $lte: 0 } }, "/crane/retired = null, wanted <= 0"],
    [{ "crane.id": { $startsWith: "4" } }, '/crane/id = 4, wanted a text that starts with "4"'],
    // Logic
    [
      { on: true, $or: [{ type: "x" }, { "crane.id": 5 }] },
      'no condition of $or is true: /type = "crane.moved", wanted "x"; /crane/id = 4, wanted 5',
    ],
    [
      { $or: [1, 2, 3, 5].map((id) => ({ "crane.id": id })) },
      "no condition of $or is true: /crane/id = 4, wanted 1; /crane/id = 4, wanted 2; /crane/id = 4, wanted 3 and 1 more",
    ],
    [{ $or: [{ type: "x" }] }, '/type = "crane.moved", wanted "x"'],
    [{ $and: [{ on: true }, { on: false }] }, "/on = true, wanted false"],
    [
      { type: { $not: { $startsWith: "crane" } } },
      '/type = "crane.moved", wanted not a text that starts with "crane"',
    ],
    [{ $not: { type: "crane.moved", on: true } }, 'the body, wanted not {"type":"crane.moved","on":true}'],
    [{ "crane.id": { $not: { $gt: 1, $lt: 9 } } }, '/crane/id = 4, wanted not {"$gt":1,"$lt":9}'],
    [{ constructor: { $exists: true } }, "/constructor is missing, wanted any value"],
    [{ "crane.toString": { $exists: true } }, "/crane/toString is missing, wanted any value"],
    [{ "crane.tags.length": 2 }, "/crane/tags/length is missing, wanted 2"],
  ])("%j", (filter, because) => {
    expect(judge(filter, BODY)).toEqual({ kind: "unmet", because });
  });

  test("a path or value of a prototype reaches nothing", () => {
    const filter = JSON.parse('{"__proto__": {"x": {"$exists": true}}}') as unknown;
    expect(reason(filter, BODY)).toBe("/__proto__/x is missing, wanted any value");
  });

  test("a text of 60 characters is whole, a longer one cut", () => {
    expect(reason({ a: 1 }, { a: "x".repeat(60) })).toBe(`/a = "${"x".repeat(60)}", wanted 1`);
    expect(reason({ a: 1 }, { a: "x".repeat(61) })).toBe(`/a = "${"x".repeat(60)}…", wanted 1`);
    expect(reason({ a: 1 }, { a: `${"x".repeat(59)}\u{1f600}` })).toBe(
      `/a = "${"x".repeat(59)}\ufffd…", wanted 1`,
    );
  });

  test("a reason has at most 370 characters", () => {
    const path = (length: number) => "x".repeat(length - "/ is missing, wanted 1".length);
    expect(reason({ [path(370)]: 1 }, {})).toBe(`/${path(370)} is missing, wanted 1`);
    expect(reason({ [path(371)]: 1 }, {})).toBe(`/${path(371)} is missing, wanted …`);
  });

  test("long values are cut", () => {
    const long = "Möwe ".repeat(1_000);
    const because = reason({ a: { $in: [long.slice(0, 500)] } }, { a: long }) ?? "";
    expect(because).toMatch(/^\/a = "Möwe .*…", wanted one of "Möwe .*…"$/);
    expect(because.length).toBeLessThan(200);
  });
});

describe("numbers", () => {
  const body = parseExact(
    '{"id": 12345678901234567890, "small": -12345678901234567890, "n": 5, "f": 1e300, "t": "abc"}',
  );

  test.each([
    [{ id: "12345678901234567890" }],
    [{ id: { $gt: 100, $gte: Number.MAX_SAFE_INTEGER } }],
    [{ small: { $lt: -100 } }],
    [{ id: { $gt: "12345678901234567889", $lt: "12345678901234567891", $gte: "12345678901234567890" } }],
    [{ id: { $ne: "12345678901234567891", $in: ["12345678901234567890"] } }],
    [{ n: { $lt: "12345678901234567890" } }],
    [{ f: { $gt: "12345678901234567890" } }],
    [{ f: { $gt: 0 } }],
    [{ n: 5.0 }],
    [{ t: { $gt: "12345678901234567890" } }],
  ])("%j is true", (filter) => {
    expect(reason(filter, body)).toBeUndefined();
  });

  test("a text of digits that a number can have is a text", () => {
    expect(reason({ a: { $gt: 5 } }, { a: "10" })).toBe('/a = "10", wanted > 5');
    expect(reason({ a: { $lt: "9" } }, { a: "10" })).toBeUndefined();
    expect(reason({ a: "1e20" }, { a: 1e20 })).toBe('/a = 100000000000000000000, wanted "1e20"');
    expect(reason({ a: "100000000000000000000" }, { a: 1e20 })).toBeUndefined();
    expect(reason({ a: { $nin: ["100000000000000000000"] } }, { a: 1e20 })).toBeDefined();
  });
});

test.each<[text: string, isInteger: boolean]>([
  ["9007199254740992", true],
  ["-9007199254740992", true],
  ["9007199254740991", false],
  ["900719925474099", false],
  ["09007199254740993", false],
  ["x12345678901234567890", false],
  ["12345678901234567890x", false],
  ["9".repeat(500), true],
  ["9".repeat(501), false],
])("%s is an integer beyond 2^53: %j", (text, isInteger) => {
  const filter = { a: { $or: [{ $gt: 5 }, { $lt: -5 }] } };
  expect(judge(filter, { a: text }).kind).toBe(isInteger ? "met" : "unmet");
});

test("one of a list can be an integer beyond 2^53", () => {
  const filter = { a: { $in: ["100000000000000000000", "12345678901234567890", "x"] } };
  for (const value of [1e20, "100000000000000000000", "12345678901234567890", "x"])
    expect(judge(filter, { a: value }).kind).toBe("met");
  for (const value of [5, true, null, "y", "12345678901234567891", {}])
    expect(judge(filter, { a: value }).kind).toBe("unmet");
  for (const value of [5, true, null, "y", 1e21, {}])
    expect(judge({ a: "100000000000000000000" }, { a: value }).kind).toBe("unmet");
  expect(judge({ a: { $in: ["x"] } }, { a: 1e20 }).kind).toBe("unmet");
});

test("texts are compared by code point", () => {
  // U+FF5E stands before U+1F600, whose first UTF-16 unit is less.
  expect(reason({ a: { $gt: "\uff5e" } }, { a: "\u{1f600}" })).toBeUndefined();
  const rising = [
    "",
    "a",
    "aa",
    "ab",
    "a\u{10ffff}",
    "b",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "\u{10000}",
    "\u{1f600}",
    "\u{1f601}",
    "\u{10ffff}",
  ];
  for (const [at, text] of rising.entries()) {
    for (const [other, operand] of rising.entries()) {
      expect([text, operand, judge({ a: { $lt: operand } }, { a: text }).kind]).toEqual([
        text,
        operand,
        at < other ? "met" : "unmet",
      ]);
    }
  }
});

describe("a large body", () => {
  const list = (length: number) => ({ a: Array.from({ length }, (_, b) => ({ b, c: [b] })) });

  test("is looked at up to a number of elements", () => {
    expect(reason({ "a.b": 1_700 }, list(1_800))).toBeUndefined();
    for (const filter of [{ "a.b": -1 }, { a: -1 }, { a: { b: -1 } }])
      expect(judge(filter, list(MAX_ELEMENTS)).kind).toBe("unmet");
    expect(reason({ "a.b": -1 }, list(MAX_ELEMENTS - 10))).toMatch(
      /^\/a\/b = 0, 1, 2 and 1987 more, wanted -1$/,
    );
  });

  test.each([
    [{ "a.b": -1 }],
    [{ "a.b": { $ne: -1 } }],
    [{ a: -1 }],
    [{ a: { $ne: -1 } }],
    [{ a: { b: -1 } }],
    [{ a: { b: { $lt: 0 }, c: 1 } }],
    [{ $not: { a: { b: -1 } } }],
    [{ $or: [{ "a.b": -1 }, { "a.c": -1 }] }],
  ])("leaves %j undecided beyond it", (filter) => {
    expect(judge(filter, list(MAX_ELEMENTS + 1))).toEqual({
      kind: "undecided",
      because: "the body has more than 2,000 list elements at the paths of the body filter",
    });
  });

  test.each<[what: string, filter: BodyFilter]>([
    ["of many paths", { $or: Array.from({ length: 99 }, (_, index) => ({ "a.c.d.e": index })) }],
    ["of a path", { "a.b": -1 }],
    ["of a list's elements", { a: -1 }],
    ["of objects in a list", { a: { b: -1 } }],
  ])("has no more elements looked at by a filter %s", (_what, filter) => {
    let looked = 0;
    const a = new Proxy(list(50_000).a, {
      get: (all, key) => {
        if (/^\d+$/.test(String(key))) looked += 1;
        return Reflect.get(all, key) as unknown;
      },
    });
    expect(judge(filter, { a }).kind).toBe("undecided");
    expect(looked).toBeLessThanOrEqual(MAX_ELEMENTS + 1);
  });
});

// A second reading of docs/filters.md, without a care for time: every value at a path, then every operator by its definition.

type Json = unknown;
const isRecord = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function valuesAt(value: Json, steps: readonly string[]): readonly Json[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (isRecord(value)) return Object.hasOwn(value, step) ? valuesAt(value[step], rest) : [];
  if (!Array.isArray(value)) return [];
  const own =
    /^\d+$/.test(step) && String(Number(step)) === step && Number(step) < value.length
      ? [value[Number(step)] as Json]
      : [];
  const inElements = value
    .filter((each) => isRecord(each) && Object.hasOwn(each, step))
    .map((each) => (each as Record<string, Json>)[step]);
  return [...own, ...inElements].flatMap((each) => valuesAt(each, rest));
}

const flat = (values: readonly Json[]) =>
  values.flatMap((value) => (Array.isArray(value) ? (value as Json[]) : [value]));
const toSteps = (path: string) =>
  path.startsWith("/")
    ? path
        .slice(1)
        .split("/")
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    : path.split(".");

function isTrue(condition: Json, values: readonly Json[]): boolean {
  if (!isRecord(condition)) return isTrue({ $eq: condition }, values);
  const paths = Object.entries(condition).filter(([key]) => !key.startsWith("$"));
  const elements = flat(values);
  const candidates = elements.length === 0 ? [undefined] : elements;
  const fieldsHold =
    paths.length === 0 ||
    candidates.some((each) => paths.every(([path, inner]) => isTrue(inner, valuesAt(each, toSteps(path)))));
  return (
    fieldsHold &&
    Object.entries(condition).every(([key, operand]) => !key.startsWith("$") || holds(key, operand, values))
  );
}

function holds(operator: string, operand: Json, values: readonly Json[]): boolean {
  const some = (test: (value: Json) => boolean) => flat(values).some(test);
  const sameType = (value: Json) => typeof value === typeof operand;
  const list = operand as readonly Json[];
  switch (operator) {
    case "$eq":
      return some((value) => value === operand) || (operand === null && values.length === 0);
    case "$ne":
      return !holds("$eq", operand, values);
    case "$in":
      return list.some((each) => holds("$eq", each, values));
    case "$nin":
      return !holds("$in", operand, values);
    case "$gt":
      return some((value) => sameType(value) && (value as number) > (operand as number));
    case "$gte":
      return some((value) => sameType(value) && (value as number) >= (operand as number));
    case "$lt":
      return some((value) => sameType(value) && (value as number) < (operand as number));
    case "$lte":
      return some((value) => sameType(value) && (value as number) <= (operand as number));
    case "$startsWith":
      return some((value) => typeof value === "string" && value.startsWith(operand as string));
    case "$endsWith":
      return some((value) => typeof value === "string" && value.endsWith(operand as string));
    case "$exists":
      return values.length > 0 === operand;
    case "$not":
      return !isTrue(operand, values);
    case "$and":
      return list.every((each) => isTrue(each, values));
    case "$or":
      return list.some((each) => isTrue(each, values));
    default:
      throw new Error(operator);
  }
}

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, "", "a", "ab", "b", "ä"),
  fc.integer({ min: -3, max: 3 }),
);
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("a", "b") },
  fc.constantFrom("0", "1", "x.y", "__proto__"),
);
const body = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    scalar,
    fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
})).value;
const root = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(name, body, { maxKeys: 4, noNullPrototype: true }) },
  body,
);
const path = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("a", "b") },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom("a", "b", "0", "1"), { minLength: 2, maxLength: 3 })
      .map((steps) => steps.join(".")),
  },
  fc
    .array(fc.constantFrom("a", "0", "x.y", "__proto__"), { minLength: 1, maxLength: 2 })
    .map((steps) => `/${steps.join("/")}`),
);
const ordered = fc.oneof(fc.constantFrom("a", "ab", "b"), fc.integer({ min: -3, max: 3 }));
const text = fc.constantFrom("a", "ab", "b");
const scalars = fc.array(scalar, { minLength: 1, maxLength: 3 });
const comparison = fc.oneof(
  ...["$eq", "$ne"].map((operator) => scalar.map((operand) => ({ [operator]: operand }))),
  ...["$gt", "$gte", "$lt", "$lte"].map((operator) => ordered.map((operand) => ({ [operator]: operand }))),
  ...["$in", "$nin"].map((operator) => scalars.map((operand) => ({ [operator]: operand }))),
  ...["$startsWith", "$endsWith"].map((operator) => text.map((operand) => ({ [operator]: operand }))),
  fc.boolean().map((operand) => ({ $exists: operand })),
);
const createLogic = (part: fc.Arbitrary<Json>) =>
  fc.oneof(
    part.map((each) => ({ $not: each })),
    fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => ({ $and: parts })),
    fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => ({ $or: parts })),
  );
const merged = (parts: fc.Arbitrary<object>) =>
  fc
    .oneof(
      { weight: 3, arbitrary: parts.map((part) => [part]) },
      fc.array(parts, { minLength: 2, maxLength: 2 }),
    )
    .map((each) => Object.assign({}, ...each) as object);
const { filter } = fc.letrec<{ readonly field: Json; readonly fields: object; readonly filter: object }>(
  (tie) => ({
    field: fc.oneof(
      { maxDepth: 3, depthIdentifier: "filter" },
      scalar,
      merged(fc.oneof(comparison, createLogic(tie("field")), tie("fields"))),
    ),
    fields: fc.dictionary(path, tie("field"), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
    filter: fc.oneof(
      { maxDepth: 3, depthIdentifier: "filter" },
      tie("fields"),
      merged(fc.oneof(tie("fields"), createLogic(tie("filter")))),
    ),
  }),
);

test("a filter is true by the definition of its parts, and false with a reason", () => {
  fc.assert(
    fc.property(filter, root, (given, value) => {
      // Beside its opposite, so that one of the two is true.
      for (const each of [given, { $not: given }]) {
        const reading = readBodyFilter(each);
        if (reading.kind === "refused") continue;
        const verdict = compileBodyFilter(reading.condition)(value);
        expect(verdict.kind).toBe(isTrue(each, [value]) ? "met" : "unmet");
        if (verdict.kind === "unmet") expect(verdict.because).toMatch(/ (?:wanted|fits) /);
      }
    }),
    runs(200),
  );
});

test("the filters of that property are read, and both true and false", () => {
  const verdicts = fc
    .sample(fc.tuple(filter, root), { numRuns: 300, seed: 1 })
    .map(([given, value]) =>
      readBodyFilter(given).kind === "refused" ? "refused" : isTrue(given, [value]) ? "met" : "unmet",
    );
  const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
  expect(count("met")).toBeGreaterThan(10);
  expect(count("unmet")).toBeGreaterThan(100);
  expect(count("refused")).toBeLessThan(30);
});
