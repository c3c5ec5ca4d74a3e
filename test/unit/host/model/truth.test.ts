import { describe, expect, test } from "vitest";
import { and, not, or, toTruth } from "../../../../src/host/model/truth.ts";
import type { Truth } from "../../../../src/host/model/truth.ts";

const LETTERS: Readonly<Record<string, Truth>> = { T: "true", F: "false", U: "undecided" };
const read = (letters: string): Truth[] => Array.from(letters, (letter) => LETTERS[letter]!);

test.each([
  ["T", "F"],
  ["F", "T"],
  ["U", "U"],
])("not %s is %s", (one, negated) => {
  expect([not(read(one)[0]!)]).toEqual(read(negated));
});

describe("and, or", () => {
  test.each([
    ["", "T", "F"],
    ["T", "T", "T"],
    ["F", "F", "F"],
    ["U", "U", "U"],
    ["TT", "T", "T"],
    ["TF", "F", "T"],
    ["TU", "U", "T"],
    ["FF", "F", "F"],
    ["FU", "F", "U"],
    ["UU", "U", "U"],
    ["TFU", "F", "T"],
  ])("%s: all %s, any %s", (letters, all, any) => {
    expect([and(read(letters))]).toEqual(read(all));
    expect([or(read(letters))]).toEqual(read(any));
  });
});

test("toTruth converts booleans", () => {
  expect([toTruth(true), toTruth(false)]).toEqual(["true", "false"]);
});
