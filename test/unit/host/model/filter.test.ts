import { describe, expect, test } from "vitest";
import { findEventType } from "../../../support/products.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { readFilterText } from "../../../../src/host/model/filter-text.ts";
import {
  checkFilter,
  isFilterKept,
  keepFilter,
  parseFilter,
  requireDynamicFilter,
} from "../../../../src/host/model/filter.ts";

const sample = findEventType("jira", "jira:issue_updated")?.sample() as {
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
const judge = (text: string, subject: object = issue, property?: { key: string; value: unknown }) =>
  parseFilter(text).judge({ issue: subject as Record<string, unknown>, property });
const holds = (...given: Parameters<typeof judge>) => judge(...given).truth === "true";

describe("filters that match", () => {
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
    'assignee = "712020:example-oscar-takeda"',
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
    "issue.property[com.example.crane].x = EMPTY",
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

describe("filters that don't match", () => {
  test.each([
    "project = X",
    "project != pier",
    "key not in (PIER-16, PIER-17)",
    "cf[10012] != Red",
    "cf[10014] = 1",
    "issue.property[com.example.crane].__proto__ = 1",
    "project = PIER AND status = Done",
    "NOT (project = PIER OR project = X)",
  ])("%s", (text) => {
    expect(judge(text).truth).toBe("false");
  });

  test("an empty field is neither equal nor unequal to a value, as in JQL", () => {
    expect(holds("assignee = maja", unassigned)).toBe(false);
    expect(holds("assignee != maja", unassigned)).toBe(false);
    expect(holds("assignee not in (maja)", unassigned)).toBe(false);
    expect(holds("assignee = EMPTY", unassigned)).toBe(true);
    expect(holds("assignee in (maja, EMPTY)", unassigned)).toBe(true);
    expect(holds("assignee != EMPTY", unassigned)).toBe(false);
  });

  test("the clause that is not true is reported", () => {
    expect(judge("project = PIER AND (status = Done OR key = A-1)")).toEqual({
      truth: "false",
      clause: expect.stringContaining("status = Done OR key = A-1") as string,
    });
    expect(judge("project = PIER and type = Task")).toEqual({ truth: "false", clause: "type = Task" });
  });
});

test("an issue with only a key has the project of that key", () => {
  expect(holds("project = PIER", { id: "20417", key: "PIER-17" })).toBe(true);
  expect(holds("project = X", { id: "20417", key: "PIER-17" })).toBe(false);
});

test("a property event is evaluated on its value", () => {
  const property = { key: "crane", value: { due: "2024-12-01" } };

  expect(holds("issue.property[crane].due = 2024-12-01", { key: "PIER-17" }, property)).toBe(true);
  expect(judge("issue.property[other].due = 2024-12-01", { key: "PIER-17" }, property)).toEqual({
    truth: "undecided",
    clause: "issue.property[other].due = 2024-12-01",
  });
});

/** What Atlassian's descriptor validator takes, and what people write every day. */
const EVERYDAY = [
  "project = TEST AND fixVersion = future",
  "labels = urgent",
  "labels IS EMPTY",
  "priority in (High, Highest)",
  "component = Backend",
  "resolution = Unresolved",
  "creator = currentUser()",
  "parent = PIER-1",
  "summary ~ crane",
  'summary ~ "broken crane*"',
  "created > -7d",
  'updated >= "2024/01/01"',
  "due < endOfWeek()",
  "assignee IS NOT EMPTY",
  "project = TEST ORDER BY created DESC",
  "ORDER BY created",
  "status CHANGED",
  'status CHANGED FROM "Open" TO "Done" AFTER -1d BY currentUser()',
  "status WAS NOT IN (Done, Closed)",
  "sprint in openSprints()",
  '"Story Points" > 3',
  '"Epic Link" = PIER-1',
  "fixVersion in unreleasedVersions(PIER)",
  'issue in linkedIssues("PIER-1")',
  "text ~ crane",
  "development[pullrequests].open > 0",
  "constructor = x",
];

test.each(EVERYDAY)("%s is accepted", (text) => {
  expect(checkFilter(text)).not.toHaveProperty("problem");
});

describe("undecided clauses", () => {
  test.each([
    ["project = TEST AND fixVersion = future", []],
    ["ORDER BY created", []],
    ["project = TEST AND status CHANGED", ["status CHANGED"]],
    ["NOT (sprint = 4 OR sprint = 4) AND key = A-1", ["sprint = 4"]],
    ["assignee = currentUser() OR summary ~ 'a~2'", ["assignee = currentUser()", "summary ~ 'a~2'"]],
    ["assignee in (currentUser(), maja)", []],
    ["constructor = x", ["constructor = x"]],
  ])("the undecided clauses of %s are %j", (text, undecided) => {
    expect(checkFilter(text)).toEqual({ undecided });
  });

  test("invalid JQL returns the problem instead", () => {
    expect(checkFilter("project =")).toMatchObject({ problem: { code: "DESCRIPTOR_FILTER" } });
  });
});

function catchRefusal(check: (text: string) => unknown, text: string): CallboardError {
  try {
    check(text);
  } catch (error) {
    expect(error).toBeInstanceOf(CallboardError);
    return error as CallboardError;
  }
  throw new Error(`${text} was not refused`);
}

const NO_JQL = [
  ["", 0, "too early"],
  ["project =", 9, "too early"],
  ["project = A AND", 15, "too early"],
  ["foo bar", 4, '"bar"'],
  ["(project = A", 12, "too early"],
  ["project = A; drop", 11, '";"'],
  ["project in A", 12, "too early"],
  ["project = (A, B)", 10, "not expected"],
  ["summary ~ crane*", 15, '"*"'],
  ["assignee is maja", 12, '"maja"'],
  [`project = ${"A".repeat(1_000)}`, 1_000, "more than 1000"],
  [`${"(".repeat(21)}project = A${")".repeat(21)}`, 20, "more than 20 nested parentheses"],
  [`project = "(" AND ${"(".repeat(30)}`, 38, "more than 20 nested parentheses"],
  [String.raw`project = \" AND ${"(".repeat(30)} AND key = "x"`, 37, "more than 20 nested parentheses"],
  [`${")".repeat(30)}${"(".repeat(30)}`, 50, "more than 20 nested parentheses"],
  [`project = A ${"B".repeat(200)}`, 12, `"${"B".repeat(40)}…"`],
] as const;

describe.each([
  ["a webhook", parseFilter, NO_JQL],
  [
    "a dynamic webhook",
    requireDynamicFilter,
    [
      ...NO_JQL,
      ["project = A ORDER BY key", 12, "ORDER BY"],
      ["ORDER BY key", 0, "ORDER BY"],
      ["summary = x", 0, "summary"],
      ["project = A AND summary ~ x", 24, "~"],
      ["project = A AND labels = x", 16, "labels"],
      ["assignee = currentUser()", 11, "functions"],
      ["assignee in (maja, currentUser())", 19, "functions"],
      ["assignee is EMPTY", 9, "is"],
      ["project in members()", 11, "functions"],
      ["constructor = x", 0, "constructor"],
      ["development[pullrequests].open = 0", 0, "development"],
      ["status was Done", 7, "was"],
      ["status changed", 0, "not expected"],
      ["summary ~ x AND status changed", 8, "~"],
    ],
  ],
] as const)(
  "a filter of %s is refused, with the character at which it goes wrong,",
  (_whose, check, refused) => {
    test.each(refused)("%j", (text, position, part) => {
      const { code, extra, message } = catchRefusal(check, text);

      expect([code, extra]).toEqual(["DESCRIPTOR_FILTER", { position }]);
      expect(message).toContain(part);
      expect(message).toContain(`character ${position + 1}`);
    });
  },
);

test.each([
  "issueKey = A-1 AND project != B AND type in (Bug, EMPTY)",
  "status not in (Done) AND assignee = EMPTY AND reporter != maja",
  "issue.property[a].b = 1 OR cf[10010] = x AND NOT customfield_10010 = y",
])("a dynamic webhook can have %s", (text) => {
  expect(() => {
    requireDynamicFilter(text);
  }).not.toThrow();
});

test("unclosed brackets are refused", () => {
  expect(() => parseFilter("(".repeat(1_000))).toThrow(CallboardError);
});

test("20 nested parentheses are accepted, and any number in quotes", () => {
  expect(holds(`${"(".repeat(20)}project = PIER${")".repeat(20)}`)).toBe(true);
  expect(
    holds(`(project = PIER) AND status != "${"(".repeat(100)}" AND status != '${"(".repeat(100)}'`),
  ).toBe(true);
});

describe("a filter of 1,000 characters that is nothing but", () => {
  const repeated = (part: string) => part.repeat(Math.floor(1_000 / part.length));

  test.each([["("], ["NOT ("], ["project = A AND ("], ["project in (A, "]])(
    "%s is refused for its depth, before a parser sees it",
    (part) => {
      const { message } = catchRefusal(parseFilter, repeated(part));
      expect(message).toContain("more than 20 nested parentheses");
    },
  );

  test.each([["!"], ["(project = A) AND "]])("%s ends too early", (part) => {
    const text = repeated(part);
    expect(catchRefusal(parseFilter, text).extra).toEqual({ position: text.length });
  });
});

test("a filter is parsed once", () => {
  expect(parseFilter("project = PIER")).toBe(parseFilter("project = PIER"));
});

test("a filter that was parsed elsewhere is not parsed again, nor is a refused one", () => {
  const text = "key = PARSED-1";
  expect(isFilterKept(text)).toBe(false);
  // As if another text stood there: whatever was read is what counts.
  keepFilter(text, readFilterText("key = PARSED-2"));
  expect([isFilterKept(text), holds(text, { key: "PARSED-2" })]).toEqual([true, true]);
  keepFilter("key = REFUSED-1", readFilterText("key ="));
  expect(() => parseFilter("key = REFUSED-1")).toThrow(CallboardError);
});

test("the 1,000 most recently used filters and refusals are cached", () => {
  // Too long to be parsed, so that each costs nothing.
  const fill = (from: number, to: number): void => {
    for (let n = from; n < to; n += 1) catchRefusal(parseFilter, `${"x".repeat(1_000)}${n}`);
  };
  const first = parseFilter("key = KEPT-1");
  const second = parseFilter("key = KEPT-2");
  fill(2, 1_000);
  expect(parseFilter("key = KEPT-1")).toBe(first);
  fill(1_000, 1_001);
  expect(parseFilter("key = KEPT-1")).toBe(first);
  expect(parseFilter("key = KEPT-2")).not.toBe(second);
});

test("a refused text is parsed once: the second refusal is the first one", () => {
  const catchRefusal = (text: string): unknown => {
    try {
      return parseFilter(text);
    } catch (error) {
      return error;
    }
  };
  const text = "project = PIER AND (status = Open OR ";
  expect(catchRefusal(text)).toBeInstanceOf(CallboardError);
  expect(catchRefusal(text)).toBe(catchRefusal(text));
});
