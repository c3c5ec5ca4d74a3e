/**
 * Reports whether a text is a URL. `URL.canParse` of Node 20 can't be used: once it is optimized, after some thousand calls, it refuses
 * texts with letters such as ü. Pure.
 */
export function canParseUrl(text: string): boolean {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}
