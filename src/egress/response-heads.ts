/**
 * Stands between a socket and the parser of either client, and looks at the head of each response before the parser does.
 *
 * The parsers are strict where RFC 9110 and 9112 are not: undici takes an unrequested `100 Continue` for a broken
 * connection, both refuse a Content-Length beside chunked. A response that a receiver did send must not count as none, since
 * it would be sent again and again. So interim responses are taken out here, up to a limit, and a head that needs it is
 * written anew. Everything else passes untouched, in the same buffers.
 *
 * It is done in `push`, the one door through which bytes come into a stream: no stream is put in between, which would cost
 * more than all the rest of the reading.
 */
import type { Socket } from "node:net";
import type { AnswerPart } from "./outcome.ts";
import { EgressFailure, unreachable } from "./outcome.ts";
import { findHeadEnd, MAX_HEAD_BYTES, readCutHead, readHead, whyNotHttp } from "./response-head.ts";

export interface ResponseHeads {
  /** A request goes out: what comes next begins with a head. */
  readonly expect: () => void;
  /** Bytes have come since. */
  readonly hasBegun: () => boolean;
  /** The response needed a repair: its headers as they were received. The connection must not be used again. */
  readonly repaired: () => AnswerPart["headers"] | undefined;
}

/** RFC 9110 sets no limit; two are usual (100, 103), and without a limit a receiver could send them for ever. */
export const MAX_INTERIM = 10;

/** Empty lines before a head (RFC 9112, section 2.2). */
const MAX_EMPTY_BYTES = 16;

/** Of one response, over the wire: more than any body that is kept, with the overhead of the smallest chunks. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

const readers = new WeakMap<Socket, ResponseHeads>();

/** The reader of a socket that the connector opened. */
export function headsOf(socket: Socket): ResponseHeads | undefined {
  return readers.get(socket);
}

/** From now on the socket gives out checked heads only. The first response is expected at once. */
export function watchHeads(socket: Socket): void {
  const push = socket.push.bind(socket);
  let isInHead = true;
  let hasBegun = false;
  let interims = 0;
  let emptyBytes = 0;
  let responseBytes = 0;
  let repaired: AnswerPart["headers"] | undefined;
  /** The begin of a head whose end has not come yet. */
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

  /** The connection ends within a head: a status that was received decides all the same. */
  function endHead(bytes: Buffer): void {
    held = undefined;
    isInHead = false;
    const head = readCutHead(bytes);
    if (head?.kind === "repaired") {
      repaired = head.headers;
      push(head.bytes);
    } else {
      // The parser is to see that the response had begun.
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
    if (responseBytes > MAX_RESPONSE_BYTES) return refuse("The response is larger than 16 MiB");
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
    repaired: () => repaired,
  });
}
