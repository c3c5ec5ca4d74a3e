/** Texts that people see and every database keeps as they came: no control characters, no halves of characters. */

const IN_A_LINE = /\p{Cc}/u;
/** Line breaks and tabs are what a text of several lines has. */
const IN_LINES = /(?![\n\r\t])\p{Cc}/u;

/** What is wrong with the characters of a single line, such as a name; undefined when nothing is. */
export function whyNotLine(text: string): string | undefined {
  return IN_A_LINE.test(text) || !text.isWellFormed() ? "must not have control characters" : undefined;
}

/** The same for a text that may have several lines. */
export function whyNotLines(text: string): string | undefined {
  return IN_LINES.test(text) || !text.isWellFormed()
    ? "must not have control characters other than line breaks and tabs"
    : undefined;
}
