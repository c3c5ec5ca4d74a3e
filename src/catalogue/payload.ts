/**
 * A payload as the formats see it: bytes that stay as they are, and what its outermost object has.
 */

import type { ErrorCode } from "../errors.ts";
import { CallboardError } from "../errors.ts";
import { readJson } from "../json/excerpt.ts";
import type { JsonMember, JsonPart, JsonTextProblem } from "../json/scan.ts";
import { JsonTextError, scanJson } from "../json/scan.ts";

export interface Payload {
  readonly bytes: Buffer;
  readonly has: (key: string) => boolean;
  readonly find: (key: string) => JsonMember | undefined;
  /** The parsed value of a member, integers beyond 2^53 as text; undefined when it is absent. */
  readonly read: (key: string) => unknown;
}

const EMPTY = Buffer.from("{}");

/** As deep as an event may be. */
const MAX_DEPTH = 256;

const CODES: Readonly<Record<JsonTextProblem, ErrorCode>> = {
  syntax: "BODY_NOT_JSON",
  depth: "BODY_TOO_DEEP",
  count: "BODY_TOO_COMPLEX",
  "duplicate-key": "BODY_DUPLICATE_KEY",
  "forbidden-key": "BODY_FORBIDDEN_KEY",
};

/** The members of a payload whose text was scanned already, perhaps as part of a longer text. */
export interface ScannedPayload {
  readonly members: readonly JsonMember[];
  /** The offset in the scanned text at which the payload begins. */
  readonly offset: number;
}

/** No bytes at all count as an object without members. Without `scanned`, the bytes are scanned here. */
export function readPayload(given: Buffer, scanned?: ScannedPayload): Payload {
  const bytes = given.length === 0 ? EMPTY : given;
  const { members, offset } = scanned ?? { members: scanMembers(bytes), offset: 0 };
  const find = (key: string): JsonMember | undefined => {
    const member = members.find((each) => each.key === key);
    return member === undefined || offset === 0 ? member : moved(member, offset);
  };
  return {
    bytes,
    has: (key) => find(key) !== undefined,
    find,
    read: (key) => {
      const member = find(key);
      return member && readJson(bytes.subarray(member.start, member.end)).value;
    },
  };
}

/** The member in a text that begins `offset` bytes later. What it lists of itself is left out. */
function moved({ key, keyStart, start, end }: JsonMember, offset: number): JsonMember {
  return { key, keyStart: keyStart - offset, start: start - offset, end: end - offset };
}

/** The longest text of a member that is looked at for the name of an event. */
const MAX_NAMING_LENGTH = 4_096;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;

/** The scalar at a path of a payload, of which no more is parsed. Long texts are not read. */
export function readShort({ bytes, find }: Payload, [key = "", ...below]: readonly string[]): unknown {
  const member = find(key);
  if (member === undefined) return undefined;
  if (below.length === 0) return shortScalar(bytes, member);
  if (bytes[member.start] !== OPEN_OBJECT) return undefined;
  return readShort(readPayload(bytes.subarray(member.start, member.end)), below);
}

/** Undefined for objects and arrays, and for a text that is too long. */
function shortScalar(bytes: Buffer, { start, end }: JsonPart): unknown {
  const first = bytes[start];
  if (end - start > MAX_NAMING_LENGTH || first === OPEN_OBJECT || first === OPEN_LIST) return undefined;
  return JSON.parse(bytes.toString("utf8", start, end));
}

const MAX_TOLD_LENGTH = 100;

/** The note on a body that names another event than its caller; `named` is what its `member` says. */
export function describeMismatch(member: string, named: unknown, event: string | number): readonly string[] {
  if (named === undefined || named === event) return [];
  const text = JSON.stringify(named);
  const quoted = text.length > MAX_TOLD_LENGTH ? `${text.slice(0, MAX_TOLD_LENGTH)}… (cut)` : text;
  return [`The body says ${member} ${quoted}, the event is ${event}; the body was kept.`];
}

function scanMembers(bytes: Buffer): readonly JsonMember[] {
  try {
    const scan = scanJson(bytes, { maxDepth: MAX_DEPTH });
    if (scan.kind === "object") return scan.members;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new CallboardError(CODES[error.kind], error.message, { cause: error });
  }
  throw new CallboardError("EVENT_SCHEMA", "The payload must be a JSON object");
}
