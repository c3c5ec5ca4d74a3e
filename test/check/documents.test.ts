/** docs/check.md says what the code does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKS } from "../../src/check/checks.ts";
import { readSources } from "../support/source-imports.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/check.md"), "utf8");

/** The rows of the table that begins with this cell. */
function readTable(heading: string): readonly (readonly string[])[] {
  const lines = PAGE.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

test("the table of checks is that of the code", () => {
  expect(readTable("check")).toEqual(
    Object.entries(CHECKS).map(([id, { severity, title, does }]) => [
      id,
      severity,
      title,
      does.replaceAll("`", ""),
    ]),
  );
});

test("the table of codes has every code that ends a check", () => {
  const texts = readSources()
    .filter(({ file }) => file.startsWith("check/") || file === "cli/commands/check.ts")
    .map(({ text }) => text)
    .join("\n");
  const thrown = [
    ...texts.matchAll(/(?:CheckProblem|CommandFailure|notStarted = [^;]*)\([^"]*"\w+",\s*"([A-Z_]+)"/g),
  ]
    .map(([, code]) => code)
    .filter((code) => code !== "USAGE");
  expect(
    readTable("code")
      .map(([code]) => code)
      .toSorted(),
  ).toEqual([...new Set(thrown)].toSorted());
});

test("the table of options is that of the help", () => {
  const program = readSources().find(({ file }) => file === "cli/program/check.ts")!.text;
  const options = [...program.matchAll(/(?:\.option|new Option)\(\s*"(--[\w-]+)/g)].map(([, name]) => name);
  const told = readTable("option").map(([cell = ""]) => cell.split(" ")[0]);
  expect(told.toSorted()).toEqual([...options, "--json"].toSorted());
});
