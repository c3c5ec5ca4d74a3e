/** Rewrites the white space of JSON text and nothing else: numbers beyond 2^53, repeated keys and escapes stay as sent. */

/** Kind of a piece of JSON text. */
export type JsonPart = "key" | "string" | "number" | "literal" | "mark";

/** Dresses a piece for whoever reads it, and leaves its text alone. */
export type PaintJson = (part: JsonPart, piece: string) => string;

/** Deeper levels stay on the line of their parent: a body of brackets alone would else become mostly indentation. */
const DEEPEST_LINE = 32;

const MARKS = "{}[],:";

/** Two spaces a level, one member a line, down to 32 levels. `text` must be JSON. */
export function indentJson(text: string, paint: PaintJson = (_part, piece) => piece): string {
  const out: string[] = [];
  let depth = 0;
  let opened = false;
  for (const [part, piece] of listPieces(text)) {
    const closes = piece === "}" || piece === "]";
    const inner = depth;
    if (closes) depth -= 1;
    if ((opened ? !closes : closes) && inner <= DEEPEST_LINE) out.push("\n", "  ".repeat(depth));
    opened = piece === "{" || piece === "[";
    if (opened) depth += 1;
    out.push(paint(part, piece));
    if (piece === ":") out.push(" ");
    else if (piece === "," && depth <= DEEPEST_LINE) out.push("\n", "  ".repeat(depth));
  }
  return out.join("");
}

/** Without white space, on one line. `text` must be JSON. */
export function compactJson(text: string): string {
  return Array.from(listPieces(text), ([, piece]) => piece).join("");
}

/** The index after the string whose opening quote is at `start`. No pattern: those give up on strings of megabytes. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end + 1;
}

function* listPieces(text: string): Generator<readonly [part: JsonPart, piece: string]> {
  const word = /[^\s{}[\],:"]+/y;
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
    } else if (MARKS.includes(character)) {
      yield ["mark", character];
      at += 1;
    } else if (character === '"') {
      const end = endOfString(text, at);
      yield [isKey(text, end) ? "key" : "string", text.slice(at, end)];
      at = end;
    } else {
      word.lastIndex = at;
      const piece = word.exec(text)?.[0] ?? character;
      yield [/^[-\d]/.test(piece) ? "number" : "literal", piece];
      at += piece.length;
    }
  }
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charAt(at - 1 - slashes) === "\\") slashes += 1;
  return slashes % 2 === 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text.charAt(at))) at += 1;
  return text.charAt(at) === ":";
}
