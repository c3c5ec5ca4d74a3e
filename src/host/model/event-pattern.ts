/** Event types with wildcards: `*` stands for any text, also none. Pure. */

export function isPattern(event: string): boolean {
  return event.includes("*");
}

/** Whether a name fits a pattern, in time that grows with their lengths only: patterns come from strangers. */
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
