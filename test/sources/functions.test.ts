/** Calls stay readable: a function has at most four positional parameters, and none is longer than its reader can follow. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "../../src");
const MAX_PARAMETERS = 4;
const MAX_LINES = 150;

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

test("no function has more than 150 lines", () => {
  expect(functions.filter(({ lines }) => lines > MAX_LINES).map(({ name }) => name)).toEqual([]);
});

test("a limit is called MAX_ or MIN_, as everywhere", () => {
  const names = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap(
      (file) =>
        readFileSync(join(SOURCES, file), "utf8").match(/\b(?:MOST|LONGEST|SHORTEST|LEAST)_\w+/g) ?? [],
    );
  expect(names).toEqual([]);
});

test("a function is called by what it does: getX, findX, listX, toX, not xOf", () => {
  const ROOT = join(import.meta.dirname, "../..");
  const found = ["src", "test", "bench"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.[jt]s$/.test(file) && !/generated|node_modules|\.venv/.test(file))
      .flatMap((file) =>
        Array.from(
          readFileSync(join(ROOT, folder, file), "utf8").matchAll(/\b(?:const|function) ([a-z]\w*Of)\b/g),
          ([, name = ""]) => `${folder}/${file} ${name}`,
        ),
      ),
  );
  expect(found).toEqual([]);
});
