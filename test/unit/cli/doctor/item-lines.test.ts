import { expect, test } from "vitest";
import { describeItem } from "../../../../src/cli/doctor/item-lines.ts";

test.each([
  ["ok", "✓ database           it responds"],
  ["warning", "! database           it responds"],
  ["problem", "✗ database           it responds"],
] as const)("%s has its mark, and the check's name in a column", (verdict, line) => {
  expect(describeItem({ check: "database", verdict, detail: "it responds" }, false)).toEqual([line]);
});

test("further lines and the remedy stand below the first", () => {
  const item = {
    check: "disk",
    verdict: "problem",
    detail: "1 GiB free\nof 20 GiB",
    remedy: "Delete files",
  } as const;
  expect(describeItem(item, false)).toEqual([
    "✗ disk               1 GiB free",
    "                     of 20 GiB",
    "                     → Delete files",
  ]);
});

test("the mark alone is colored, and foreign text colors nothing", () => {
  const item = { check: "disk", verdict: "ok", detail: "\u001b[31mred", remedy: "\u001b[2J" } as const;
  const [first = "", second = ""] = describeItem(item, true);
  expect(first.startsWith("\u001b[32m✓\u001b[39m disk")).toBe(true);
  expect(first.slice(10)).not.toContain("\u001b");
  expect(second).not.toContain("\u001b");
});
