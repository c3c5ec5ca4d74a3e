/** What a webhook asks for its batches. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeBatch, readBatch } from "../../../../src/host/model/batch-settings.ts";

test.each([
  [undefined, undefined],
  [null, undefined],
  [
    { max: 1, withinMs: 1 },
    { max: 1, withinMs: 1 },
  ],
  [
    { max: 100, withinMs: 60_000 },
    { max: 100, withinMs: 60_000 },
  ],
])("%j is read", (given, batch) => {
  expect(readBatch(given, "/batch")).toEqual({ kind: "batch", batch });
});

const MAX = ["/batch/max", "must be a whole number from 1 to 100"] as const;
const TIME = ["/batch/withinMs", "must be a whole number from 1 to 60000"] as const;
const MEMBERS = ["/batch", "must have no other members than max and withinMs"] as const;
const OBJECT = ["/batch", "must be an object with max and withinMs"] as const;

describe("refused", () => {
  test.each([
    ["text", [OBJECT]],
    [7, [OBJECT]],
    [[], [OBJECT]],
    [{}, [MAX, TIME]],
    [{ max: 0, withinMs: 0 }, [MAX, TIME]],
    [{ max: 101, withinMs: 60_001 }, [MAX, TIME]],
    [{ max: 1.5, withinMs: 10 }, [MAX]],
    [{ max: "5", withinMs: 10 }, [MAX]],
    [{ max: 5, withinMs: -1 }, [TIME]],
    [{ max: 5, withinMs: null }, [TIME]],
    [{ max: 5, withinMs: 1, size: 3 }, [MEMBERS]],
  ])("%j", (given, problems) => {
    expect(readBatch(given, "/batch")).toEqual({
      kind: "refused",
      problems: problems.map(([pointer, detail]) => ({ pointer, detail, code: "BATCH" })),
    });
  });
});

test("any JSON is read or refused with a place below the pointer, and what is read is within the limits", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ max: fc.jsonValue(), withinMs: fc.jsonValue() })),
      (given) => {
        const reading = readBatch(given, "/batch");
        if (reading.kind === "refused") {
          expect(reading.problems.length).toBeGreaterThan(0);
          expect(reading.problems.every(({ pointer }) => pointer.startsWith("/batch"))).toBe(true);
        } else expect(reading.batch).toEqual(given ?? undefined);
      },
    ),
  );
});

test.each([
  [{ max: 50, withinMs: 2_000 }, "up to 50, within 2s"],
  [{ max: 1, withinMs: 250 }, "up to 1, within 250ms"],
])("%j is described as %s", (batch, text) => {
  expect(describeBatch(batch)).toBe(text);
});
