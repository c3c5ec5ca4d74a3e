/** What a command talks to: results go to standard output, everything else to standard error. */
import { escapeControls, escapeLine, replaceControls } from "../foreign-text.ts";

export interface Io {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The whole of standard input. */
  readonly readInput: () => Promise<string>;
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
  const rows = foreignRows.map((row) => row.map((cell) => escapeLine(printable(cell))));
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
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
