/**
 * Changes files in every way and runs the tests of each against its changes: `node stryker.js RESULT FILE…`. The mutants are
 * written to RESULT as JSON.
 */
import { Stryker } from "@stryker-mutator/core";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ROOT, listTests } from "./files.js";

/** Stryker copies the rest. */
const NOT_NEEDED = [
  "clients",
  "deploy",
  "pack",
  "browser",
  "world",
  "fuzz",
  "integration",
  "store",
  "bad-input",
  "crash",
].map((folder) => `/test/${folder}`);

const [, , result = "", ...files] = process.argv;
process.chdir(ROOT);
// Read by vitest.config.ts: for a changed constant Stryker runs whatever that includes.
process.env["MUTATION_TESTS"] = [...new Set(files.flatMap(listTests))].join(" ");
const mutants = await new Stryker({
  testRunner: "unit",
  plugins: ["./test/mutation/runner.js", "./test/mutation/ignored.js"],
  ignorers: ["ignored"],
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  mutate: files,
  concurrency: 1,
  reporters: [],
  tempDirName: join(tmpdir(), `callboard-mutation-${process.pid}`),
  ignorePatterns: ["/*", "!/src", "!/test", "!/package.json", "!/tsconfig.json", ...NOT_NEEDED],
  disableTypeChecks: false,
  allowConsoleColors: false,
  logLevel: "error",
  timeoutMS: 10_000,
}).runMutationTest();
writeFileSync(
  result,
  JSON.stringify(
    mutants.map(({ fileName, status, mutatorName, replacement, location }) => ({
      file: relative(ROOT, fileName),
      status,
      mutatorName,
      replacement,
      line: location.start.line + 1,
      column: location.start.column + 1,
    })),
  ),
);
