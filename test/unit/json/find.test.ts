/** One value of a JSON text is found as it would be in the whole, without parsing the rest. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExact } from "../../../src/json/exact.ts";
import { findScalar } from "../../../src/json/find.ts";
import { readMember } from "../../../src/json/member.ts";
import { isScalar } from "../../../src/json/scalar.ts";
import { anyCharacter, runs } from "../../support/properties.ts";

const find = (text: string, ...steps: readonly string[]) => findScalar(Buffer.from(text), steps);
const inWhole = (text: string, steps: readonly string[]): unknown => {
  const value = steps.reduce<unknown>(readMember, parseExact(text));
  return isScalar(value) ? value : undefined;
};

test.each<[string, readonly string[], unknown]>([
  [`{"a":1}`, ["a"], 1],
  [` { "b" : [ 1 , {"a":2} ] , "a" : { "id" : "x\\"}" } } `, ["a", "id"], `x"}`],
  [` { "b" : [ 1 , {"a":2} ] } `, ["b", "1", "a"], 2],
  [`{"a":1,"a":{"id":2},"a":{"id":true}}`, ["a", "id"], true],
  [`{"\\u0061":7}`, ["a"], 7],
  [`{"\\u0061":7,"b":1}`, ["b"], 1],
  [`{"a\\\\":7}`, ["a\\"], 7],
  [`{"a":"\\\\","b":2}`, ["b"], 2],
  [`{"ä":"ö"}`, ["ä"], "ö"],
  [`{"id":12345678901234567890}`, ["id"], "12345678901234567890"],
  [`{"id":1.50e1}`, ["id"], 15],
  [`[[0],[1,2]]`, ["1", "1"], 2],
  [`[1]`, ["01"], undefined],
  [`[1]`, ["1"], undefined],
  [`[1]`, ["length"], undefined],
  [`[]`, ["0"], undefined],
  [`{}`, ["a"], undefined],
  [`{"a":null}`, ["a"], undefined],
  [`{"a":{}}`, ["a"], undefined],
  [`{"a":[1]}`, ["a"], undefined],
  [`{"a":"text"}`, ["a", "0"], undefined],
  [`{"a":1}`, ["a", "b"], undefined],
  [`{"a":1}`, ["__proto__"], undefined],
  [`"text"`, [], "text"],
  [``, ["a"], undefined],
])("%s at %j is %j", (text, steps, value) => {
  expect(find(text, ...steps)).toEqual(value);
});

test("whatever the text, it is the value that parsing all of it gives", () => {
  const names = fc.constantFrom("a", "b", "0", "1", 'q"', "\\", "\u00e4", "__proto__", "");
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ stringUnit: anyCharacter }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(names, tie("tree")),
    ),
  }));
  const spaces = fc.constantFrom(undefined, 1, "\t");
  fc.assert(
    fc.property(tree, fc.array(names, { maxLength: 4 }), spaces, (value, steps, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(find(text, ...steps)).toEqual(inWhole(text, steps));
    }),
    runs(200),
  );
});
