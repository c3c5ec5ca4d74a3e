/**
 * JSON for those who look values up in it: an integer that a number would round is the text of its digits instead, so
 * that a URL or a comparison has the value that was sent. Never to be written as JSON again.
 *
 * No regular expression is used here: over a text of any length, one may need more stack than there is.
 */

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
/** Integers of fewer digits are all exact as numbers, those of more are never safe. */
const LONG = 16;
/** The marks of a fraction or power, which make a number inexact anyway. */
const FRACTION_MARKS: ReadonlySet<number> = new Set([0x2b, 0x2e, 0x45, 0x65]);

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** @throws SyntaxError for what is not JSON */
export function parseExact(text: string): unknown {
  return JSON.parse(withLongIntegersAsText(text));
}

/** The same, and whether the value has such a text. @throws SyntaxError for what is not JSON */
export function readExact(text: string): { readonly value: unknown; readonly hasLongIntegers: boolean } {
  const exact = withLongIntegersAsText(text);
  return { value: JSON.parse(exact), hasLongIntegers: exact !== text };
}

/** The text with each integer in quotes that a number would round; the same text when it has none. */
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
    if (at - start < LONG || isPartOfFraction(text, start, at)) continue;
    const signed = text.charCodeAt(start - 1) === MINUS ? start - 1 : start;
    const digits = text.slice(signed, at);
    if (isExactInteger(digits)) continue;
    parts.push(text.slice(taken, signed), '"', digits, '"');
    taken = at;
  }
  return taken === 0 ? text : parts.join("") + text.slice(taken);
}

/** Reports whether a number has all the digits of an integer, which may begin with a minus sign. */
export function isExactInteger(digits: string): boolean {
  return digits.length <= LONG + 1 && Number.isSafeInteger(Number(digits));
}

/** The offset after the closing quote, or the end of a text that has none. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

function isPartOfFraction(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1) === MINUS ? start - 2 : start - 1;
  return (
    FRACTION_MARKS.has(text.charCodeAt(start - 1)) ||
    (before === start - 2 && FRACTION_MARKS.has(text.charCodeAt(before))) ||
    FRACTION_MARKS.has(text.charCodeAt(end))
  );
}
