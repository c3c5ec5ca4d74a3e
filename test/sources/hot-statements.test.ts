/**
 * Statements on the tables that every event passes. Each names its site, so that a database that is spread over servers by site can
 * run it on one of them.
 */
import ts from "typescript";
import { expect, test } from "vitest";
import { readSources } from "../support/source-imports.ts";

const USES_HOT_TABLE =
  /\b(?:FROM|JOIN|UPDATE|INTO|EXISTS \(SELECT 1 FROM)\s+callboard_(?:event|delivery|attempt|minute|endpoint_hour)\b/;
const NAMES_SITE = /\bsite_no\s*(?:=|>|IN\b)|\([\w.]*site_no\b[^)]*\)\s*(?:=|>|IN\b)/;
const INSERTS_SITE = /\bINSERT INTO callboard_\w+[^]*\bsite_no\b/;

/** By file and function: why a statement is for every site. */
const OF_EVERY_SITE: Readonly<Record<string, string>> = {
  "tables/announced.ts countAllWaiting": "one figure of the whole server, counted up to a limit",
  "tables/delivery-log.ts metOn": "names its site, in the words of the index that it walks along",
  "tables/changes.ts readTogether": "asked where one server has all sites: the newest of all of them",
  "tables/deliveries.ts listNextOfLanes": "one process owns a SQLite file, which is on one server",
  "tables/ended.ts endDeliveries": "its callers name the site, which is tested below",
  "tables/ended.ts listKeysToEnd": "its callers name the site, which is tested below",
  "tables/order.ts numberWritten":
    "what transactions of programs wrote is found by having no number, whichever site it is of",
  "tables/newest.ts sitesOfNames": "goes from site to site along the index of names",
  "tables/deliveries.ts releaseExpired": "a lease that ran out is found by its time, whichever site it is of",
};

interface Statement {
  readonly place: string;
  readonly sql: string;
}

/** The texts of a file with what stands for their parts put in, as far as the file itself says what that is. */
function readStatements({
  file,
  text,
}: {
  readonly file: string;
  readonly text: string;
}): readonly Statement[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const named = new Map<string, ts.Expression>();
  const statements: Statement[] = [];

  function collectNames(node: ts.Node): void {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      named.set(node.name.text, node.initializer);
    ts.forEachChild(node, collectNames);
  }
  function resolve(node: ts.Node, depth = 0): string {
    const inner = (each: ts.Node): string => resolve(each, depth + 1);
    if (depth > 8) return node.getText();
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return node.head.text + node.templateSpans.map((s) => inner(s.expression) + s.literal.text).join("");
    if (ts.isIdentifier(node)) {
      const value = named.get(node.text);
      return value === undefined ? node.text : inner(value);
    }
    if (ts.isArrowFunction(node)) return inner(node.body);
    if (ts.isCallExpression(node)) return [node.expression, ...node.arguments].map(inner).join(" ");
    if (ts.isPropertyAccessExpression(node)) return `${inner(node.expression)} ${node.name.text}`;
    if (ts.isConditionalExpression(node)) return `${inner(node.whenTrue)} ${inner(node.whenFalse)}`;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return inner(node.expression);
    return node.getText();
  }
  function collect(node: ts.Node, within: string): void {
    if (
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateExpression(node)
    ) {
      if (USES_HOT_TABLE.test(node.getText()))
        statements.push({ place: `${file.replace("host/store/", "")} ${within}`, sql: resolve(node) });
      return;
    }
    const name = ts.isFunctionDeclaration(node) && node.name !== undefined ? node.name.text : within;
    ts.forEachChild(node, (child) => collect(child, name));
  }
  collectNames(source);
  collect(source, "");
  return statements;
}

const statements = readSources()
  .filter(({ file }) => !file.startsWith("host/store/db/migrations/"))
  .flatMap(readStatements);
const ofEverySite = statements.filter(({ sql }) => !NAMES_SITE.test(sql) && !INSERTS_SITE.test(sql));

test("every statement on a hot table names its site, or has a reason why not", () => {
  expect(ofEverySite.filter(({ place }) => OF_EVERY_SITE[place] === undefined)).toEqual([]);
});

test("whoever ends deliveries names their site", () => {
  const calls = readSources().flatMap(({ file, text }) =>
    [...text.matchAll(/endDeliveries\(tx, (\{[^]*?\n {2,4}\})\)/g)].map(([, ending = ""]) => ({
      file,
      ending,
    })),
  );
  expect(calls.length).toBeGreaterThan(5);
  expect(
    calls.filter(({ ending }) => !/\bsite_no\s*=|\b(?:SAME_ROW|OF_REPLAY|waitingFor)\b/.test(ending)),
  ).toEqual([]);
});

test("no reason is left over", () => {
  const found = new Set(ofEverySite.map(({ place }) => place));
  expect(Object.keys(OF_EVERY_SITE).filter((place) => !found.has(place))).toEqual([]);
});

test("hot tables are used in the store alone, by dozens of statements", () => {
  expect(statements.filter(({ place }) => !place.startsWith("tables/"))).toEqual([]);
  expect(statements.length).toBeGreaterThan(50);
});
