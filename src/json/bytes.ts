/** The bytes of JSON text, and how a part of it is passed over. Pure; the text is valid JSON. */
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

export const isOpening = (byte: number | undefined): boolean => byte === OPEN_OBJECT || byte === OPEN_LIST;
export const isClosing = (byte: number | undefined): boolean => byte === CLOSE_OBJECT || byte === CLOSE_LIST;

/** Returns the offset after the container that encloses `start`. */
export function endOfContainer(text: Buffer, start: number): number {
  let at = start;
  for (let depth = 1; depth > 0 && at < text.length;) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (isOpening(byte)) depth += 1;
    else if (isClosing(byte)) depth -= 1;
    at += 1;
  }
  return at;
}

/** Returns the offset after the closing quote. Searches for quotes first, which is fast because escapes are rare. */
export function endOfString(text: Buffer, start: number): number {
  let at = text.indexOf(QUOTE, start + 1);
  if (at < 0) return text.length;
  if (text[at - 1] !== BACKSLASH) return at + 1;
  at = start + 1;
  while (at < text.length) {
    const byte = text[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return text.length;
}
