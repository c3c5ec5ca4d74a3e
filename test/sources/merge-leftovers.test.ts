/** No file has lines that a merge left for somebody to resolve: in a view, everybody would see them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["src", "views", "docs", "test", "bench", "examples", "deploy", "bin"];
const TEXT = /\.(?:[cm]?[jt]s|eta|css|md|json|ya?ml|sh|sql)$/;
const MARKER = /^(?:<{7} |={7}$|>{7} )/m;

const files = [
  ...readdirSync(ROOT).filter((file) => TEXT.test(file)),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => TEXT.test(file) && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  ),
];

test("no file has the marks of an unresolved merge", () => {
  expect(files).toEqual(expect.arrayContaining(["README.md", "views/host/addon.eta", "src/config.ts"]));
  expect(files.filter((file) => MARKER.test(readFileSync(join(ROOT, file), "utf8")))).toEqual([]);
});

test.each(["<<<<<<< HEAD", "text\n=======\ntext", ">>>>>>> feature"])("%j is such a mark", (text) => {
  expect(text).toMatch(MARKER);
});
