/**
 * Checks the head of each response between a socket and either client.
 *
 * Node's parser, which got uses, is stricter than RFC 9110 and 9112: it refuses Content-Length beside chunked. A response that a
 * receiver did send must not count as missing, because it would be retried. So interim responses are removed, up to a limit, and a
 * head is rewritten if needed. All other bytes pass untouched, in the same buffers.
 *
 * It hooks `push`, through which all bytes enter a stream. An extra stream would cost more than the rest of the reading.
 */
import type { Socket } from "node:net";
import type { AnswerPart } from "./outcome.ts";
import { EgressFailure, unreachable } from "./outcome.ts";
import { findHeadEnd, MAX_HEAD_BYTES, readCutHead, readHead, whyNotHttp } from "./response-head.ts";

export interface ResponseHeads {
  /** A request is sent, so the next bytes begin with a head. */
  readonly expect: () => void;
  /** Reports whether bytes arrived since. */
  readonly hasBegun: () => boolean;
  /** The response is read as it comes, and may have any size. */
  readonly allowAnySize: () => void;
  /** Returns the received headers of a repaired response. Its connection must not be used again. */
  readonly repaired: () => AnswerPart["headers"] | undefined;
}

/** RFC 9110 sets no limit. Two are usual (100, 103); without a limit a receiver could send them endlessly. */
export const MAX_INTERIM = 10;

/** Maximum number of bytes of empty lines before a head (RFC 9112, section 2.2). */
const MAX_EMPTY_BYTES = 16;

/** Maximum size of a response on the wire: any body that is kept, with the overhead of the smallest chunks. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

const readers = new WeakMap<Socket, ResponseHeads>();

/** Returns the reader of a socket. */
export function findHeads(socket: Socket): ResponseHeads | undefined {
  return readers.get(socket);
}

/** Makes a socket emit checked heads only. The first response is expected at once. */
export function watchHeads(socket: Socket): void {
  const push = socket.push.bind(socket);
  let isInHead = true;
  let hasBegun = false;
  let interims = 0;
  let emptyBytes = 0;
  let responseBytes = 0;
  let isOfAnySize = false;
  let repaired: AnswerPart["headers"] | undefined;
  /** The beginning of an incomplete head. */
  let held: Buffer | undefined;

  function refuse(detail: string): boolean {
    isInHead = false;
    held = undefined;
    socket.destroy(new EgressFailure(unreachable("protocol", detail)));
    return false;
  }

  function takeHeads(chunk: Buffer): boolean {
    const before = held?.length ?? 0;
    let bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
    let from = Math.max(0, before - 3);
    held = undefined;
    for (;;) {
      let start = 0;
      while (start <= MAX_EMPTY_BYTES && (bytes[start] === 13 || bytes[start] === 10)) start += 1;
      emptyBytes += start;
      if (emptyBytes > MAX_EMPTY_BYTES)
        return refuse("The response is not valid HTTP: it begins with empty lines");
      if (start > 0) bytes = bytes.subarray(start);
      if (bytes.length === 0) return true;
      const why = whyNotHttp(bytes);
      if (why !== undefined) return refuse(why);
      const end = findHeadEnd(bytes, Math.max(0, from - start));
      from = 0;
      if (end > MAX_HEAD_BYTES || (end === -1 && bytes.length > MAX_HEAD_BYTES)) {
        return refuse("The response's headers are larger than 16 KiB");
      }
      if (end === -1) {
        held = bytes;
        return true;
      }
      const head = readHead(bytes.subarray(0, end));
      if (head.kind === "unreadable") return refuse(head.detail);
      if (head.kind !== "interim") {
        isInHead = false;
        if (head.kind === "clean") return push(bytes);
        repaired = head.headers;
        return push(Buffer.concat([head.bytes, bytes.subarray(end)]));
      }
      interims += 1;
      if (interims > MAX_INTERIM) {
        return refuse(`The receiver sent more than ${MAX_INTERIM} interim responses (1xx)`);
      }
      bytes = bytes.subarray(end);
    }
  }

  /** Ends a head that the connection truncated. A received status still decides. */
  function endHead(bytes: Buffer): void {
    held = undefined;
    isInHead = false;
    const head = readCutHead(bytes);
    if (head?.kind === "repaired") {
      repaired = head.headers;
      push(head.bytes);
    } else {
      // The parser needs to see that the response had begun.
      push(bytes);
    }
  }

  socket.push = (chunk: Buffer | null): boolean => {
    if (chunk === null) {
      if (held !== undefined) endHead(held);
      return push(null);
    }
    hasBegun = true;
    responseBytes += chunk.length;
    if (responseBytes > MAX_RESPONSE_BYTES && !isOfAnySize)
      return refuse("The response is larger than 16 MiB");
    return isInHead ? takeHeads(chunk) : push(chunk);
  };

  readers.set(socket, {
    expect: () => {
      isInHead = true;
      hasBegun = false;
      interims = 0;
      emptyBytes = 0;
      responseBytes = 0;
    },
    hasBegun: () => hasBegun,
    allowAnySize: () => {
      isOfAnySize = true;
    },
    repaired: () => repaired,
  });
}
