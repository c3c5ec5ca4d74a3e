import { expect, test } from "vitest";
import {
  ANY_OBJECT,
  NEVER,
  NUMBER,
  STRING,
  UNKNOWN,
  createNames,
  intersect,
  listType,
  toMemberName,
  toTypeName,
  tupleType,
  unite,
  writeComment,
} from "../../../../src/catalogue/document/type-text.ts";

test("unions and intersections have each type once, and parentheses where they are mixed", () => {
  expect(unite([STRING, NEVER, NUMBER, STRING])).toEqual({ text: "string | number", kind: "union" });
  expect(unite([])).toBe(NEVER);
  expect(unite([STRING, UNKNOWN])).toBe(UNKNOWN);
  expect(intersect([UNKNOWN, STRING, STRING])).toBe(STRING);
  expect(intersect([])).toBe(UNKNOWN);
  expect(intersect([unite([STRING, NUMBER]), ANY_OBJECT]).text).toBe(
    `(string | number) & ${ANY_OBJECT.text}`,
  );
  expect(unite([intersect([STRING, ANY_OBJECT]), NUMBER]).text).toBe(
    `(string & ${ANY_OBJECT.text}) | number`,
  );
});

test("items of lists are in parentheses where they are more than one word", () => {
  expect(listType(listType(STRING)).text).toBe("readonly (readonly string[])[]");
  expect(tupleType([STRING, unite([STRING, NUMBER])], { required: 1, rest: listType(STRING) }).text).toBe(
    "readonly [string, (string | number)?, ...(readonly string[])[]]",
  );
});

test.each([
  ["crane.stopped", "CraneStopped"],
  ["jira:issue_created", "JiraIssueCreated"],
  ["CraneStopped", "CraneStopped"],
  ["3d", "_3d"],
  ["...", "_"],
  ["a".repeat(300), `A${"a".repeat(99)}`],
])("the type of %s is %s", (name, type) => {
  expect(toTypeName(name)).toBe(type);
});

test.each([
  ["crane", "crane"],
  ["$x_1", "$x_1"],
  ["crane.id", '"crane.id"'],
  ["1", '"1"'],
  ["é", '"é"'],
  ['"\u2028', '"\\"\\u2028"'],
])("the member %j is written %s", (name, written) => {
  expect(toMemberName(name)).toBe(written);
});

test("a name that is taken gives the next one that is wanted, then a number", () => {
  const takeName = createNames();
  expect([
    takeName("A"),
    takeName("A", "AEvent"),
    takeName("A", "AEvent"),
    takeName("A"),
    takeName("A_2"),
  ]).toEqual(["A", "AEvent", "A_2", "A_3", "A_2_2"]);
});

test("a comment", () => {
  expect(writeComment(undefined)).toBe("");
  expect(writeComment(" \n ")).toBe("");
  expect(writeComment("One line. ", { indent: "  " })).toBe("  /** One line. */\n");
  expect(writeComment("Two\r\n\r\nlines", { opening: "/*" })).toBe("/*\n * Two\n *\n * lines\n */\n");
  expect(writeComment(undefined, { tags: ["@deprecated"] })).toBe("/** @deprecated */\n");
  expect(writeComment("a */ b\n @deprecated", { tags: ["@since */"] })).toBe(
    "/**\n * a *\\/ b\n *  \\@deprecated\n * @since *\\/\n */\n",
  );
});
