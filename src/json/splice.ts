/** Edits JSON text in place: members are added to the root object, and all other bytes stay as they are. */
import { scanJson } from "./scan.ts";

const SPACE = 0x20;
const CLOSE_OBJECT = 0x7d;

/** A replacement of the bytes `[start, end)`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits in any order. They must not overlap. */
export function splice(bytes: Uint8Array, edits: readonly Edit[]): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((one, other) => one.start - other.start)) {
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts);
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Positions of the latest key, by text: megabytes aren't scanned again for each receiver. */
const lastPlaces = new WeakMap<Buffer, { readonly key: string; readonly places: readonly Place[] }>();

function findPlaces(bytes: Buffer, key: string): readonly Place[] {
  const known = lastPlaces.get(bytes);
  if (known?.key === key) return known.places;
  const scan = scanJson(bytes, { maxDepth: Number.MAX_SAFE_INTEGER });
  const places =
    scan.kind === "object"
      ? scan.members.filter((member) => member.key === key).map(({ start, end }) => ({ start, end }))
      : [];
  lastPlaces.set(bytes, { key, places });
  return places;
}

/** Members to add: key and JSON text of the value. */
export type NewMembers = Readonly<Record<string, string>>;

/** Returns the edit that adds members to the object that begins at or after `from`. */
export function insertion(bytes: Uint8Array, members: NewMembers, from = 0): Edit {
  const at = bytes.indexOf(0x7b, from) + 1;
  const added = Object.entries(members).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
  let next = at;
  while ((bytes[next] ?? CLOSE_OBJECT) <= SPACE) next += 1;
  if (added.length > 0 && bytes[next] !== CLOSE_OBJECT) added.push("");
  return { start: at, end: at, text: added.join(",") };
}

/** Adds members at the beginning of the object. Returns the same bytes if there are none. */
export function withMembers(bytes: Buffer, members: NewMembers, from = 0): Buffer {
  return Object.keys(members).length === 0 ? bytes : splice(bytes, [insertion(bytes, members, from)]);
}

/**
 * Sets the member `key` of the root object to the JSON text `json`: replaces it, at each place if the key is repeated, or
 * adds it at the beginning. Repeated calls with the same bytes and key scan them once, so the bytes must not change in
 * between.
 */
export function withMember(bytes: Buffer, key: string, json: string): Buffer {
  const standing = findPlaces(bytes, key);
  return standing.length === 0
    ? withMembers(bytes, { [key]: json })
    : splice(
        bytes,
        standing.map(({ start, end }) => ({ start, end, text: json })),
      );
}
