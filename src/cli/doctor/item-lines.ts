/** A check of `callboard doctor` as lines. */
import { styleText } from "node:util";
import { printable } from "../io.ts";
import type { CheckedItem } from "./checks.ts";

const MARKS = { ok: ["✓", "green"], warning: ["!", "yellow"], problem: ["✗", "red"] } as const;
const NAME_WIDTH = 18;

export function describeItem(
  { check, verdict, detail, remedy }: CheckedItem,
  isColored: boolean,
): readonly string[] {
  const [mark, style] = MARKS[verdict];
  const shown = isColored ? styleText(style, mark, { validateStream: false }) : mark;
  const [first = "", ...more] = printable(detail).split("\n");
  const indent = " ".repeat(NAME_WIDTH + 3);
  return [
    `${shown} ${check.padEnd(NAME_WIDTH)} ${first}`,
    ...more.map((line) => indent + line),
    ...(remedy === undefined ? [] : [`${indent}→ ${printable(remedy)}`]),
  ];
}
