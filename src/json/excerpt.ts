/**
 * Reads values from JSON text at a bounded cost. Small texts are parsed as a whole. Of large ones only the upper levels are
 * read, because JSON.parse would block the event loop.
 *
 * The scanner must have accepted the text: it is not checked again.
 */
import {
  BACKSLASH,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SPACE,
  endOfContainer,
  endOfString,
  isClosing,
  isOpening,
} from "./bytes.ts";
import { isExactInteger, readExact } from "./exact.ts";

/** Maximum size of a text that is parsed as a whole, in bytes. */
const MAX_PARSED_BYTES = 2 * 1024 * 1024;
/** Maximum number of values of a text that is parsed as a whole. */
const MAX_PARSED_VALUES = 50_000;
/** Below this size a text can't exceed that number, because each value takes at least 2 bytes. */
const CERTAINLY_SMALL_BYTES = 2 * MAX_PARSED_VALUES;
/** Maximum number of values that are read from a large text. */
export const MAX_EXCERPT_VALUES = 20_000;
/** Maximum number of children that are read of each container below the root, so that no container displaces the others. */
export const MAX_EXCERPT_CHILDREN = 2_000;
/** Maximum length of a string or key without its quotes, in bytes of the text. */
export const MAX_EXCERPT_STRING = 64 * 1024;

export interface JsonReading {
  /** Integers that a number would round are texts of their digits. */
  readonly value: unknown;
  /** The containers that are incomplete; the text itself if a string, number or key is cut. Empty if everything was read. */
  readonly cut: ReadonlySet<unknown>;
  readonly isWhole: boolean;
  /** True if an integer is given as text. {@link readJsonRounded} returns it as a number. */
  readonly hasLongIntegers: boolean;
}

const NOTHING: ReadonlySet<unknown> = new Set();

/**
 * Reads JSON text. Integers that a number would round become text.
 * @throws {SyntaxError} if a small text is not JSON.
 */
export function readJson(text: Buffer): JsonReading {
  return isSmall(text)
    ? { ...readExact(text.toString("utf8")), cut: NOTHING, isWhole: true }
    : readExcerpt(text, MAX_EXCERPT_VALUES);
}

/** Reads JSON text as {@link readJson} does, and calls `turn` before each slow step to let others run. */
export async function readJsonInTurns(text: Buffer, turn: () => Promise<void>): Promise<JsonReading> {
  if (isSmall(text)) return readJson(text);
  await turn();
  const levels = countLevels(text, MAX_EXCERPT_CHILDREN);
  await turn();
  return readLevels(text, levels, MAX_EXCERPT_VALUES, "exact");
}

/** Reads JSON text with all numbers as numbers, for a schema that requires them. */
export function readJsonRounded(text: Buffer): JsonReading {
  return isSmall(text)
    ? { value: JSON.parse(text.toString("utf8")), cut: NOTHING, isWhole: true, hasLongIntegers: false }
    : readExcerpt(text, MAX_EXCERPT_VALUES, "rounded");
}

/** Reports whether {@link readJson} parses the text as a whole. */
export function isSmall(text: Buffer): boolean {
  if (text.length <= CERTAINLY_SMALL_BYTES) return true;
  if (text.length > MAX_PARSED_BYTES) return false;
  return countLevels(text, Infinity).reduce((sum, count) => sum + count, 0) <= MAX_PARSED_VALUES;
}

/**
 * Reads at most `maxValues` values, level by level. Strings and numbers over 64 KiB are cut. Members with such long keys,
 * and children after the first 2,000 of a container, are left out.
 */
export function readExcerpt(
  text: Buffer,
  maxValues: number,
  integers: "exact" | "rounded" = "exact",
): JsonReading {
  return readLevels(text, countLevels(text, MAX_EXCERPT_CHILDREN), maxValues, integers);
}

function readLevels(
  text: Buffer,
  levels: readonly number[],
  maxValues: number,
  integers: "exact" | "rounded",
): JsonReading {
  let whole = 0;
  let left = maxValues;
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
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LETTER_U = 0x75;

const isSpace = (byte: number | undefined): boolean => byte !== undefined && byte <= SPACE && byte >= TAB;

/**
 * Counts the values on each level; level 0 is the root. Counts at most `mostChildren` children of each container below the
 * root.
 */
function countLevels(text: Buffer, maxChildren: number): readonly number[] {
  const counts = [1];
  /** Number of children so far, for each open container. */
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
      if (depth > 1 && begun > maxChildren) {
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

class Reader {
  readonly cut = new Set<unknown>();
  hasLongIntegers = false;
  private readonly text: Buffer;
  /** Number of levels that are read as a whole. */
  private readonly wholeLevels: number;
  /** Number of values of the next level that can still be read. */
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

  /** Reads the children of a container. `begin` reads up to the value and returns the setter for it. */
  private children(
    container: object,
    level: number,
    begin: () => ((value: unknown) => void) | undefined,
  ): void {
    const childLevel = level + 1;
    this.at += 1;
    this.space();
    for (let begun = 1; !isClosing(this.text[this.at]); begun += 1) {
      if ((level > 0 && begun > MAX_EXCERPT_CHILDREN) || !this.mayRead(childLevel)) {
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

  /** Returns undefined if the key is too long. */
  private key(): string | undefined {
    const start = this.at + 1;
    this.at = endOfString(this.text, this.at);
    const end = this.at - 1;
    return end - start > MAX_EXCERPT_STRING ? undefined : this.decoded(start, end);
  }

  private string(): string {
    const start = this.at + 1;
    this.at = endOfString(this.text, this.at);
    const end = this.at - 1;
    if (end - start <= MAX_EXCERPT_STRING) return this.decoded(start, end);
    this.cut.add(this.text);
    return this.decoded(start, this.cutAt(start));
  }

  /** Returns the offset at which a long string is cut, between two characters. */
  private cutAt(start: number): number {
    const end = start + MAX_EXCERPT_STRING;
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
    const isLong = this.at - start > MAX_EXCERPT_STRING;
    if (isLong) this.cut.add(this.text);
    const digits = this.text.toString("latin1", start, isLong ? start + MAX_EXCERPT_STRING : this.at);
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
