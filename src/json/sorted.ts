/** JSON text in which the order of members makes no difference. Pure. */
import { isObject } from "./object.ts";

/** Returns the same text for JSON values that differ only in the order of their members. */
export const toSortedText = (value: unknown): string => JSON.stringify(sortMembers(value));

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, sortMembers(member)]),
  );
}
