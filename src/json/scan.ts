/**
 * Scans JSON text without parsing it. One pass over the bytes checks the syntax, measures depth and number of values, and
 * locates the members of the root object, so that a payload can be cut out and forwarded byte for byte. The pass can run
 * while the text arrives.
 */

import { escapeStep } from "./pointer.ts";

/** A value in the text: the bytes `[start, end)`. */
export interface JsonPart {
  readonly start: number;
  readonly end: number;
  /** Set for an object that the outline names. */
  readonly members?: readonly JsonMember[];
  /** Set for an array that the outline names. */
  readonly items?: readonly JsonPart[];
}

/** A member of an object. Offsets are in bytes from the start of the text. */
export interface JsonMember extends JsonPart {
  readonly key: string;
  /** The offset of the key's opening quote. */
  readonly keyStart: number;
}

/** Containers below the root whose members or items are listed too. */
export interface Outline {
  /** For an object: the members to descend into. */
  readonly members?: Readonly<Record<string, Outline>>;
  /** For an array: the outline of each item. */
  readonly items?: Outline;
  /** Exempts the keys of this object from `duplicates: "top"`. */
  readonly mayRepeatKeys?: true;
}

/** `count` is the number of values and keys, including containers and the root. */
export type JsonScan = { readonly count: number } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonPart[] }
  | { readonly kind: "string" | "number" | "boolean" | "null" }
);

export type JsonTextProblem = "syntax" | "depth" | "count" | "duplicate-key" | "forbidden-key";

/** Thrown for text that is not acceptable JSON. `pointer` (RFC 6901) is set for all kinds except `syntax` and `count`. */
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
  /** Maximum nesting of objects and arrays. An object without containers has depth 1. */
  readonly maxDepth: number;
  /** Maximum number of values and keys together. Unlimited by default. */
  readonly maxCount?: number;
  /** Objects in which a duplicate key is refused. None by default, as in JSON.parse. */
  readonly duplicates?: "top" | "all";
  /** Containers below the root to list. With `duplicates: "top"`, their keys are checked too. */
  readonly outline?: Outline;
}

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const UNDERSCORE = 0x5f;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const FORBIDDEN_KEY = "__proto__";

/** 1 for bytes that stand for themselves in a string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;
/** 1 for letters allowed after a backslash. `u` is handled separately. */
const AFTER_BACKSLASH = new Uint8Array(256);
for (const letter of '"\\/bfnrt') AFTER_BACKSLASH[letter.charCodeAt(0)] = 1;
const HEX = new Uint8Array(256);
for (const digit of "0123456789abcdefABCDEF") HEX[digit.charCodeAt(0)] = 1;
const SPACE = new Uint8Array(256);
for (const space of " \n\r\t") SPACE[space.charCodeAt(0)] = 1;
const UNICODE_ESCAPE_LENGTH = 6;

const WORDS: ReadonlyMap<number, Buffer> = new Map(
  ["true", "false", "null"].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);

/** States, by what the next byte belongs to. From STRING on, the scanner is inside a token. */
const VALUE = 0;
const FIRST_ITEM = 1;
const FIRST_KEY = 2;
const KEY = 3;
const BEFORE_COLON = 4;
const AFTER_VALUE = 5;
const STRING = 6;
const WORD = 7;
const NUMBER_MINUS = 8;
const NUMBER_ZERO = 9;
const NUMBER_INTEGER = 10;
const NUMBER_DOT = 11;
const NUMBER_FRACTION = 12;
const NUMBER_E = 13;
const NUMBER_SIGN = 14;
const NUMBER_EXPONENT = 15;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
const isLetterE = (byte: number): boolean => (byte | 0x20) === LETTER_E;

/**
 * Scans text that is complete. Accepts what `JSON.parse` accepts, within the limits of `options`. The caller checks that the
 * bytes are valid UTF-8.
 * @throws {JsonTextError} for invalid JSON, for text over `maxDepth` or `maxCount`, for the key `__proto__` in any spelling,
 * and for a key that `duplicates` forbids.
 */
export function scanJson(bytes: Uint8Array, options: ScanOptions): JsonScan {
  const scanner = new JsonScanner(options);
  const text = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return scanner.end(text);
}

/** An object or array that is not closed yet. */
interface Open {
  readonly isObject: boolean;
  readonly outline: Outline | undefined;
  readonly seen: Set<string> | undefined;
  readonly members: JsonMember[] | undefined;
  readonly items: JsonPart[] | undefined;
  /** In an object: offset of the latest key, and its text where that is needed. */
  keyStart: number;
  key: string;
  /** In an array: index of the latest item. */
  index: number;
  /** Offset of this container. */
  readonly start: number;
}

/** Scans text that arrives in pieces, as {@link scanJson} does for complete text. */
export class JsonScanner {
  private readonly maxDepth: number;
  private readonly maxCount: number;
  private readonly duplicates: ScanOptions["duplicates"];
  private readonly outline: Outline;
  private text: Buffer = Buffer.alloc(0);
  private at = 0;
  private state = VALUE;
  private count = 0;
  private readonly open: Open[] = [];
  /** The root value, set when it has ended. */
  private root: JsonPart | undefined;
  /** Start of the current token. */
  private tokenStart = 0;
  private isKey = false;
  private hasEscape = false;
  private word: Buffer = Buffer.alloc(0);

  constructor({ maxDepth, maxCount = Infinity, duplicates, outline = {} }: ScanOptions) {
    this.maxDepth = maxDepth;
    this.maxCount = maxCount;
    this.duplicates = duplicates;
    this.outline = outline;
  }

  /**
   * Continues the scan.
   * @param text all bytes so far, from the first one
   * @throws {JsonTextError} as {@link scanJson}
   */
  push(text: Buffer): void {
    this.text = text;
    this.run();
  }

  /**
   * Ends the scan.
   * @param text all bytes
   * @throws {JsonTextError} as {@link scanJson}
   */
  end(text: Buffer): JsonScan {
    this.push(text);
    if (this.state >= NUMBER_MINUS && this.isNumberComplete()) this.endValue(text.length);
    const { root, count } = this;
    if (root === undefined || this.at < text.length) throw this.unexpected(text.length);
    const kind = toKind(text[root.start]);
    switch (kind) {
      case "object":
        return { kind, count, members: root.members ?? [] };
      case "array":
        return { kind, count, items: root.items ?? [] };
      default:
        return { kind, count };
    }
  }

  private run(): void {
    const { text } = this;
    const { length } = text;
    while (this.at < length) {
      switch (this.state) {
        case STRING:
          if (!this.readString()) return;
          break;
        case WORD:
          this.readWord();
          break;
        case VALUE:
        case FIRST_ITEM:
        case FIRST_KEY:
        case KEY:
        case BEFORE_COLON:
        case AFTER_VALUE:
          this.readStructure();
          break;
        default:
          this.readNumber();
      }
    }
  }

  /** Reads punctuation and white space until a token of more than one byte begins. */
  private readStructure(): void {
    const { text } = this;
    const { length } = text;
    let { at } = this;
    while (at < length) {
      const byte = text[at] as number;
      if (SPACE[byte] === 1) {
        at += 1;
        continue;
      }
      this.at = at;
      switch (this.state) {
        case FIRST_ITEM:
          if (byte === CLOSE_LIST) {
            this.close(at + 1);
            break;
          }
          this.beginValue(byte, at);
          break;
        case VALUE:
          this.beginValue(byte, at);
          break;
        case FIRST_KEY:
          if (byte === CLOSE_OBJECT) {
            this.close(at + 1);
            break;
          }
          this.beginKey(byte, at);
          break;
        case KEY:
          this.beginKey(byte, at);
          break;
        case BEFORE_COLON:
          if (byte !== COLON) throw this.unexpected(at);
          this.state = VALUE;
          break;
        default:
          this.afterValue(byte, at);
      }
      at += 1;
      this.at = at;
      if (this.state >= STRING) return;
    }
    this.at = at;
  }

  private afterValue(byte: number, at: number): void {
    const top = this.open.at(-1);
    if (top === undefined) throw this.unexpected(at);
    if (byte === COMMA) this.state = top.isObject ? KEY : VALUE;
    else if (byte === (top.isObject ? CLOSE_OBJECT : CLOSE_LIST)) this.close(at + 1);
    else throw this.unexpected(at);
  }

  private countOne(at: number): void {
    this.count += 1;
    if (this.count <= this.maxCount) return;
    throw new JsonTextError("count", `The text has more than ${this.maxCount} values and keys`, at);
  }

  private beginKey(byte: number, at: number): void {
    if (byte !== QUOTE) throw this.unexpected(at);
    this.countOne(at);
    this.state = STRING;
    this.isKey = true;
    this.hasEscape = false;
    this.tokenStart = at;
  }

  private beginValue(byte: number, at: number): void {
    this.countOne(at);
    const top = this.open.at(-1);
    if (top?.isObject === false) top.index += 1;
    this.tokenStart = at;
    switch (byte) {
      case QUOTE:
        this.state = STRING;
        this.isKey = false;
        this.hasEscape = false;
        return;
      case OPEN_OBJECT:
      case OPEN_LIST:
        this.openContainer(byte === OPEN_OBJECT, top, at);
        return;
      case MINUS:
        this.state = NUMBER_MINUS;
        return;
      case ZERO:
        this.state = NUMBER_ZERO;
        return;
      default: {
        if (isDigit(byte)) {
          this.state = NUMBER_INTEGER;
          return;
        }
        const word = WORDS.get(byte);
        if (word === undefined) throw this.unexpected(at);
        this.word = word;
        this.state = WORD;
      }
    }
  }

  private openContainer(isObject: boolean, top: Open | undefined, start: number): void {
    const depth = this.open.length + 1;
    if (depth > this.maxDepth) {
      const message = `The text is nested more than ${this.maxDepth} deep`;
      throw new JsonTextError("depth", message, start, this.pointer());
    }
    const outline = top === undefined ? this.outline : outlineIn(top);
    const isChecked =
      this.duplicates === "all" ||
      (this.duplicates === "top" && outline !== undefined && outline.mayRepeatKeys !== true);
    this.open.push({
      isObject,
      outline,
      seen: isObject && isChecked ? new Set() : undefined,
      members: isObject && outline !== undefined ? [] : undefined,
      items: !isObject && outline !== undefined ? [] : undefined,
      keyStart: 0,
      key: "",
      index: -1,
      start,
    });
    this.state = isObject ? FIRST_KEY : FIRST_ITEM;
  }

  private close(end: number): void {
    const closed = this.open.pop();
    if (closed === undefined) throw this.unexpected(end - 1);
    const { start, members, items } = closed;
    this.finish(start, end, members, items);
  }

  /** Ends the scalar that began at `tokenStart`. `end` is the offset after it. */
  private endValue(end: number): void {
    this.finish(this.tokenStart, end, undefined, undefined);
  }

  private finish(
    start: number,
    end: number,
    members: readonly JsonMember[] | undefined,
    items: readonly JsonPart[] | undefined,
  ): void {
    this.state = AFTER_VALUE;
    const top = this.open.at(-1);
    if (top === undefined) this.root = toPart(start, end, members, items);
    else if (top.members !== undefined) {
      const { key, keyStart } = top;
      top.members.push(
        members === undefined && items === undefined
          ? { key, keyStart, start, end }
          : { key, keyStart, ...toPart(start, end, members, items) },
      );
    } else top.items?.push(toPart(start, end, members, items));
  }

  private endKey(end: number): void {
    const top = this.open.at(-1) as Open;
    const { tokenStart } = this;
    top.keyStart = tokenStart;
    const isNeeded = top.seen !== undefined || top.members !== undefined;
    const maybeForbidden = this.hasEscape || this.text[tokenStart + 1] === UNDERSCORE;
    if (isNeeded || maybeForbidden) {
      top.key = this.decode(tokenStart, end);
      if (top.key === FORBIDDEN_KEY) {
        const message = `The key ${FORBIDDEN_KEY} is not accepted`;
        throw new JsonTextError("forbidden-key", message, tokenStart, this.pointer());
      }
      if (top.seen?.has(top.key) === true) {
        const pointer = this.pointer();
        throw new JsonTextError("duplicate-key", `The key at ${pointer} is a duplicate`, tokenStart, pointer);
      }
      top.seen?.add(top.key);
    }
    this.state = BEFORE_COLON;
  }

  /** Returns false if the rest of the string has not arrived. */
  private readString(): boolean {
    const { text } = this;
    const { length } = text;
    let { at } = this;
    for (;;) {
      while (at < length && PLAIN[text[at] as number] === 1) at += 1;
      this.at = at;
      if (at >= length) return false;
      const byte = text[at];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) throw this.unexpected(at);
      this.hasEscape = true;
      const after = this.escapeEnd(at);
      if (after === undefined) return false;
      at = after;
    }
    this.at = at + 1;
    if (this.isKey) this.endKey(at + 1);
    else this.endValue(at + 1);
    return true;
  }

  /** Returns the offset after the escape, or undefined if the rest of it has not arrived. */
  private escapeEnd(at: number): number | undefined {
    const { text } = this;
    const letter = text[at + 1];
    if (letter === undefined) return undefined;
    if (AFTER_BACKSLASH[letter] === 1) return at + 2;
    if (letter !== LETTER_U) throw this.unexpected(at + 1);
    for (let digit = at + 2; digit < at + UNICODE_ESCAPE_LENGTH; digit += 1) {
      const byte = text[digit];
      if (byte === undefined) return undefined;
      if (HEX[byte] !== 1) throw this.unexpected(digit);
    }
    return at + UNICODE_ESCAPE_LENGTH;
  }

  private readWord(): void {
    const { text, word, tokenStart } = this;
    const end = tokenStart + word.length;
    while (this.at < text.length && this.at < end) {
      if (text[this.at] !== word[this.at - tokenStart]) throw this.unexpected(this.at);
      this.at += 1;
    }
    if (this.at === end) this.endValue(end);
  }

  private isNumberComplete(): boolean {
    const { state } = this;
    return (
      state === NUMBER_ZERO ||
      state === NUMBER_INTEGER ||
      state === NUMBER_FRACTION ||
      state === NUMBER_EXPONENT
    );
  }

  private readNumber(): void {
    const { text } = this;
    const { length } = text;
    while (this.at < length) {
      if (this.state === NUMBER_INTEGER || this.state === NUMBER_FRACTION || this.state === NUMBER_EXPONENT) {
        let { at } = this;
        while (at < length && isDigit(text[at] as number)) at += 1;
        this.at = at;
        if (at >= length) return;
      }
      const next = stateAfter(this.state, text[this.at] as number);
      if (next === undefined) {
        if (!this.isNumberComplete()) throw this.unexpected(this.at);
        this.endValue(this.at);
        return;
      }
      this.state = next;
      this.at += 1;
    }
  }

  /** Returns a key as JSON.parse would. Its quotes are at `start` and `end - 1`. */
  private decode(start: number, end: number): string {
    const raw = this.text.toString("utf8", start + 1, end - 1);
    return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw;
  }

  /** Returns the JSON pointer to the current position. */
  private pointer(): string {
    return this.open
      .map(({ isObject, keyStart, index }) =>
        isObject ? cutKey(this.decode(keyStart, this.endOfKey(keyStart))) : String(index),
      )
      .map((step) => `/${escapeStep(step)}`)
      .join("");
  }

  private endOfKey(start: number): number {
    let at = start + 1;
    while (at < this.text.length && this.text[at] !== QUOTE) at += this.text[at] === BACKSLASH ? 2 : 1;
    return at + 1;
  }

  private unexpected(at: number): JsonTextError {
    const message = at >= this.text.length ? "The text ends too early" : `Unexpected character at byte ${at}`;
    return new JsonTextError("syntax", message, Math.min(at, this.text.length));
  }
}

/** Maximum length of a key in a pointer, which is part of a message. */
const MAX_TOLD_KEY_LENGTH = 200;

const cutKey = (key: string): string =>
  key.length > MAX_TOLD_KEY_LENGTH ? `${key.slice(0, MAX_TOLD_KEY_LENGTH)}… (cut)` : key;

/** Returns the state after one more byte of a number, or undefined if the byte isn't part of it. */
function stateAfter(state: number, byte: number): number | undefined {
  switch (state) {
    case NUMBER_MINUS:
      return byte === ZERO ? NUMBER_ZERO : isDigit(byte) ? NUMBER_INTEGER : undefined;
    case NUMBER_ZERO:
    case NUMBER_INTEGER:
      return byte === DOT ? NUMBER_DOT : isLetterE(byte) ? NUMBER_E : undefined;
    case NUMBER_DOT:
      return isDigit(byte) ? NUMBER_FRACTION : undefined;
    case NUMBER_FRACTION:
      return isLetterE(byte) ? NUMBER_E : undefined;
    case NUMBER_E:
      return byte === PLUS || byte === MINUS ? NUMBER_SIGN : isDigit(byte) ? NUMBER_EXPONENT : undefined;
    case NUMBER_SIGN:
      return isDigit(byte) ? NUMBER_EXPONENT : undefined;
    default:
      return undefined;
  }
}

/** Returns the outline of the next value in a container. */
function outlineIn({ isObject, outline, key }: Open): Outline | undefined {
  if (outline === undefined) return undefined;
  if (!isObject) return outline.items;
  return outline.members !== undefined && Object.hasOwn(outline.members, key)
    ? outline.members[key]
    : undefined;
}

function toPart(
  start: number,
  end: number,
  members: readonly JsonMember[] | undefined,
  items: readonly JsonPart[] | undefined,
): JsonPart {
  if (members !== undefined) return { start, end, members };
  return items === undefined ? { start, end } : { start, end, items };
}

function toKind(first: number | undefined): JsonScan["kind"] {
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
