/**
 * Parses JSON without rounding integers: an integer that a number would round becomes the text of its digits, so that a URL
 * or comparison gets the value that was sent. The result is for lookups, not for writing JSON again.
 *
 * Uses no regular expressions: on long texts they can overflow the stack.
 */

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SPACES: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20]);
/** Integers with fewer digits are always exact as numbers. */
const LONG = 16;
/** Characters of a fraction or exponent. Such numbers are inexact anyway. */
const FRACTION_MARKS: ReadonlySet<number> = new Set([0x2b, 0x2e, 0x45, 0x65]);

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/**
 * Parses JSON text.
 * @throws {SyntaxError} if the text is not JSON.
 */
export function parseExact(text: string): unknown {
  return JSON.parse(withLongIntegersAsText(text));
}

/**
 * Parses JSON text and reports whether an integer became text.
 * @throws {SyntaxError} if the text is not JSON.
 */
export function readExact(text: string): { readonly value: unknown; readonly hasLongIntegers: boolean } {
  const exact = withLongIntegersAsText(text);
  return { value: JSON.parse(exact), hasLongIntegers: exact !== text };
}

/** Puts integers that a number would round into quotes. Returns the same text if it has none. */
function withLongIntegersAsText(text: string): string {
  const parts: string[] = [];
  let taken = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (!isDigit(code)) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && isDigit(text.charCodeAt(at))) at += 1;
    if (at - start < LONG || isPartOfFraction(text, start, at) || isNoValue(text, start, at)) continue;
    const signed = text.charCodeAt(start - 1) === MINUS ? start - 1 : start;
    const digits = text.slice(signed, at);
    if (isExactInteger(digits)) continue;
    parts.push(text.slice(taken, signed), '"', digits, '"');
    taken = at;
  }
  return taken === 0 ? text : parts.join("") + text.slice(taken);
}

/** Reports whether a number represents the integer exactly. `digits` can begin with a minus sign. */
export function isExactInteger(digits: string): boolean {
  return digits.length <= LONG + 1 && Number.isSafeInteger(Number(digits));
}

/** Returns the offset after the closing quote, or the end of the text if there is none. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

/** Reports whether JSON has no such value there: quotes would make JSON of what is none. */
function isNoValue(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) === ZERO) return true;
  let next = end;
  while (SPACES.has(text.charCodeAt(next))) next += 1;
  return text.charCodeAt(next) === COLON;
}

function isPartOfFraction(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1) === MINUS ? start - 2 : start - 1;
  return (
    FRACTION_MARKS.has(text.charCodeAt(start - 1)) ||
    (before === start - 2 && FRACTION_MARKS.has(text.charCodeAt(before))) ||
    FRACTION_MARKS.has(text.charCodeAt(end))
  );
}
