import { describe, expect, test } from "vitest";
import { findEvent } from "../../../../src/catalogue/index.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { parseFilter } from "../../../../src/host/events/filter.ts";

const sample = findEvent("jira", "jira:issue_created")?.sample() as {
  issue: { fields: Record<string, unknown>; properties?: unknown };
};
const issue = {
  ...sample.issue,
  fields: {
    ...sample.issue.fields,
    customfield_10011: { id: "1", value: "Harbour" },
    customfield_10012: [{ value: "Red" }, { value: "Green" }],
    customfield_10013: 5,
    customfield_10014: null,
  },
  properties: { "com.example.crane": { limits: { wind: 12 }, tags: ["a", "b"] } },
};
const unassigned = { ...issue, fields: { ...issue.fields, assignee: null } };
const holds = (text: string, subject: object = issue, property?: { key: string; value: unknown }) =>
  parseFilter(text)({ issue: subject as Record<string, unknown>, property }) === undefined;

describe("a filter that holds", () => {
  test.each([
    "project = PIER",
    "project = pier",
    'project = "Pier works"',
    "project = 10040",
    "issueKey = PIER-17",
    "key in (PIER-16, PIER-17)",
    "issue != PIER-18",
    "issuetype = Bug",
    "type not in (Story, Task)",
    'status = "In Progress"',
    "status = 3",
    'assignee = "712020:bb77d9e1"',
    'reporter = "Maja Lindqvist"',
    "assignee != EMPTY",
    "cf[10011] = Harbour",
    "customfield_10011 = harbour",
    "cf[10012] = Green",
    "cf[10012] in (Blue, Red)",
    "cf[10013] = 5",
    "cf[10014] = EMPTY",
    "issue.property[com.example.crane].limits.wind = 12",
    "issue.property[com.example.crane].tags = b",
    "issue.property[com.example.other].x = EMPTY",
    "project = PIER AND status != Done",
    "project = X OR status = 3",
    "NOT project = X",
    "project = PIER AND (status = Done OR (type = Bug AND key = PIER-17))",
  ])("%s", (text) => {
    expect(holds(text)).toBe(true);
  });

  test("AND binds tighter than OR", () => {
    expect(holds("project = PIER OR project = X AND status = Done")).toBe(true);
    expect(holds("status = Done AND project = X OR project = PIER")).toBe(true);
  });
});

describe("a filter that does not hold", () => {
  test.each([
    "project = X",
    "project != pier",
    "key not in (PIER-16, PIER-17)",
    "cf[10012] != Red",
    "cf[99999] = 1",
    "issue.property[com.example.crane].limits = 12",
    "issue.property[com.example.crane].__proto__ = 1",
    "project = PIER AND status = Done",
    "NOT (project = PIER OR project = X)",
  ])("%s", (text) => {
    expect(holds(text)).toBe(false);
  });

  test("an empty field is neither equal nor unequal to a value, as in JQL", () => {
    expect(holds("assignee = maja", unassigned)).toBe(false);
    expect(holds("assignee != maja", unassigned)).toBe(false);
    expect(holds("assignee not in (maja)", unassigned)).toBe(false);
    expect(holds("assignee = EMPTY", unassigned)).toBe(true);
    expect(holds("assignee in (maja, EMPTY)", unassigned)).toBe(true);
    expect(holds("assignee != EMPTY", unassigned)).toBe(false);
  });

  test("says which part is not true", () => {
    const failed = parseFilter("project = PIER AND (status = Done OR key = A-1)")({
      issue,
      property: undefined,
    });

    expect(failed).toContain("status = Done OR key = A-1");
    expect(parseFilter("project = PIER and type = Task")({ issue, property: undefined })).toBe("type = Task");
  });
});

test("the project of an issue of which only the key is known is read from the key", () => {
  expect(holds("project = PIER", { id: "20417", key: "PIER-17" })).toBe(true);
  expect(holds("project = X", { id: "20417", key: "PIER-17" })).toBe(false);
});

test("a property event is held against the value that it carries", () => {
  const property = { key: "crane", value: { due: "2024-12-01" } };

  expect(holds("issue.property[crane].due = 2024-12-01", { key: "PIER-17" }, property)).toBe(true);
  expect(holds("issue.property[other].due = 2024-12-01", { key: "PIER-17" }, property)).toBe(false);
});

describe("a filter is refused, with the character at which it goes wrong,", () => {
  test.each([
    ["", 0, "too early"],
    ["project =", 9, "too early"],
    ["project = A AND", 15, "too early"],
    ["foo bar", 4, '"bar"'],
    ["(project = A", 12, "too early"],
    ["project = A; drop", 11, '";"'],
    ["project = A ORDER BY key", 12, "ORDER BY"],
    ["summary = x", 0, "summary"],
    ["project = A AND summary ~ x", 24, "~"],
    ["assignee = currentUser()", 11, "functions"],
    ["project in A", 12, "too early"],
    ["project = (A, B)", 10, "not expected"],
    ["project in members()", 11, "functions"],
    [`project = ${"A".repeat(1_000)}`, 1_000, "more than 1000"],
    ["constructor = x", 0, "constructor"],
    ["status was Done", 7, "was"],
    ["status changed", 0, "not expected"],
    [`${"(".repeat(21)}project = A${")".repeat(21)}`, 20, "more than 20 parentheses"],
    [`project = "(" AND ${"(".repeat(30)}`, 38, "more than 20 parentheses"],
    [String.raw`project = \" AND ${"(".repeat(30)} AND key = "x"`, 37, "more than 20 parentheses"],
    [`${")".repeat(30)}${"(".repeat(30)}`, 50, "more than 20 parentheses"],
    [`project = A ${"B".repeat(200)}`, 12, `"${"B".repeat(40)}…"`],
  ])("%j", (text, position, part) => {
    let refused: unknown;
    try {
      parseFilter(text);
    } catch (error) {
      refused = error;
    }

    expect(refused).toBeInstanceOf(CallboardError);
    const { code, extra, message } = refused as CallboardError;
    expect([code, extra]).toEqual(["DESCRIPTOR_FILTER", { position }]);
    expect(message).toContain(part);
    expect(message).toContain(`character ${position + 1}`);
  });
});

test("brackets without end are refused like everything else", () => {
  expect(() => parseFilter("(".repeat(1_000))).toThrow(CallboardError);
});

test("as many as 20 parentheses may be inside of each other, and any number in quotes", () => {
  expect(holds(`${"(".repeat(20)}project = PIER${")".repeat(20)}`)).toBe(true);
  expect(
    holds(`(project = PIER) AND status != "${"(".repeat(100)}" AND status != '${"(".repeat(100)}'`),
  ).toBe(true);
});

test.each([["("], ["NOT ("], ["project = A AND ("], ["!"], ["(project = A) AND "], ["project in (A, "]])(
  "a filter of nothing but %s is refused before the parser has lost itself in it",
  (part) => {
    const text = part.repeat(Math.floor(1_000 / part.length));
    const before = performance.now();
    expect(() => parseFilter(text)).toThrow(CallboardError);
    expect(performance.now() - before).toBeLessThan(5_000);
  },
);

test("a filter is parsed once", () => {
  expect(parseFilter("project = PIER")).toBe(parseFilter("project = PIER"));
});
