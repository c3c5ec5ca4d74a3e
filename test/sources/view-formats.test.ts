/** Numbers, sizes, durations and times are formatted in src/format.ts alone: views have no way of their own. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const VIEWS = "views";
const PAGES = ["src/host/web/pages", "src/inspector/web"];
const OTHER_WAYS = /toLocale\w*String|toFixed|toISOString|toUTCString|Intl\.|Math\.round|1[_]?024|86_?400/;

const filesBelow = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const findOthers = (files: readonly string[], pattern: RegExp): readonly string[] =>
  files.flatMap((file) =>
    readFileSync(join(ROOT, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );

test("no view formats a number or a time by itself", () => {
  const views = filesBelow(VIEWS, ".eta");
  expect(views.length).toBeGreaterThan(50);
  expect(findOthers(views, OTHER_WAYS)).toEqual([]);
});

test("no page formats a number or a time by itself", () => {
  const pages = PAGES.flatMap((folder) => filesBelow(folder, ".ts"));
  expect(findOthers(pages, /toLocale\w*String|toFixed|Intl\.|KiB|MiB/)).toEqual([]);
});
