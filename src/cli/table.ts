/** Lists of things as tables: with a header, as wide as the terminal, and states in color. */
import { styleText } from "node:util";
import { measureWidths, print, toCells, countColumns } from "./io.ts";
import type { Io } from "./io.ts";

export interface Table {
  /** Names of the columns. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type Style = "bold" | "green" | "red" | "yellow";

const COLORS: Readonly<Record<string, Style>> = {
  delivered: "green",
  healthy: "green",
  enabled: "green",
  active: "green",
  ok: "green",
  failed: "red",
  paused: "red",
  gone: "red",
  inactive: "red",
  "circuit-open": "red",
  waiting: "yellow",
  leased: "yellow",
  failing: "yellow",
  disabled: "yellow",
  deprecated: "yellow",
};

const GAP = "  ";
/** A column gets no narrower than this, however narrow the terminal is. */
const MIN_WIDTH = 8;

/** Prints a list: for programs as one JSON document, for people as a table. An empty one prints nothing. */
export function printTable(
  io: Io,
  options: { readonly json?: boolean },
  value: unknown,
  { head, rows }: Table,
): void {
  if (options.json === true || rows.length === 0) {
    print(io, options, value, []);
    return;
  }
  const cells = toCells([head, ...rows]);
  const widths = fitWidths(measureWidths(cells), io.width);
  const lines = cells.map((row, index) =>
    row
      .map((cell, column) =>
        layOut(cell, widths[column] ?? 0, column === row.length - 1, findStyle(io, cell, index)),
      )
      .join(GAP)
      .trimEnd(),
  );
  io.out(`${lines.join("\n")}\n`);
}

/** Takes from the widest columns until the line fits. */
export function fitWidths(widths: readonly number[], width = Number.POSITIVE_INFINITY): readonly number[] {
  const fitted = [...widths];
  let over = fitted.reduce((sum, each) => sum + each, GAP.length * (fitted.length - 1)) - width;
  while (over > 0) {
    const widest = Math.max(...fitted);
    if (widest <= MIN_WIDTH) return fitted;
    fitted[fitted.indexOf(widest)] = widest - 1;
    over -= 1;
  }
  return fitted;
}

/** A state may have more behind it: "paused since …". */
function findStyle(io: Io, cell: string, row: number): Style | undefined {
  if (io.color !== true) return undefined;
  return row === 0 ? "bold" : COLORS[/^[a-z-]+/.exec(cell)?.[0] ?? ""];
}

function layOut(cell: string, width: number, isLast: boolean, style: Style | undefined): string {
  const text = countColumns(cell) > width ? cut(cell, width) : cell;
  const padding = isLast ? "" : " ".repeat(Math.max(0, width - countColumns(text)));
  return `${style === undefined ? text : styleText(style, text, { validateStream: false })}${padding}`;
}

function cut(text: string, width: number): string {
  let kept = "";
  for (const character of text) {
    if (countColumns(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
