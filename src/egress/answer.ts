/** Reading an answer within limits; what both clients have in common. */
import type { AnswerPart } from "./outcome.ts";
import { MAX_HEAD_BYTES } from "./response-head.ts";

/** For the clients' parsers: above the limit that was kept before they see a head, so that a repaired one always fits. */
export const MAX_HEADER_BYTES = MAX_HEAD_BYTES + 1_024;

/** A flat list of names and values, as the clients give it, in pairs. */
export function inPairs(flat: readonly (string | Buffer)[]): AnswerPart["headers"] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    pairs.push([latin1(flat[index]), latin1(flat[index + 1])]);
  }
  return pairs;
}

function latin1(value: string | Buffer | undefined): string {
  return typeof value === "object" ? value.toString("latin1") : (value ?? "");
}

const NOTHING = Buffer.alloc(0);

/** The body of an answer, read no further than a limit. */
export class AnswerBody {
  readonly #maxBytes: number;
  /** Nearly every answer is one chunk, which needs no list and no copy. */
  #first: Buffer = NOTHING;
  #others: Buffer[] | undefined;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes what still fits. False when there was more: the answer is cut, nobody needs the rest. */
  add(chunk: Buffer): boolean {
    const room = this.#maxBytes - this.#length;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (this.#length === 0) this.#first = part;
    else (this.#others ??= []).push(part);
    this.#length += part.length;
    return chunk.length <= room;
  }

  /** What was taken so far. */
  bytes(): Buffer {
    return this.#others === undefined ? this.#first : Buffer.concat([this.#first, ...this.#others]);
  }
}
