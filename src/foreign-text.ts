/** Foreign text in line-based output. A leaf: every room may import it. */

/**
 * Characters that steer a terminal or change the order in which text is shown: C0 and C1 controls but tab and line break, DEL, line
 * and paragraph separators, and the direction marks of Unicode (Bidi_Control).
 */
// eslint-disable-next-line no-control-regex -- these are the characters that it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const LINE_CONTROLS = /[\t\n]/g;

/** Spells control characters and direction marks as JSON does (`\u001b`), so that JSON text keeps its value. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, spell);
}

/** The same, with line breaks and tabs: the text can't begin a line or a column of its own. */
export function escapeLine(text: string): string {
  return escapeControls(text).replace(LINE_CONTROLS, (character) => (character === "\n" ? "\\n" : "\\t"));
}

/** Replaces control characters and direction marks by U+FFFD. */
export function replaceControls(text: string): string {
  return text.replace(CONTROLS, "\uFFFD");
}

function spell(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
