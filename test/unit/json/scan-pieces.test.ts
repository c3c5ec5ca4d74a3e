import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonScanner, JsonTextError, scanJson } from "../../../src/json/scan.ts";
import type { JsonScan, ScanOptions } from "../../../src/json/scan.ts";
import { runs } from "../../support/properties.ts";

/** Scans the text as it would arrive, cut at these places. */
function scanInPieces(bytes: Buffer, cuts: readonly number[], options: ScanOptions): JsonScan {
  const scanner = new JsonScanner(options);
  for (const cut of cuts.map((each) => each % (bytes.length + 1)).toSorted((one, other) => one - other)) {
    scanner.push(bytes.subarray(0, cut));
  }
  return scanner.end(bytes);
}

const catchOutcome = (scan: () => JsonScan): unknown => {
  try {
    return scan();
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return error.kind;
  }
};

/** The number of values and keys, counted on the value. */
function countIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countIn(item), 1);
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + countIn(item), 1);
}

const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, "\t", "\r\n"))
  .map(([value, space]) => JSON.stringify(value, null, space));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe("scanning in pieces", () => {
  test("a text in pieces has the result of the whole text, for every cut", () => {
    fc.assert(
      fc.property(jsonText, cuts, (text, at) => {
        const bytes = Buffer.from(text);
        const options = { maxDepth: 20, outline: { members: {}, items: {} } } as const;
        expect(catchOutcome(() => scanInPieces(bytes, at, options))).toEqual(
          catchOutcome(() => scanJson(bytes, options)),
        );
      }),
      runs(150),
    );
  });

  test("a damaged text in pieces is accepted exactly if JSON.parse accepts it", () => {
    const mark = fc.constantFrom(
      "",
      "0",
      "-",
      ".",
      "e",
      "+",
      '"',
      "\\",
      "\\u00",
      "{",
      "]",
      ",",
      ":",
      "tru",
      " ",
      "\u0001",
    );
    fc.assert(
      fc.property(jsonText, fc.nat(), fc.nat({ max: 2 }), mark, cuts, (text, at, dropped, instead, where) => {
        const place = at % (text.length + 1);
        const damaged = text.slice(0, place) + instead + text.slice(place + dropped);
        fc.pre(!damaged.includes("__proto__") && damaged.isWellFormed());
        const bytes = Buffer.from(damaged);
        let isJson = true;
        try {
          JSON.parse(damaged);
        } catch {
          isJson = false;
        }
        const outcome = catchOutcome(() => scanInPieces(bytes, where, { maxDepth: 100 }));
        expect(outcome === "syntax").toBe(!isJson);
      }),
      runs(300),
    );
  });

  test("a bad text is refused while it arrives", () => {
    const scanner = new JsonScanner({ maxDepth: 9, maxCount: 1_000 });
    expect(() => scanner.push(Buffer.from(`{"a":[${"{},".repeat(1_000)}`))).toThrow(
      "more than 1000 values and keys",
    );
    expect(() => new JsonScanner({ maxDepth: 9 }).push(Buffer.from("{,"))).toThrow(JsonTextError);
  });
});

describe("count", () => {
  test("the count includes values and keys", () => {
    fc.assert(
      fc.property(jsonText, cuts, (text, at) => {
        fc.pre(!text.includes("__proto__"));
        const expected = countIn(JSON.parse(text));
        expect(scanInPieces(Buffer.from(text), at, { maxDepth: 100 }).count).toBe(expected);
      }),
      runs(150),
    );
  });

  test("a count at the limit passes, one more is refused", () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        fc.pre(!text.includes("__proto__"));
        const bytes = Buffer.from(text);
        const { count } = scanJson(bytes, { maxDepth: 100 });
        expect(scanJson(bytes, { maxDepth: 100, maxCount: count }).count).toBe(count);
        expect(catchOutcome(() => scanJson(bytes, { maxDepth: 100, maxCount: count - 1 }))).toBe("count");
      }),
    );
  });
});
