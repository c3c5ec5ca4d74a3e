/**
 * Changes JSON text in place: members are put into the outermost object, everything else keeps its bytes.
 */
import { scanJson } from "./scan.ts";

const SPACE = 0x20;
const CLOSE_OBJECT = 0x7d;

/** Replaces the bytes `[start, end)` by text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits must not overlap; they may come in any order. */
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

/** Where the last key that was looked for stands, by the bytes: megabytes are not scanned again for each receiver. */
const lastPlaces = new WeakMap<Buffer, { readonly key: string; readonly places: readonly Place[] }>();

function placesOf(bytes: Buffer, key: string): readonly Place[] {
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

/** Members to put in front of those that an object has: key and JSON text of the value. */
export type NewMembers = Readonly<Record<string, string>>;

/** The edit that puts members into the object whose brace is the first one at or after `from`. */
export function insertion(bytes: Uint8Array, members: NewMembers, from = 0): Edit {
  const at = bytes.indexOf(0x7b, from) + 1;
  const added = Object.entries(members).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
  let next = at;
  while ((bytes[next] ?? CLOSE_OBJECT) <= SPACE) next += 1;
  if (added.length > 0 && bytes[next] !== CLOSE_OBJECT) added.push("");
  return { start: at, end: at, text: added.join(",") };
}

/** The text with members put in front; the same bytes when there are none to put. */
export function withMembers(bytes: Buffer, members: NewMembers, from = 0): Buffer {
  return Object.keys(members).length === 0 ? bytes : splice(bytes, [insertion(bytes, members, from)]);
}

/**
 * The text of an object whose outermost member `key` has the value `json`: put in the place of the one that is there,
 * also when it stands there more than once, or in front of the others. Of several texts made of the same bytes, only the
 * first one costs a scan, as long as the key is the same; the bytes must not be changed in between.
 */
export function withMember(bytes: Buffer, key: string, json: string): Buffer {
  const standing = placesOf(bytes, key);
  return standing.length === 0
    ? withMembers(bytes, { [key]: json })
    : splice(
        bytes,
        standing.map(({ start, end }) => ({ start, end, text: json })),
      );
}
