import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPointer, parsePointer, unescapeStep } from "../../../src/json/pointer.ts";

const TEXT = fc.string({ unit: fc.constantFrom("a", "é", "/", "~", "0", "1") });

test.each([
  ["", []],
  ["/", [""]],
  ["/crane/id", ["crane", "id"]],
  ["/a~1b/m~0n/~01", ["a/b", "m~n", "~1"]],
])("the pointer %j has the steps %j", (pointer, steps) => {
  expect(parsePointer(pointer)).toEqual(steps);
});

test("every path survives being written as a pointer and read again", () => {
  fc.assert(
    fc.property(fc.array(TEXT), (steps) => {
      expect(parsePointer(formatPointer(steps))).toEqual(steps);
    }),
  );
});

test("any text is read as steps without slashes between them", () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      expect(parsePointer(`/${text}`)).toEqual(text.split("/").map(unescapeStep));
    }),
  );
});
