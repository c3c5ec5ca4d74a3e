/** Event types with wildcards: `*` matches any text, also the empty one. Pure. */

export function isPattern(event: string): boolean {
  return event.includes("*");
}

/** Reports whether a name matches a pattern. Takes linear time, because patterns are foreign. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
