/** Calls stay readable: a function has at most four positional parameters, and none is longer than its reader can follow. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "../../src");
const MAX_PARAMETERS = 4;
const MAX_LINES = 150;

/** Longer functions, with their lines today. They may only get shorter. */
const LONGER: Readonly<Record<string, number>> = {
  "config.ts readConfig": 166,
  "host/build.ts buildHost": 326,
  "host/delivery/engine.ts createEngine": 281,
  "host/delivery/feed.ts createFeed": 194,
  "host/delivery/settler.ts createSettler": 151,
  "host/events/accept.ts createAcceptor": 212,
  "host/replay/runner.ts createReplayRunner": 151,
  "host/registry/outgoing/outgoing.ts createOutgoing": 186,
  "host/store/db/postgres.ts openPostgres": 220,
  "host/web/pages/public-catalogue.ts createPublicCatalogueRouter": 223,
};

interface Found {
  readonly name: string;
  readonly parameters: number;
  readonly lines: number;
}

function listFunctions(file: string): readonly Found[] {
  const text = readFileSync(join(SOURCES, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
      found.push({
        name: `${file} ${named?.getText(source) ?? "anonymous"}`,
        parameters: node.parameters.length,
        lines: lineAt(node.end) - lineAt(node.getStart(source)) + 1,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const functions = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap(listFunctions);

test("no function has more than four positional parameters: further ones are members of an object", () => {
  expect(functions.filter(({ parameters }) => parameters > MAX_PARAMETERS).map(({ name }) => name)).toEqual(
    [],
  );
});

test("no function has more than 150 lines, but for those that are listed", () => {
  const long = functions.filter(({ name, lines }) => lines > (LONGER[name] ?? MAX_LINES));
  expect(long.map(({ name, lines }) => `${name}: ${lines}`)).toEqual([]);
  const isShort = (name: string) => !functions.some((each) => each.name === name && each.lines > MAX_LINES);
  expect(Object.keys(LONGER).filter(isShort)).toEqual([]);
});
