/**
 * Looks over JSON text without parsing it: one pass over the bytes says whether it is JSON, how deep it is, and where
 * each member of the outermost object lies, so that a payload can be cut out and forwarded byte for byte.
 */

import { escapeStep } from "./pointer.ts";

/** A member of the outermost object. Offsets are in bytes; the value is `[start, end)`. */
export interface JsonMember {
  readonly key: string;
  /** Where the key's opening quote is. */
  readonly keyStart: number;
  readonly start: number;
  readonly end: number;
  /** With `nested`, of a member that is an array. */
  readonly items: readonly JsonItem[] | undefined;
}

/** An item of an array: the bytes `[start, end)`. */
export interface JsonItem {
  readonly start: number;
  readonly end: number;
  /** With `nested`, of an item that is an object. Their offsets count like those of the item. */
  readonly members: readonly JsonMember[] | undefined;
}

export type JsonScan =
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonItem[] }
  | { readonly kind: "string" | "number" | "boolean" | "null" };

export type JsonTextProblem = "syntax" | "depth" | "duplicate-key" | "forbidden-key";

/** The text is not acceptable JSON. `pointer` (RFC 6901) is there for all kinds but `syntax`. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
  readonly kind: JsonTextProblem;
  /** The byte at which the problem was found. */
  readonly offset: number;
  readonly pointer: string | undefined;

  constructor(kind: JsonTextProblem, message: string, offset: number, pointer?: string) {
    super(message);
    this.kind = kind;
    this.offset = offset;
    this.pointer = pointer;
  }
}

export interface ScanOptions {
  /** How many objects and arrays may be inside of each other; a bare object counts 1. */
  readonly maxDepth: number;
  /** In which objects a key must not stand twice; nowhere when left out, as in JSON.parse. */
  readonly duplicates?: "top" | "all";
  /** Tells the objects in the arrays of the outermost object apart too, whose keys then count as the top's. */
  readonly nested?: boolean;
}

/** The depth of those arrays, and of the objects in them. */
const NESTED_LIST = 2;
const NESTED_OBJECT = 3;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const UNDERSCORE = 0x5f;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const FORBIDDEN_KEY = "__proto__";

/** 1 for the bytes that may stand in a string as they are. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;
/** 1 for what may follow a backslash; `u` is looked at on its own. */
const AFTER_BACKSLASH = new Uint8Array(256);
for (const letter of '"\\/bfnrt') AFTER_BACKSLASH[letter.charCodeAt(0)] = 1;
const HEX = new Uint8Array(256);
for (const digit of "0123456789abcdefABCDEF") HEX[digit.charCodeAt(0)] = 1;

const WORDS = new Map([
  [0x74, "true"],
  [0x66, "false"],
  [0x6e, "null"],
]);

/**
 * Accepts exactly the texts that `JSON.parse` accepts (if the bytes are valid UTF-8, which is the caller's check), except
 * those that are deeper than `maxDepth`, that use the key `__proto__` in any spelling, or that repeat a key where
 * `duplicates` forbids it. Throws {@link JsonTextError}.
 */
export function scanJson(bytes: Uint8Array, options: ScanOptions): JsonScan {
  return new Scanner(bytes, options).scan();
}

/** A recursive descent over the bytes. Methods take the offset to begin at and give the one after what they read. */
class Scanner {
  private readonly bytes: Buffer;
  private readonly maxDepth: number;
  private readonly duplicates: ScanOptions["duplicates"];
  private readonly nested: boolean;
  private readonly members: JsonMember[] = [];
  private readonly items: JsonItem[] = [];
  /** Of the array of the outermost object that was read last, and of the object in it that was read last. */
  private nestedItems: JsonItem[] | undefined;
  private nestedMembers: JsonMember[] | undefined;
  /** Where we are, per open container: the offset of the key, or -1 - index in a list. */
  private readonly path: number[] = [];
  /** Whether the string that was read last has a backslash. */
  private hasEscape = false;

  constructor(bytes: Uint8Array, { maxDepth, duplicates, nested = false }: ScanOptions) {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.maxDepth = maxDepth;
    this.duplicates = duplicates;
    this.nested = nested;
  }

  scan(): JsonScan {
    const start = this.space(0);
    const end = this.space(this.value(start, 0));
    if (end < this.bytes.length) throw this.unexpected(end);
    const kind = kindOf(this.bytes[start]);
    switch (kind) {
      case "object":
        return { kind, members: this.members };
      case "array":
        return { kind, items: this.items };
      default:
        return { kind };
    }
  }

  private value(at: number, depth: number): number {
    switch (this.bytes[at]) {
      case QUOTE:
        return this.string(at);
      case OPEN_OBJECT:
        return this.object(at, depth + 1);
      case OPEN_LIST:
        return this.list(at, depth + 1);
      case 0x74:
      case 0x66:
      case 0x6e:
        return this.word(at);
      default:
        return this.number(at);
    }
  }

  private object(start: number, depth: number): number {
    this.checkDepth(start, depth);
    const members = this.membersAt(depth);
    const checked = this.duplicates === "all" || (this.duplicates === "top" && members !== undefined);
    const seen = checked ? new Set<string>() : undefined;
    let at = this.space(start + 1);
    if (this.bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      if (this.bytes[at] !== QUOTE) throw this.unexpected(at);
      const keyStart = at;
      const keyEnd = this.string(at);
      this.path[depth - 1] = keyStart;
      if (this.hasEscape || this.bytes[keyStart + 1] === UNDERSCORE) {
        this.checkForbidden(keyStart, keyEnd, depth);
      }
      at = this.space(keyEnd);
      if (this.bytes[at] !== COLON) throw this.unexpected(at);
      const valueStart = this.space(at + 1);
      if (depth === 1) this.nestedItems = undefined;
      at = this.value(valueStart, depth);
      if (seen !== undefined || members !== undefined) {
        const key = this.key(keyStart, keyEnd);
        if (seen !== undefined) this.checkRepeated(seen, key, keyStart, depth);
        const items = depth === 1 ? this.nestedItems : undefined;
        members?.push({ key, keyStart, start: valueStart, end: at, items });
      }
      at = this.space(at);
      if (this.bytes[at] === CLOSE_OBJECT) return at + 1;
      if (this.bytes[at] !== COMMA) throw this.unexpected(at);
      at = this.space(at + 1);
    }
  }

  private list(start: number, depth: number): number {
    this.checkDepth(start, depth);
    const items = this.itemsAt(depth);
    let at = this.space(start + 1);
    if (this.bytes[at] === CLOSE_LIST) return at + 1;
    for (let index = 0; ; index++) {
      this.path[depth - 1] = -1 - index;
      const itemStart = at;
      if (items !== undefined) this.nestedMembers = undefined;
      at = this.value(at, depth);
      items?.push({ start: itemStart, end: at, members: this.nestedMembers });
      at = this.space(at);
      if (this.bytes[at] === CLOSE_LIST) return at + 1;
      if (this.bytes[at] !== COMMA) throw this.unexpected(at);
      at = this.space(at + 1);
    }
  }

  private string(start: number): number {
    const { bytes } = this;
    let at = start + 1;
    this.hasEscape = false;
    for (;;) {
      while (PLAIN[bytes[at] ?? 0] === 1) at++;
      if (bytes[at] === QUOTE) return at + 1;
      if (bytes[at] !== BACKSLASH) throw this.unexpected(at);
      this.hasEscape = true;
      at = this.escape(at);
    }
  }

  private escape(at: number): number {
    const letter = this.bytes[at + 1] ?? 0;
    if (AFTER_BACKSLASH[letter] === 1) return at + 2;
    if (letter !== 0x75) throw this.unexpected(at + 1);
    for (let digit = at + 2; digit < at + 6; digit++) {
      if (HEX[this.bytes[digit] ?? 0] !== 1) throw this.unexpected(digit);
    }
    return at + 6;
  }

  private number(start: number): number {
    let at = this.bytes[start] === MINUS ? start + 1 : start;
    at = this.bytes[at] === ZERO ? at + 1 : this.digits(at);
    if (this.bytes[at] === 0x2e) at = this.digits(at + 1);
    if (this.bytes[at] === 0x65 || this.bytes[at] === 0x45) {
      const sign = this.bytes[at + 1];
      at = this.digits(sign === 0x2b || sign === MINUS ? at + 2 : at + 1);
    }
    return at;
  }

  /** At least one digit. */
  private digits(start: number): number {
    let at = start;
    for (;;) {
      const byte = this.bytes[at] ?? 0;
      if (byte < ZERO || byte > NINE) break;
      at++;
    }
    if (at === start) throw this.unexpected(at);
    return at;
  }

  private word(at: number): number {
    const word = WORDS.get(this.bytes[at] ?? 0) ?? "";
    for (let index = 1; index < word.length; index++) {
      if (this.bytes[at + index] !== word.charCodeAt(index)) throw this.unexpected(at + index);
    }
    return at + word.length;
  }

  private space(start: number): number {
    let at = start;
    for (;;) {
      const byte = this.bytes[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
      at++;
    }
  }

  /** Where the members of an object at this depth are kept, if they are. */
  private membersAt(depth: number): JsonMember[] | undefined {
    if (depth === 1) return this.members;
    return this.nested && depth === NESTED_OBJECT && this.nestedItems !== undefined
      ? (this.nestedMembers = [])
      : undefined;
  }

  private itemsAt(depth: number): JsonItem[] | undefined {
    if (depth === 1) return this.items;
    return this.nested && depth === NESTED_LIST ? (this.nestedItems = []) : undefined;
  }

  private checkDepth(at: number, depth: number): void {
    if (depth <= this.maxDepth) return;
    const message = `The text is nested more than ${this.maxDepth} deep`;
    throw new JsonTextError("depth", message, at, this.pointer(depth - 1));
  }

  private checkForbidden(start: number, end: number, depth: number): void {
    if (this.key(start, end) !== FORBIDDEN_KEY) return;
    const message = `The key ${FORBIDDEN_KEY} is not accepted`;
    throw new JsonTextError("forbidden-key", message, start, this.pointer(depth));
  }

  private checkRepeated(seen: Set<string>, key: string, start: number, depth: number): void {
    if (seen.has(key)) throw this.repeated(start, depth);
    seen.add(key);
  }

  private repeated(at: number, depth: number): JsonTextError {
    const pointer = this.pointer(depth);
    return new JsonTextError("duplicate-key", `The key at ${pointer} stands twice`, at, pointer);
  }

  /** The key whose quotes are at `start` and `end - 1`, as JSON.parse would give it. */
  private key(start: number, end: number): string {
    const raw = this.bytes.toString("utf8", start + 1, end - 1);
    return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw;
  }

  /** The JSON pointer to where the innermost `depth` containers stand. */
  private pointer(depth: number): string {
    return this.path
      .slice(0, depth)
      .map((step) => (step < 0 ? String(-1 - step) : this.key(step, this.string(step))))
      .map((step) => `/${escapeStep(step)}`)
      .join("");
  }

  private unexpected(at: number): JsonTextError {
    const message =
      at >= this.bytes.length ? "The text ends too early" : `Unexpected character at byte ${at}`;
    return new JsonTextError("syntax", message, Math.min(at, this.bytes.length));
  }
}

function kindOf(first: number | undefined): JsonScan["kind"] {
  switch (first) {
    case OPEN_OBJECT:
      return "object";
    case OPEN_LIST:
      return "array";
    case QUOTE:
      return "string";
    case 0x74:
    case 0x66:
      return "boolean";
    case 0x6e:
      return "null";
    default:
      return "number";
  }
}
