/** Finds one value in JSON text without parsing the others. Pure. */
import {
  BACKSLASH,
  CLOSE_LIST,
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
import { parseExact } from "./exact.ts";

const COLON = 0x3a;
const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * Returns the text, number or truth value to which the steps lead, as {@link parseExact} and `readMember` would find it. Undefined for
 * null, an object, a list, and where the steps lead nowhere.
 *
 * @param text valid JSON
 */
export function findScalar(text: Buffer, steps: readonly string[]): string | number | boolean | undefined {
  let at: number | undefined = skipSpace(text, 0);
  for (const step of steps) {
    at = text[at] === OPEN_OBJECT ? findMember(text, at, step) : findItem(text, at, step);
    if (at === undefined) return undefined;
  }
  const first = text[at];
  if (first === undefined || isOpening(first)) return undefined;
  const value = parseExact(text.toString("utf8", at, skipValue(text, at)));
  return value === null ? undefined : (value as string | number | boolean);
}

/** Returns where the value of a member begins: of the last one, if the name comes more than once. */
function findMember(text: Buffer, object: number, name: string): number | undefined {
  const wanted = Buffer.from(name);
  let found: number | undefined;
  let at = skipSpace(text, object + 1);
  while (text[at] === QUOTE) {
    const end = endOfString(text, at);
    const value = skipSpace(text, skipSpace(text, end) + 1);
    if (isName(text, at, end, wanted)) found = value;
    at = skipSpace(text, skipValue(text, value));
    if (text[at] === COMMA) at = skipSpace(text, at + 1);
  }
  return found;
}

function isName(text: Buffer, start: number, end: number, wanted: Buffer): boolean {
  if (text.compare(wanted, 0, wanted.length, start + 1, end - 1) === 0) return true;
  // In the name alone: a search in the rest of the text would be repeated for each member.
  if (!text.subarray(start, end).includes(BACKSLASH)) return false;
  return (JSON.parse(text.toString("utf8", start, end)) as string) === wanted.toString();
}

function findItem(text: Buffer, list: number, step: string): number | undefined {
  if (text[list] !== OPEN_LIST || !INDEX.test(step)) return undefined;
  let at = skipSpace(text, list + 1);
  for (let left = Number(step); text[at] !== CLOSE_LIST && at < text.length; left -= 1) {
    if (left === 0) return at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === COMMA) at = skipSpace(text, at + 1);
  }
  return undefined;
}

function skipSpace(text: Buffer, from: number): number {
  let at = from;
  while ((text[at] ?? COLON) <= SPACE) at += 1;
  return at;
}

/** Returns the offset behind the value that begins there. */
function skipValue(text: Buffer, from: number): number {
  const first = text[from];
  if (first === QUOTE) return endOfString(text, from);
  if (isOpening(first)) return endOfContainer(text, from + 1);
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text[at] ?? COMMA;
    if (code <= SPACE || code === COMMA || isClosing(code)) break;
  }
  return at;
}
