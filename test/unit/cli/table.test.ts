/** Tables: a header, the width of the terminal, colors only where they are wanted, and nothing of a stranger's control characters. */
import { describe, expect, test } from "vitest";
import { countColumns } from "../../../src/cli/io.ts";
import { fitWidths, printTable } from "../../../src/cli/table.ts";

function printed(
  io: { readonly color?: boolean; readonly width?: number },
  rows: readonly (readonly string[])[],
  options: { readonly json?: boolean } = {},
): string {
  let out = "";
  const given = { ...io, out: (text: string) => void (out += text), note: () => undefined };
  const table = { head: ["ID", "STATE", "NAME"], rows };
  printTable({ ...given, env: {}, readInput: () => Promise.resolve("") }, options, { items: rows }, table);
  return out;
}

test("columns are as wide as their widest cell, under a header", () => {
  expect(
    printed({}, [
      ["1", "delivered", "A"],
      ["234", "failed (gone)", "Bé"],
    ]),
  ).toBe("ID   STATE          NAME\n1    delivered      A\n234  failed (gone)  Bé\n");
});

test("an empty list prints nothing, as JSON everything", () => {
  expect(printed({ width: 80 }, [])).toBe("");
  expect(JSON.parse(printed({ color: true }, [["1", "failed", "A"]], { json: true }))).toEqual({
    items: [["1", "failed", "A"]],
  });
});

test("lines fit the terminal, the widest column first, wide characters counted as two", () => {
  const lines = printed({ width: 40 }, [
    ["1", "delivered", "字".repeat(40)],
    ["2", "x", "short"],
  ]).split("\n");
  expect(Math.max(...lines.map(countColumns))).toBeLessThanOrEqual(40);
  expect(lines[1]).toMatch(/^1 {3}delivered {2}字+…$/);
  expect(lines[2]).toContain("short");
});

test.each([
  [[5, 40, 20], 49, [5, 20, 20]],
  [[5, 40, 20], 1000, [5, 40, 20]],
  [[3, 4], 1, [3, 4]],
  [[50, 4], 14, [8, 4]],
])("widths %j fit %i as %j", (widths, width, fitted) => {
  expect(fitWidths(widths, width)).toEqual(fitted);
});

describe("colors", () => {
  const rows = [
    ["1", "failed (exhausted)", "failure"],
    ["2", "delivered", "failed"],
  ];

  test("are left out where nobody asked for them", () => {
    expect(printed({}, rows)).not.toContain("\u001b");
    expect(printed({ color: false }, rows)).not.toContain("\u001b");
  });

  test("mark the header and the states, and take no room", () => {
    const out = printed({ color: true }, rows);
    expect(out).toContain("\u001b[31mfailed (exhausted)\u001b[39m  failure");
    expect(out).toContain("\u001b[32mdelivered\u001b[39m           ");
    expect(out.split("\n")[0]).toContain("\u001b[1m");
  });

  test("of a stranger stay out", () => {
    expect(printed({ color: false }, [["1", "x", "\u001b[31mred"]])).not.toContain("\u001b");
  });
});
