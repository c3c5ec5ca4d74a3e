/** Event types with wildcards: `*` matches any text, also the empty one. Pure. */

export function isPattern(event: string): boolean {
  return event.includes("*");
}

/**
 * Reports whether a name matches a pattern. Patterns are foreign, and each is compared with every event type of a product: the time is
 * linear, and a run of asterisks costs no more than one.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  if (pattern.includes("**")) return fitsPattern(name, pattern.replace(/\*{2,}/g, "*"));
  let star = pattern.indexOf("*");
  if (star < 0) return name === pattern;
  if (!name.startsWith(pattern.slice(0, star))) return false;
  let from = star;
  for (let next = pattern.indexOf("*", star + 1); next >= 0; next = pattern.indexOf("*", star + 1)) {
    const at = name.indexOf(pattern.slice(star + 1, next), from);
    if (at < 0) return false;
    from = at + next - star - 1;
    star = next;
  }
  const last = pattern.slice(star + 1);
  return name.length - last.length >= from && name.endsWith(last);
}
