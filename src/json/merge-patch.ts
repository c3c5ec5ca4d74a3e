/** JSON Merge Patch (RFC 7396). Pure. */
import { isObject } from "./object.ts";

/** Returns the target with the patch merged into it: null in an object removes the member, and anything else replaces the value. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value));
  }
  return Object.fromEntries(members);
}
