/**
 * Reads values out of JSON text at a bounded cost. A text of ordinary size is parsed as a whole; of a larger one the upper
 * levels are read and the rest is left out, since JSON.parse would hold up everything else for its time.
 *
 * The text must have passed the scanner: it is not checked again.
 */
import { isExactInteger, readExact } from "./exact.ts";

/** A text is parsed as a whole up to this size … */
const MOST_PARSED_BYTES = 2 * 1024 * 1024;
/** … and this number of values. */
const MOST_PARSED_VALUES = 50_000;
/** No text below this size has more values than that: each takes two bytes at least. */
const CERTAINLY_SMALL_BYTES = 2 * MOST_PARSED_VALUES;
/** The number of values that are read of a larger text. */
export const MOST_EXCERPT_VALUES = 20_000;
/** The number of members or items that are read of each container below the outermost one: none keeps others out. */
export const MOST_EXCERPT_CHILDREN = 2_000;
/** The length of a string or key, in bytes of the text, up to which it is read. */
export const MOST_EXCERPT_STRING = 64 * 1024;

export interface JsonReading {
  /** Integers that a number would round are the text of their digits. */
  readonly value: unknown;
  /** The containers, and the text itself, of which something was left out; none when it was read as a whole. */
  readonly cut: ReadonlySet<unknown>;
  readonly isWhole: boolean;
  /** Some numbers are given as text; {@link readJsonRounded} gives them as numbers. */
  readonly hasLongIntegers: boolean;
}

const NOTHING: ReadonlySet<unknown> = new Set();

/** @throws SyntaxError for a text of ordinary size that is not JSON */
export function readJson(text: Buffer): JsonReading {
  return isSmall(text)
    ? { ...readExact(text.toString("utf8")), cut: NOTHING, isWhole: true }
    : readExcerpt(text, MOST_EXCERPT_VALUES);
}

/** The same, with others having their turn between the steps that take time. */
export async function readJsonInTurns(text: Buffer, turn: () => Promise<void>): Promise<JsonReading> {
  if (isSmall(text)) return readJson(text);
  await turn();
  const levels = levelsOf(text, MOST_EXCERPT_CHILDREN);
  await turn();
  return readLevels(text, levels, MOST_EXCERPT_VALUES, "exact");
}

/** The same with all numbers as numbers, for a schema that asks for numbers. */
export function readJsonRounded(text: Buffer): JsonReading {
  return isSmall(text)
    ? { value: JSON.parse(text.toString("utf8")), cut: NOTHING, isWhole: true, hasLongIntegers: false }
    : readExcerpt(text, MOST_EXCERPT_VALUES, "rounded");
}

/** Reports whether {@link readJson} parses the text as a whole. */
export function isSmall(text: Buffer): boolean {
  if (text.length <= CERTAINLY_SMALL_BYTES) return true;
  if (text.length > MOST_PARSED_BYTES) return false;
  return levelsOf(text, Infinity).reduce((sum, count) => sum + count, 0) <= MOST_PARSED_VALUES;
}

/**
 * The upper levels of the text: at most `mostValues` values, a level as a whole before the next one. Strings and numbers
 * of more than 64 KiB are cut. Members with such keys are left out, and so is all beyond the first 2,000 of a container.
 */
export function readExcerpt(
  text: Buffer,
  mostValues: number,
  integers: "exact" | "rounded" = "exact",
): JsonReading {
  return readLevels(text, levelsOf(text, MOST_EXCERPT_CHILDREN), mostValues, integers);
}

function readLevels(
  text: Buffer,
  levels: readonly number[],
  mostValues: number,
  integers: "exact" | "rounded",
): JsonReading {
  let whole = 0;
  let left = mostValues;
  while (whole < levels.length && (levels[whole] ?? 0) <= left) {
    left -= levels[whole] ?? 0;
    whole += 1;
  }
  const reader = new Reader(text, whole, left, integers);
  const value = reader.read();
  const { cut, hasLongIntegers } = reader;
  return { value, cut, isWhole: cut.size === 0, hasLongIntegers };
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LETTER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isOpening = (byte: number | undefined): boolean => byte === OPEN_OBJECT || byte === OPEN_LIST;
const isClosing = (byte: number | undefined): boolean => byte === CLOSE_OBJECT || byte === CLOSE_LIST;
const isSpace = (byte: number | undefined): boolean => byte !== undefined && byte <= SPACE && byte >= TAB;

/**
 * The number of values on each level; the outermost value is alone on level 0. Of each container below the outermost one,
 * no more than `mostChildren` are looked at.
 */
function levelsOf(text: Buffer, mostChildren: number): readonly number[] {
  const counts = [1];
  /** For each open container, the number of its children that have begun. */
  const children = [0];
  let depth = 0;
  let hasJustOpened = false;
  for (let at = 0; at < text.length;) {
    const byte = text[at] as number;
    if (byte <= SPACE) {
      at += 1;
      continue;
    }
    if (byte === COMMA || (hasJustOpened && !isClosing(byte))) {
      const begun = (children[depth] ?? 0) + 1;
      if (depth > 1 && begun > mostChildren) {
        hasJustOpened = false;
        at = endOfContainer(text, at);
        depth -= 1;
        continue;
      }
      children[depth] = begun;
      counts[depth] = (counts[depth] ?? 0) + 1;
    }
    hasJustOpened = false;
    if (byte === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (isOpening(byte)) {
      depth += 1;
      children[depth] = 0;
      hasJustOpened = true;
    } else if (isClosing(byte)) depth -= 1;
    at += 1;
  }
  return counts;
}

/** The offset after the end of the container in which `start` is. */
function endOfContainer(text: Buffer, start: number): number {
  let at = start;
  for (let depth = 1; depth > 0 && at < text.length;) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (isOpening(byte)) depth += 1;
    else if (isClosing(byte)) depth -= 1;
    at += 1;
  }
  return at;
}

/** The offset after the closing quote. Quotes are looked for first, which is fast where escapes are rare. */
function endOfString(text: Buffer, start: number): number {
  let at = text.indexOf(QUOTE, start + 1);
  if (at < 0) return text.length;
  if (text[at - 1] !== BACKSLASH) return at + 1;
  at = start + 1;
  while (at < text.length) {
    const byte = text[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

class Reader {
  readonly cut = new Set<unknown>();
  hasLongIntegers = false;
  private readonly text: Buffer;
  /** The number of levels that are read as a whole. */
  private readonly wholeLevels: number;
  /** The number of values of the level after those that may still be read. */
  private left: number;
  private readonly integers: "exact" | "rounded";
  private at = 0;

  constructor(text: Buffer, wholeLevels: number, left: number, integers: "exact" | "rounded") {
    this.text = text;
    this.wholeLevels = wholeLevels;
    this.left = left;
    this.integers = integers;
  }

  read(): unknown {
    this.space();
    return this.value(0);
  }

  private value(level: number): unknown {
    switch (this.text[this.at]) {
      case OPEN_OBJECT:
        return this.object(level);
      case OPEN_LIST:
        return this.list(level);
      case QUOTE:
        return this.string();
      case LETTER_T:
        this.at += 4;
        return true;
      case LETTER_F:
        this.at += 5;
        return false;
      case LETTER_N:
        this.at += 4;
        return null;
      default:
        return this.number();
    }
  }

  private object(level: number): unknown {
    const object: Record<string, unknown> = {};
    this.children(object, level, () => {
      const key = this.key();
      this.space();
      this.at += 1;
      this.space();
      if (key === undefined || key === "__proto__") return undefined;
      return (value) => {
        object[key] = value;
      };
    });
    return object;
  }

  private list(level: number): unknown {
    const list: unknown[] = [];
    this.children(list, level, () => (value) => {
      list.push(value);
    });
    return list;
  }

  /** Reads what the container has. `begin` reads as far as the value, and gives the place for it. */
  private children(
    container: object,
    level: number,
    begin: () => ((value: unknown) => void) | undefined,
  ): void {
    const childLevel = level + 1;
    this.at += 1;
    this.space();
    for (let begun = 1; !isClosing(this.text[this.at]); begun += 1) {
      if ((level > 0 && begun > MOST_EXCERPT_CHILDREN) || !this.mayRead(childLevel)) {
        this.cut.add(container);
        this.at = endOfContainer(this.text, this.at);
        return;
      }
      const place = begin();
      if (place === undefined) {
        this.cut.add(container);
        this.skipValue();
      } else place(this.value(childLevel));
      this.space();
      if (this.text[this.at] === COMMA) this.at += 1;
      this.space();
    }
    this.at += 1;
  }

  private mayRead(level: number): boolean {
    if (level < this.wholeLevels) return true;
    if (level > this.wholeLevels || this.left === 0) return false;
    this.left -= 1;
    return true;
  }

  /** Undefined for a key that is too long. */
  private key(): string | undefined {
    const start = this.at;
    this.at = endOfString(this.text, start);
    return this.at - start > MOST_EXCERPT_STRING ? undefined : this.decoded(start + 1, this.at - 1);
  }

  private string(): string {
    const start = this.at;
    this.at = endOfString(this.text, start);
    if (this.at - start <= MOST_EXCERPT_STRING) return this.decoded(start + 1, this.at - 1);
    this.cut.add(this.text);
    return this.decoded(start + 1, this.cutAt(start + 1));
  }

  /** The offset to which a long string is read: between two characters. */
  private cutAt(start: number): number {
    const end = start + MOST_EXCERPT_STRING;
    let at = start;
    for (;;) {
      const next = at + this.characterLength(at);
      if (next > end) return at;
      at = next;
    }
  }

  private characterLength(at: number): number {
    const byte = this.text[at] as number;
    if (byte === BACKSLASH) return this.text[at + 1] === LETTER_U ? 6 : 2;
    if (byte < 0x80) return 1;
    return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  }

  private decoded(start: number, end: number): string {
    const raw = this.text.toString("utf8", start, end);
    return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw;
  }

  private number(): number | string {
    const start = this.at;
    let isInteger = true;
    for (; this.at < this.text.length; this.at += 1) {
      const byte = this.text[this.at] as number;
      if (byte === COMMA || isClosing(byte) || byte <= SPACE) break;
      if (byte === 0x2b || byte === 0x2e || (byte | 0x20) === 0x65) isInteger = false;
    }
    const isLong = this.at - start > MOST_EXCERPT_STRING;
    if (isLong) this.cut.add(this.text);
    const digits = this.text.toString("latin1", start, isLong ? start + MOST_EXCERPT_STRING : this.at);
    if (!isInteger || this.integers === "rounded" || isExactInteger(digits)) return Number(digits);
    this.hasLongIntegers = true;
    return digits;
  }

  private skipValue(): void {
    const byte = this.text[this.at];
    if (byte === QUOTE) this.at = endOfString(this.text, this.at);
    else if (isOpening(byte)) {
      this.at = endOfContainer(this.text, this.at + 1);
    } else this.number();
  }

  private space(): void {
    while (isSpace(this.text[this.at])) this.at += 1;
  }
}
