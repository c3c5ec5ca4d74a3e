/**
 * Parses a URL; undefined for a text that is none. `URL.canParse` of Node 20 can't be asked first: once it is optimized, after some
 * thousand calls, it refuses texts with letters such as ü. Pure.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
