/** Reads a member of a parsed payload. */

/** Returns an object's own member, or undefined. Items of lists are the members "0", "1" and so on. */
export function readMember(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
