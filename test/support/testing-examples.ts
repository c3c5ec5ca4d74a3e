/** The example files of docs/testing.md, in a folder where `callboard`, `express` and `vitest` are installed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

export interface TestingExamples {
  readonly folder: string;
  /** Names of the files by the runner that they are for. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Installs a package by a link. */
  readonly link: (name: string, path: string) => void;
  readonly remove: () => void;
}

export function writeTestingExamples(): TestingExamples {
  const folder = mkdtempSync(join(tmpdir(), "callboard-examples-"));
  mkdirSync(join(folder, "node_modules"));
  const link = (name: string, path: string) => symlinkSync(path, join(folder, "node_modules", name));
  link("callboard", ROOT);
  for (const name of ["express", "vitest"]) link(name, join(ROOT, "node_modules", name));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "examples", private: true }));
  const files: Record<string, string[]> = {};
  const page = readFileSync(join(ROOT, "docs/testing.md"), "utf8");
  for (const [, name = "", runner = "none", code = ""] of page.matchAll(
    /```js\n\/\/ (\S+)(?: with (\w+))?\n([^]*?)```/g,
  )) {
    writeFileSync(join(folder, name), code);
    (files[runner] ??= []).push(name);
  }
  return { folder, files, link, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
