import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rankFound, splitWords } from "../../../../../src/host/web/present/rank.ts";
import type { Candidate, FoundKind } from "../../../../../src/host/web/present/rank.ts";
import { anyCharacter } from "../../../../support/properties.ts";

const make = (kind: FoundKind, text: string, ...also: readonly string[]): Candidate => ({
  kind,
  text,
  also,
  detail: "",
  path: `/${kind}/${text}`,
});

const THINGS = [
  make("site", "Jira", "jira"),
  make("addon", "Burndown chart", "com.example.burndown", "https://burn.example.com"),
  make("addon", "Burn", "com.example.burn", "https://burn.example.com"),
  make("webhook", "Release notes", "whk_1_2", "https://hooks.example.com/release"),
  make("webhook", "Sunburn alert", "whk_1_3", "https://hooks.example.com/sun"),
  make("event-type", "jira:issue_created", "Issue created"),
  make("event-type", "jira:issue_updated", "Issue updated"),
];

const find = (search: string, most = 5) =>
  rankFound(search, THINGS, most).map(({ kind, best, total }) => [kind, best.map(({ text }) => text), total]);

describe("a search over everything", () => {
  test.each<[string, string, unknown[]]>([
    [
      "the whole name goes before its begin",
      "burn",
      [
        ["addon", ["Burn", "Burndown chart"], 2],
        ["webhook", ["Sunburn alert"], 1],
      ],
    ],
    ["an ID finds its webhook alone", "WHK_1_2", [["webhook", ["Release notes"], 1]]],
    ["a part of a URL is found", "hooks.example.com/sun", [["webhook", ["Sunburn alert"], 1]]],
    [
      "the group with the best match goes first",
      "jira",
      [
        ["site", ["Jira"], 1],
        ["event-type", ["jira:issue_created", "jira:issue_updated"], 2],
      ],
    ],
    [
      "each word must stand somewhere, in any order",
      "updated issue",
      [["event-type", ["jira:issue_updated"], 1]],
    ],
    ["a word more finds nothing", "burn jira", []],
    ["nothing is asked", "  ", []],
    ["characters of patterns are text", ".*", []],
  ])("%s", (_what, search, found) => {
    expect(find(search)).toEqual(found);
  });

  test("a group is cut to the best, and counts all", () => {
    const many = Array.from({ length: 500 }, (_, index) => make("endpoint", `https://a${index}.example.com`));
    const [group] = rankFound("example", [...many, make("endpoint", "example")], 3);
    expect(group?.total).toBe(501);
    expect(group?.best.map(({ text }) => text)).toEqual([
      "example",
      "https://a0.example.com",
      "https://a1.example.com",
    ]);
  });

  test("the order of the candidates makes no difference", () => {
    expect(rankFound("e", THINGS.toReversed(), 2)).toEqual(rankFound("e", THINGS, 2));
  });
});

test("at most eight words of 200 characters count", () => {
  expect(splitWords("a b c d e f g h i j")).toHaveLength(8);
  expect(splitWords(`${"x".repeat(300)} y`)).toEqual(["x".repeat(200)]);
  expect(splitWords("One one ONE")).toEqual(["one"]);
});

test("any search has a bounded number of words, each once, and none with a space in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 500 }), (search) => {
      const words = splitWords(search);
      expect(words.length).toBeLessThanOrEqual(8);
      expect(new Set(words).size).toBe(words.length);
      expect(words.every((word) => /^\S+$/.test(word))).toBe(true);
    }),
  );
});
