/** Every member that the catalogue lists can be used in a typed handler as it is; a member that it doesn't list can't. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS } from "../../src/catalogue/index.ts";
import type { EventType, Field } from "../../src/catalogue/index.ts";
import { compileTypes } from "../support/compile-types.ts";

const FOLDER = join(import.meta.dirname, "../../src/catalogue/bodies");
const toMapName = (product: string) => `${product.charAt(0).toUpperCase()}${product.slice(1)}Events`;

const TYPES: Readonly<Record<Field["type"], string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  object: "object",
  array: "readonly unknown[]",
  any: "unknown",
};

/** `comment.author.displayName` → `body["comment"]["author"]["displayName"]`, with `?.` behind what can be missing or null. */
function toExpression({ path }: Field, byPath: ReadonlyMap<string, Field>): string {
  let at = "";
  return path.split(".").reduce((expression, step) => {
    const above = byPath.get(at);
    const isSure =
      at === "" ||
      (above !== undefined && (above.required || above.usual === true) && above.nullable !== true);
    const isItem = at.endsWith("[]");
    const name = step.replace("[]", "");
    at = at === "" ? step.replace("[]", "") : `${at}.${name}`;
    const member = `${expression}${isSure && !isItem ? "" : "?."}["${name}"]`;
    if (!step.endsWith("[]")) return member;
    const list = byPath.get(at);
    at += "[]";
    const isSureList = list !== undefined && (list.required || list.usual === true) && list.nullable !== true;
    return `${member}${isSureList ? "" : "?."}[0]`;
  }, "body");
}

/** One statement for each listed member. Members that some bodies lack can be undefined, or are below one that can. */
function toStatements({ event, fields }: EventType, map: string): string {
  const byPath = new Map(fields.map((field) => [field.path, field]));
  const lines = fields
    .filter(({ path, loose }) => !path.endsWith("*") && loose !== true)
    .map((field, index) => {
      const isNullable = field.nullable === true || field.type === "any";
      const type = `${TYPES[field.type]} | undefined${isNullable ? " | null" : ""}`;
      return `  const v${index}: ${type} = ${toExpression(field, byPath)};\n  void v${index};`;
    });
  return `export function f(body: ${map}[${JSON.stringify(event)}]): void {\n${lines.join("\n")}\n  void body;\n}`;
}

function compileUses(product: string, uses: readonly string[]): readonly string[] {
  const map = toMapName(product);
  return compileTypes({
    "bodies.d.ts": readFileSync(join(FOLDER, `${product}.ts`), "utf8"),
    "uses.ts": [
      `import type { ${map} } from "./bodies.js";`,
      ...uses.map((text, index) => text.replace("function f(", `function f${index}(`)),
    ].join("\n"),
  });
}

test.each(BUILT_IN_PRODUCTS)(
  "every listed member of a body of $name",
  ({ key, eventTypes }) => {
    const uses = eventTypes.map((event) => toStatements(event, toMapName(key)));
    expect(uses.join("\n").match(/ const v/g)?.length).toBeGreaterThan(eventTypes.length);
    expect(compileUses(key, uses)).toEqual([]);
  },
  // A compiler looks at thousands of members.
  180_000,
);

describe("a member that bodies don't have", () => {
  test.each([
    ["jira", "comment_created", "body.comment.autor"],
    ["jira", "comment_created", "body.comment.author.login"],
    ["jira", "jira:issue_created", "body.isue"],
    ["jira", "jira:issue_created", "body.issue.fields.status.statusCategory.colour"],
    ["jira", "worklog_created", "body.issue"],
    ["jira", "sprint_closed", "body.sprint.boardId"],
    ["confluence", "page_created", "body.page.name"],
    ["confluence", "comment_created", "body.comment.author"],
    ["backlog", "issue_created", "body.project.key"],
    ["tracker", "story_create_activity", "body.performed_by.email"],
  ])("%s %s: %s", (product, event, expression) => {
    const use = `export function f(body: ${toMapName(product)}["${event}"]): void {\n  void ${expression};\n}`;
    expect(compileUses(product, [use])).toEqual([expect.stringContaining("does not exist on type")]);
  });

  test("a text is no number, and what can be missing is not taken for granted", () => {
    const use = (line: string) =>
      compileUses("jira", [`export function f(body: JiraEvents["comment_created"]): void {\n  ${line}\n}`]);
    expect(use("const id: number = body.comment.id; void id;")).toHaveLength(1);
    expect(use("void body.issue.key;")).toEqual([expect.stringContaining("possibly 'undefined'")]);
    expect(use("void body.issue?.fields.assignee.displayName;")).toEqual([
      expect.stringContaining("possibly 'null'"),
    ]);
  });
});
