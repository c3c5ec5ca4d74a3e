/**
 * JSON for those who look values up in it: an integer that a number would round is the text of its digits instead, so
 * that a URL or a comparison has the value that was sent. Never to be written as JSON again.
 */

/** A text, skipped, or a run of digits that may be too long for a number; no part of a fraction or power. */
const TEXT_OR_LONG_INTEGER = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![.\deE+-])-?\d{16,}(?![.\deE])/gs;
const LONG_DIGITS = /\d{16}/;

/** @throws SyntaxError for what is not JSON */
export function parseExact(text: string): unknown {
  if (!LONG_DIGITS.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replaceAll(TEXT_OR_LONG_INTEGER, (found) =>
      found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"${found}"`,
    ),
  );
}
