/** Reads responses within limits, for both HTTP clients. */
import { MAX_HEAD_BYTES } from "./response-head.ts";

/** Limit of the clients' parsers. It exceeds {@link MAX_HEAD_BYTES}, so that a repaired head always passes. */
export const MAX_HEADER_BYTES = MAX_HEAD_BYTES + 1_024;

const NOTHING = Buffer.alloc(0);

/** The body of a response, up to a limit. */
export class AnswerBody {
  readonly #maxBytes: number;
  /** Most responses are one chunk, which needs no list and no copy. */
  #first: Buffer = NOTHING;
  #others: Buffer[] | undefined;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a chunk up to the limit. Returns false if the body exceeds it. */
  add(chunk: Buffer): boolean {
    const room = this.#maxBytes - this.#length;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (this.#length === 0) this.#first = part;
    else (this.#others ??= []).push(part);
    this.#length += part.length;
    return chunk.length <= room;
  }

  bytes(): Buffer {
    return this.#others === undefined ? this.#first : Buffer.concat([this.#first, ...this.#others]);
  }
}
