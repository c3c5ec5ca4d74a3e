import { describe, expect, test } from "vitest";
import { readTextSearch } from "../../../../src/host/model/text-search.ts";

const TEXT = "The red Crane is running late: studies of pier_17, 課題管理";

test.each([
  ["crane", "true"],
  ["CRANE red", "true"],
  ["crane ferry", "false"],
  ["ferry", "false"],
  ["cranes", "undecided"],
  ["run", "undecided"],
  ["study", "undecided"],
  ["the crane", "true"],
  ["the ferry", "false"],
  ["cra*", "true"],
  ["fer*", "false"],
  ["runs*", "false"],
  ["pier_17", "true"],
  ["pier_1", "false"],
  ["管理", "true"],
  ["会議", "false"],
  ['"red crane"', "true"],
  ['"crane red"', "false"],
  ['"running late" red', "true"],
  ['"crane of running"', "undecided"],
  ['"red cranes"', "undecided"],
  ["red-crane", "true"],
  ["lat", "undecided"],
  ["lad", "false"],
  ["stud", "undecided"],
  ["studio", "undecided"],
  ["stupid", "false"],
  ["rad", "false"],
  ["pier_171", "false"],
  ['"red"', "true"],
  ['"the red"', "true"],
  ['"is late"', "undecided"],
  ['"red crane" ferry', "false"],
])("%s is %s", (query, truth) => {
  expect(readTextSearch(query)?.(TEXT)).toBe(truth);
});

describe("searches that need Jira's index", () => {
  test.each([
    "",
    "the",
    "…",
    "cr?ne",
    "cr*ne",
    "*",
    "*rane",
    "crane~",
    "crane^2",
    "+crane",
    "-crane",
    "red -crane",
    "red OR crane",
    "NOT crane",
    "(red crane)",
    "[a TO b]",
    "summary:crane",
    String.raw`red\ crane`,
    'red "crane',
    "red && crane",
    "word ".repeat(21),
  ])("%j is unsupported", (query) => {
    expect(readTextSearch(query)).toBeUndefined();
  });
});

test("20 words are searched, and a text of 10,000 characters", () => {
  expect(readTextSearch("crane ".repeat(20))?.(TEXT)).toBe("true");
  expect(readTextSearch("crane")?.("crane".padEnd(10_000))).toBe("true");
  expect(readTextSearch("crane")?.("crane".padEnd(10_001))).toBe("undecided");
});

test("a text over the maximum length is not searched", () => {
  expect(readTextSearch("crane")?.("x ".repeat(6_000))).toBe("undecided");
});
