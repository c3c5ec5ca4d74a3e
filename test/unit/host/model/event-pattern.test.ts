import { expect, test } from "vitest";
import { fitsPattern, isPattern } from "../../../../src/host/model/event-pattern.ts";

test.each([
  ["jira:issue_created", "*"],
  ["jira:issue_created", "jira:*"],
  ["jira:issue_created", "*_created"],
  ["jira:issue_created", "jira:issue_*"],
  ["jira:issue_created", "*issue*"],
  ["jira:issue_created", "jira:*_created"],
  ["jira:issue_created", "jira:issue_created*"],
  ["jira:issue_created", "j*i*r*a*d"],
  ["aXbXb", "a*b"],
  ["jira:issue_created", "**"],
  ["jira:issue_created", "jira:***issue**_created"],
  ["ab", "a**b**"],
  ["", "*"],
])("%s matches %s", (name, pattern) => {
  expect(isPattern(pattern)).toBe(true);
  expect(fitsPattern(name, pattern)).toBe(true);
});

test.each([
  ["jira:issue_created", "issue*"],
  ["jira:issue_created", "*_deleted"],
  ["aba", "ab*ba"],
  ["ab", "a*b*b"],
  ["ab", "a**c"],
  ["ab", "**a**a"],
  ["jira.issue", "jira?*"],
  ["jira:issue_created", "JIRA:*"],
  ["a".repeat(200), `${"*a".repeat(127)}*b`],
])("%s does not match %s", (name, pattern) => {
  expect(fitsPattern(name, pattern)).toBe(false);
});

test("a name without a wildcard is not a pattern and matches itself only", () => {
  expect(isPattern("page_created")).toBe(false);
  expect(fitsPattern("page_created", "page_created")).toBe(true);
  expect(fitsPattern("page_created2", "page_created")).toBe(false);
});
