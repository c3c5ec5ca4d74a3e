import { describe, expect, test } from "vitest";
import { readFilterText } from "../../../../src/host/model/filter-text.ts";

const clause = (text: string, field: string, operator: string, ...operands: readonly unknown[]) => ({
  kind: "clause",
  text,
  field,
  operator,
  operands,
});
const value = (text: string) => ({ kind: "value", value: text });

describe("parsing a filter", () => {
  test("one clause has its operands in order", () => {
    expect(readFilterText(" project in (PIER, 'Dry dock') ")).toEqual({
      kind: "tree",
      tree: clause("project in (PIER, 'Dry dock')", "project", "in", value("PIER"), value("Dry dock")),
    });
  });

  test("each part keeps its text", () => {
    const { tree } = readFilterText("NOT (key = A-1 OR assignee = EMPTY) AND type = Bug") as {
      tree: unknown;
    };
    const either = {
      kind: "or",
      text: "key = A-1 OR assignee = EMPTY",
      parts: [
        clause("key = A-1", "key", "=", value("A-1")),
        clause("assignee = EMPTY", "assignee", "=", { kind: "empty" }),
      ],
    };
    expect(tree).toMatchObject({
      kind: "and",
      text: "NOT (key = A-1 OR assignee = EMPTY) AND type = Bug",
      parts: [
        { kind: "not", part: { kind: "or", parts: either.parts } },
        clause("type = Bug", "type", "=", value("Bug")),
      ],
    });
  });

  test("a filter with an ORDER BY clause only matches everything", () => {
    expect(readFilterText("ORDER BY created")).toMatchObject({
      kind: "tree",
      tree: { kind: "and", text: "", parts: [] },
    });
  });

  test("functions are named without their arguments", () => {
    expect(readFilterText("fixVersion in unreleasedVersions(PIER)")).toMatchObject({
      tree: { operands: [{ kind: "function", name: "unreleasedVersions" }] },
    });
  });

  test("a history clause has no operands", () => {
    expect(readFilterText("status CHANGED")).toMatchObject({
      tree: { kind: "clause", field: "status", operator: "changed", operands: [] },
    });
  });

  test.each([
    ["issue.property[crane].limits.wind = 1", { key: "crane", path: ["limits", "wind"] }],
    ["issue.property[com.example.crane].a = 1", { key: "com.example.crane", path: ["a"] }],
  ])("%s has the property %j", (text, property) => {
    expect(readFilterText(text)).toMatchObject({ tree: { field: "issue.property", property } });
  });

  test("other fields have no property", () => {
    expect(readFilterText("cf[10011] = x")).not.toHaveProperty("tree.property");
  });
});

test("the same text can be parsed repeatedly", () => {
  const [first, second, third] = [1, 2, 3].map(() => readFilterText("key = A-1"));
  expect(first?.kind).toBe("tree");
  expect([second, third]).toEqual([first, first]);
});

describe("limits of dynamic webhooks", () => {
  const beyond = (text: string) => {
    const read = readFilterText(text);
    return read.kind === "tree" ? read.beyondDynamic : read;
  };

  test.each([
    "issueKey = A-1",
    "KEY = A-1",
    "issue = A-1",
    "id = 1",
    "project = A",
    "issuetype = Bug",
    "type = Bug",
    "status != Done",
    "assignee in (a, EMPTY)",
    "reporter not in (a)",
    "cf[10010] = x",
    "customfield_10010 = x",
    "Issue.Property[a].b = 1",
  ])("a dynamic webhook can have %s", (text) => {
    expect(beyond(text)).toBeUndefined();
  });

  test.each([
    [
      "summary ~ x",
      { position: 8, detail: "The operator ~ is not one of =, !=, IN and NOT IN (character 9)" },
    ],
    [
      "labels = x",
      {
        position: 0,
        detail:
          "The field labels is not one of issueKey, project, issuetype, status, assignee, reporter, issue.property[…] and cf[…] (character 1)",
      },
    ],
    [
      "project = A ORDER BY key",
      { position: 12, detail: "A dynamic webhook's filter can't have ORDER BY (character 13)" },
    ],
    [
      "assignee = currentUser()",
      { position: 11, detail: "A dynamic webhook's filter can't have functions (character 12)" },
    ],
    [
      "assignee in (a, currentUser())",
      { position: 16, detail: "A dynamic webhook's filter can't have functions (character 17)" },
    ],
    ["status CHANGED", { position: 0, detail: '"status" is not expected here (character 1)' }],
    ["customfield_10010x = x", { position: 0 }],
    ["xcf[1] = x", { position: 0 }],
    ["mykey = x", { position: 0 }],
    ["keys = x", { position: 0 }],
    ["development[pullrequests].open = 0", { position: 0 }],
  ])("%s is refused with its position", (text, refusal) => {
    expect(beyond(text)).toMatchObject(refusal);
  });

  test("the first refused part in text order is reported", () => {
    expect(beyond("labels = x AND summary ~ y ORDER BY key")).toMatchObject({ position: 0 });
    expect(beyond("project = x AND summary ~ y ORDER BY key")).toMatchObject({ position: 24 });
  });
});

describe("invalid filters", () => {
  test.each([
    ["", 0, "The filter ends too early (character 1)"],
    ["project =", 9, "The filter ends too early (character 10)"],
    ["project = A  ; drop table", 13, '";" is not expected here (character 14)'],
    [`project = A ${"B".repeat(40)}`, 12, `"${"B".repeat(40)}" is not expected here (character 13)`],
    [`project = A ${"B".repeat(41)}`, 12, `"${"B".repeat(40)}…" is not expected here (character 13)`],
    ["x".repeat(1_001), 1_000, "The filter has more than 1000 characters (character 1001)"],
    [
      `${"(".repeat(21)}a = b${")".repeat(21)}`,
      20,
      "The filter has more than 20 nested parentheses (character 21)",
    ],
  ])("%j is refused at %i: %s", (text, position, detail) => {
    expect(readFilterText(text)).toEqual({ kind: "refused", refusal: { detail, position } });
  });

  test.each([
    ["20 inside of each other", `${"(".repeat(20)}key = A${")".repeat(20)}`],
    ["21 one after the other", Array(21).fill("(key = A)").join(" OR ")],
    ["21 in double quotes", `key = "${"(".repeat(21)}"`],
    ["21 in single quotes", `key = '${"(".repeat(21)}'`],
    ["21 after an escaped quote in quotes", String.raw`key = "\"${"(".repeat(21)}"`],
  ])("parentheses count by depth only: %s are accepted", (_what, text) => {
    expect(readFilterText(text).kind).toBe("tree");
  });

  test("a filter of the maximum length is parsed", () => {
    const text = `key = ${"A".repeat(994)}`;
    expect(text).toHaveLength(1_000);
    expect(readFilterText(text).kind).toBe("tree");
  });
});
