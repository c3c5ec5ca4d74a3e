/** A step into a parsed payload, which may be anything. */

/** The own member of an object; undefined of whatever else. Lists have their items under "0", "1" and so on. */
export function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
