/**
 * Returns a URL or path without the slashes at its end. Takes time in proportion to the text, as a regular expression doesn't where
 * slashes stand before something else. Pure.
 */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text.endsWith("/", end)) end -= 1;
  return text.slice(0, end);
}
