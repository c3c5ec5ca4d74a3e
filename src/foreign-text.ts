/** Escapes foreign text for line-based output. Imports nothing, so that every room can use it. */

/**
 * Characters that control a terminal or reorder the displayed text: C0 and C1 controls except tab and line feed, DEL, line
 * and paragraph separators, and Unicode's direction marks (Bidi_Control).
 */
// eslint-disable-next-line no-control-regex -- these are the characters that it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const LINE_CONTROLS = /[\t\n]/g;

/** Escapes control characters and direction marks as JSON does (`\u001b`), so that JSON text keeps its value. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, spell);
}

/** Escapes line feeds and tabs too, so that the text can't start a line or column of its own. */
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
