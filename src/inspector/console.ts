/** The console: what was received, for people to read or for a program to pipe. */
import { escapeControls, escapeLine } from "../foreign-text.ts";
import { size } from "../format.ts";
import type { Capture } from "./capture.ts";
import { maskedBody, readJson } from "./capture.ts";
import type { Filter } from "./filter.ts";
import { compactJson, indentJson } from "./json-text.ts";
import type { JsonPart } from "./json-text.ts";

export const OUTPUTS = ["body", "lines", "jsonl"] as const;

/** A line and the pretty body, the line alone, or one JSON document a line. */
export type Output = (typeof OUTPUTS)[number];

export interface ConsoleOptions {
  readonly output: Output;
  readonly filter: Filter;
  readonly color: boolean;
  readonly write: (text: string) => void;
}

const COLORS = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
type Color = keyof typeof COLORS;
type Paint = (color: Color, text: string) => string;

const COLOR_OF: Readonly<Record<JsonPart, Color | undefined>> = {
  key: "cyan",
  string: "green",
  number: "blue",
  literal: "yellow",
  mark: undefined,
};

/** A longer body (in characters) is printed as it came: indented it would keep everything else waiting. */
const MAX_INDENTED = 1_000_000;

/** Prints each capture that the filter lets through. */
export function createConsole(options: ConsoleOptions): (capture: Capture) => void {
  const paint: Paint = options.color
    ? (color, text) => `\u001b[${COLORS[color]}m${text}\u001b[0m`
    : (_color, text) => text;
  return (capture) => {
    if (options.filter(capture)) options.write(`${formatCapture(capture, options.output, paint)}\n`);
  };
}

function formatCapture(capture: Capture, output: Output, paint: Paint): string {
  switch (output) {
    case "jsonl":
      return formatDocument(capture);
    case "lines":
      return formatLine(capture, paint);
    case "body": {
      const body = prettyBody(capture, paint);
      return body === "" ? formatLine(capture, paint) : `${formatLine(capture, paint)}\n${body}`;
    }
  }
}

function formatLine(capture: Capture, paint: Paint): string {
  const time = new Date(capture.receivedAt).toISOString().slice(11, 23);
  const parts = [
    paint("dim", time),
    paint("bold", escapeLine(capture.event)),
    escapeLine(capture.product),
    escapeLine(capture.deliveryId ?? ""),
    size(capture.body.length),
    formatVerification(capture, paint),
    capture.answer === "204" ? "" : paint("yellow", `answered ${escapeLine(capture.answer)}`),
  ];
  return parts.filter(Boolean).join("  ");
}

function formatVerification({ verification }: Capture, paint: Paint): string {
  switch (verification.state) {
    case "ok":
      return paint("green", "verified");
    case "unsigned":
      return paint("yellow", "not signed");
    case "bad":
      return paint("red", `REFUSED ${verification.code} ${escapeLine(verification.reason)}`);
  }
}

function prettyBody(capture: Capture, paint: Paint): string {
  const text = maskedBody(capture);
  if (text.length > MAX_INDENTED || readJson(text) === undefined) return harmless(text);
  return indentJson(text, (part, piece) => {
    const color = COLOR_OF[part];
    return color === undefined ? harmless(piece) : paint(color, harmless(piece));
  });
}

function formatDocument(capture: Capture): string {
  const { id, receivedAt, kind, product, event, deliveryId, verification, target, answer } = capture;
  const at = new Date(receivedAt).toISOString();
  const facts = JSON.stringify({ id, at, kind, product, event, deliveryId, verification, target, answer });
  const text = maskedBody(capture);
  const body = readJson(text) === undefined ? JSON.stringify(text) : compactJson(text);
  // Within a JSON string the spelled-out character is the same value.
  return escapeLine(`${facts.slice(0, -1)},"body":${body}}`);
}

/** Foreign text must not steer the terminal: control characters are spelled out. A body may be of Windows. */
function harmless(text: string): string {
  return escapeControls(text.replaceAll("\r\n", "\n"));
}
