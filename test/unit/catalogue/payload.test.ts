import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPayload, readShort } from "../../../src/catalogue/payload.ts";

const read = (payload: unknown, ...path: string[]) =>
  readShort(readPayload(Buffer.from(JSON.stringify(payload))), path);

describe("readShort", () => {
  test.each([
    ["a text", { issue: { key: "PIER-17" } }, ["issue", "key"], "PIER-17"],
    ["a number", { type: 3 }, ["type"], 3],
    ["null", { type: null }, ["type"], null],
    ["a member that is missing", { issue: {} }, ["issue", "key"], undefined],
    ["a path through a text", { issue: "PIER-17" }, ["issue", "key"], undefined],
    ["an object", { issue: { key: "PIER-17" } }, ["issue"], undefined],
    ["a list", { changes: [1] }, ["changes"], undefined],
    ["a text of 1 MB", { key: "x".repeat(1_000_000) }, ["key"], undefined],
  ])("reads %s", (_name, payload, path, expected) => {
    expect(read(payload, ...path)).toBe(expected);
  });

  test("finds each short scalar of any payload at its path", () => {
    const scalar = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean(), fc.constant(null));
    // No payload with the key __proto__ gets this far.
    const key = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== "__proto__");
    const other = fc.oneof(scalar, fc.array(scalar), fc.dictionary(key, scalar));
    fc.assert(
      fc.property(key, key, scalar, fc.dictionary(key, other), (outer, inner, value, others) => {
        expect(read({ ...others, [outer]: { ...others, [inner]: value } }, outer, inner)).toBe(value);
      }),
    );
  });
});
