/** The example files of docs/testing.md, in a folder where `callboard` and all packages of this project are installed. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

export interface TestingExamples {
  readonly folder: string;
  /** Names of the files by the runner that they are for. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly remove: () => void;
}

/** @param more a folder of packages, which go before those of this project */
export function writeTestingExamples(more?: string): TestingExamples {
  const folder = mkdtempSync(join(tmpdir(), "callboard-examples-"));
  mkdirSync(join(folder, "node_modules"));
  for (const packages of [join(ROOT, "node_modules"), ...(more === undefined ? [] : [more])]) {
    for (const name of readdirSync(packages)) {
      const link = join(folder, "node_modules", name);
      rmSync(link, { force: true });
      symlinkSync(join(packages, name), link);
    }
  }
  // In a folder of its own: Vitest transforms every module of a package that is linked, which takes seconds.
  for (const name of ["package.json", "bin", "dist", "views", "atlassian-connect.json"])
    cpSync(join(ROOT, name), join(folder, "node_modules/callboard", name), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "examples", private: true }));
  const files: Record<string, string[]> = {};
  const page = readFileSync(join(ROOT, "docs/testing.md"), "utf8");
  for (const [, name = "", runner = "none", code = ""] of page.matchAll(
    /```js\n\/\/ (\S+)(?: with (\w+))?\n([^]*?)```/g,
  )) {
    writeFileSync(join(folder, name), code);
    (files[runner] ??= []).push(name);
  }
  return { folder, files, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
