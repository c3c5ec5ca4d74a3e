/** What a command talks to: results go to standard output, everything else to standard error. */
import { escapeControls, escapeLine, replaceControls } from "../foreign-text.ts";
import { onFirstUse } from "../on-first-use.ts";

export interface Io {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  /** Whether results may have colors. */
  readonly color?: boolean;
  /** Columns of the terminal that results go to; left out where they go elsewhere. */
  readonly width?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The whole of standard input. */
  readonly readInput: () => Promise<string>;
  /** Whether notes go to a terminal. */
  readonly isTerminal?: boolean;
  /** One line typed at the terminal; left out where nobody can type. */
  readonly readLine?: () => Promise<string>;
}

/** Prints a result: for programs as one JSON document, for people as lines. */
export function print(
  io: Io,
  options: { readonly json?: boolean },
  value: unknown,
  lines: readonly string[],
): void {
  if (options.json === true) io.out(`${escapeControls(JSON.stringify(value, null, 2))}\n`);
  else if (lines.length > 0) io.out(`${printable(lines.join("\n"))}\n`);
}

/** Rows as columns, as wide as their widest cell; the last one is left as it is. A line break in a cell is spelled out. */
export function columns(foreignRows: readonly (readonly string[])[]): readonly string[] {
  const rows = toCells(foreignRows);
  const widths = measureWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : padded(cell, widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Cells of strangers, each on one line and without control characters. */
export const toCells = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.map((row) => row.map((cell) => escapeLine(printable(cell))));

/** Returns the width of the widest cell of each column. */
export const measureWidths = (rows: readonly (readonly string[])[]): readonly number[] =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => countColumns(row[column] ?? ""))));

const padded = (cell: string, width: number): string =>
  cell + " ".repeat(Math.max(0, width - countColumns(cell)));

/** What takes two columns of a terminal: East Asian wide and full-width characters, and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|.\ufe0f)/u;
const getGraphemes = onFirstUse(() => new Intl.Segmenter("en", { granularity: "grapheme" }));

/** Columns that a text takes on a terminal. */
export function countColumns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of getGraphemes().segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Text of strangers on a terminal: no control characters, no direction marks. */
export const printable = replaceControls;

/**
 * Spells the commands in a text as the reader can run them: `npx callboard …` where this process was started by npm or npx,
 * since `callboard` alone is then on no path.
 */
export function spellCommands(text: string, env: Io["env"]): string {
  if (env["npm_command"] === undefined) return text;
  return text.replaceAll(/(?<![\w/@.-]|npx )callboard (?=[a-z])/g, "npx callboard ");
}
