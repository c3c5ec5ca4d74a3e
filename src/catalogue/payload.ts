/**
 * A payload as the formats see it: bytes that stay as they are, and what its outermost object has.
 */

import type { ErrorCode } from "../errors.ts";
import { CallboardError } from "../errors.ts";
import { parseExact } from "../json/exact.ts";
import type { JsonMember, JsonTextProblem } from "../json/scan.ts";
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
  "duplicate-key": "BODY_DUPLICATE_KEY",
  "forbidden-key": "BODY_FORBIDDEN_KEY",
};

/** No bytes at all count as an object without members. */
export function readPayload(given: Buffer): Payload {
  const bytes = given.length === 0 ? EMPTY : given;
  const members = membersOf(bytes);
  const find = (key: string) => members.find((member) => member.key === key);
  return {
    bytes,
    has: (key) => find(key) !== undefined,
    find,
    read: (key) => {
      const member = find(key);
      return member && parseExact(bytes.toString("utf8", member.start, member.end));
    },
  };
}

const LONGEST_TOLD = 100;

/** A value of a payload as a note can tell it. */
export function told(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_TOLD ? `${text.slice(0, LONGEST_TOLD)}… (cut)` : text;
}

function membersOf(bytes: Buffer): readonly JsonMember[] {
  try {
    const scan = scanJson(bytes, { maxDepth: MAX_DEPTH });
    if (scan.kind === "object") return scan.members;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new CallboardError(CODES[error.kind], error.message, { cause: error });
  }
  throw new CallboardError("EVENT_SCHEMA", "The payload must be a JSON object");
}
