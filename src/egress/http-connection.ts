/**
 * One HTTP/1.1 connection for POSTs, one at a time: an own client for the hot path, where the queue, parser and streams of undici
 * took a quarter of a delivery's CPU.
 *
 * It never pipelines, follows nothing, and is used again only after a response that is plain in every way: its head was not
 * repaired (a repaired one says `Connection: close`), its body ended where its framing says, and not a byte came after it. So a receiver can confuse nothing but the
 * response of its own request. {@link watchHeads} has checked the head before the bytes come here.
 */
import type { Socket } from "node:net";
import type { Connected } from "./connect.ts";
import { EgressFailure, HEADER_NOT_ALLOWED } from "./outcome.ts";
import { formatRequestHead } from "./request-head.ts";
import { type BodyReader, type ContentSink, createBodyReader, findFraming } from "./response-body.ts";
import { type CheckedHead, findHeadEnd, type Headers, splitHead } from "./response-head.ts";
import { findHeads, type ResponseHeads } from "./response-heads.ts";
import { readKeepMs } from "./keep-alive.ts";

/** One request's receiver of what happens. Exactly one of `onEnd` and `onError` is called, unless the connection is destroyed. */
export interface ResponseHandler extends ContentSink {
  readonly onHead: (status: number, headers: Headers) => void;
  /** The response is complete. The connection can be used for another request within so many ms; 0 if it can't. */
  readonly onEnd: (keepMs: number) => void;
  readonly onError: (error: Error) => void;
}

export interface ConnectionRequest {
  /** Path and query. */
  readonly path: string;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

export interface HttpConnectionParts {
  /** Opens a socket to the connection's origin. */
  readonly open: (connected: Connected) => void;
  /** Host and port for the `host` header. */
  readonly host: string;
  readonly onConnected: () => void;
}

/** Up to this size, head and body are written as one piece. Copying is cheaper than a second piece. */
const MAX_COPIED_BYTES = 16 * 1024;

/** Carries the code of a failure of the socket, as Node's own errors do. */
class ConnectionLost extends Error {
  readonly code = "ECONNRESET";
}

export class HttpConnection {
  readonly #parts: HttpConnectionParts;
  #socket: Socket | undefined;
  #heads: ResponseHeads | undefined;
  #handler: ResponseHandler | undefined;
  #head: CheckedHead | undefined;
  #body: BodyReader | undefined;
  #isDestroyed = false;

  constructor(parts: HttpConnectionParts) {
    this.#parts = parts;
  }

  /** Sends a request, after the response to the last one. Opens the socket if there is none, or if the peer closed it. */
  send({ path, headers, body }: ConnectionRequest, handler: ResponseHandler): void {
    const head = formatRequestHead({ path, host: this.#parts.host, headers, bodyBytes: body.length });
    if (head === undefined) {
      handler.onError(new EgressFailure(HEADER_NOT_ALLOWED));
      return;
    }
    this.#handler = handler;
    this.#head = undefined;
    this.#body = undefined;
    if (this.#socket !== undefined) this.#write(this.#socket, head, body);
    else {
      this.#parts.open((...[failure, socket]) => {
        if (failure !== null) this.#fail(failure);
        else if (this.#isDestroyed) socket.destroy();
        else {
          this.#use(socket);
          this.#write(socket, head, body);
        }
      });
    }
  }

  /** Reports whether bytes of the response to the last request arrived. */
  hasBegun(): boolean {
    return this.#heads?.hasBegun() === true;
  }

  /** Returns the headers as received, if the head of the response had to be repaired. */
  repaired(): Headers | undefined {
    return this.#heads?.repaired();
  }

  /** Closes the socket at once. Its request's handler is not called any more. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#handler = undefined;
    this.#socket?.destroy();
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    this.#heads = findHeads(socket);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("end", () => this.#end(socket));
    socket.on("error", (error) => this.#lose(socket, error));
    socket.on("close", () => this.#lose(socket, new ConnectionLost(CLOSED)));
    this.#parts.onConnected();
  }

  #write(socket: Socket, head: string, body: Uint8Array): void {
    this.#heads?.expect();
    const size = head.length + body.length;
    if (size <= MAX_COPIED_BYTES) {
      const bytes = Buffer.allocUnsafe(size);
      bytes.write(head, "latin1");
      bytes.set(body, head.length);
      socket.write(bytes);
      return;
    }
    socket.cork();
    socket.write(head, "latin1");
    socket.write(body);
    socket.uncork();
  }

  #take(chunk: Buffer): void {
    const handler = this.#handler;
    // Bytes that no request asked for.
    if (handler === undefined) return this.#fail(new ConnectionLost(UNASKED));
    let from = 0;
    if (this.#head === undefined) {
      from = findHeadEnd(chunk, 0);
      // Only a head that the end of the connection truncates comes in part.
      if (from < 0) return;
      this.#head = splitHead(chunk.toString("latin1", 0, from));
      const { status, headers } = this.#head;
      handler.onHead(status, headers);
      this.#body = createBodyReader(findFraming(status, headers), handler);
    }
    const body = this.#body;
    if (body === undefined) return;
    const bytes = from === 0 ? chunk : chunk.subarray(from);
    const taken = bytes.length === 0 ? 0 : body.take(bytes);
    // The handler can have ended the request, because its body is too large.
    if (this.#handler !== handler) return;
    if (taken < 0) this.#fail(new ConnectionLost("The response's chunks are malformed"));
    else if (body.isComplete()) this.#complete(taken < bytes.length);
  }

  #complete(hasMore: boolean): void {
    const handler = this.#handler;
    const head = this.#head;
    this.#handler = undefined;
    const socket = this.#socket;
    const isPlain = !hasMore && socket?.writable === true && socket.writableLength === 0;
    handler?.onEnd(isPlain && head !== undefined ? readKeepMs(head) : 0);
  }

  /** The peer sends no more. */
  #end(socket: Socket): void {
    if (this.#body?.endsWithConnection === true && this.#handler !== undefined) this.#complete(true);
    else this.#lose(socket, new ConnectionLost(CLOSED));
  }

  /** A socket that was replaced meanwhile says nothing about the request. */
  #lose(socket: Socket, error: Error): void {
    if (this.#socket === socket) this.#fail(error);
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
    handler?.onError(error);
  }
}

const UNASKED = "The other side sent bytes without a request";
const CLOSED = "The other side closed the connection";
