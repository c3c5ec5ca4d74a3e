/**
 * Where a response ends: its framing, and readers that take a body out of the bytes of a connection (RFC 9112, sections 6 and 7).
 * Pure. Strict: what is not exactly as the RFC has it is malformed, since nobody waits for such a response.
 */
import type { Headers } from "./response-head.ts";

/** How the end of a body is found. */
export type Framing =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  /** The body ends with the connection. */
  | { readonly kind: "connection" };

/** Takes a body out of the bytes of a connection. */
export interface BodyReader {
  /**
   * Takes the bytes that belong to the body, and hands on its content. Returns their number: fewer than there are once the body is
   * complete; -1 if the framing is malformed.
   */
  readonly take: (bytes: Buffer) => number;
  readonly isComplete: () => boolean;
  /** Reports whether the body is complete when the connection ends now. */
  readonly endsWithConnection: boolean;
}

/** Receives the content of a body, piece by piece. */
export interface ContentSink {
  readonly onContent: (content: Buffer) => void;
}

/** Maximum size of the line before a chunk, with its extensions, in bytes. */
const MAX_SIZE_LINE_BYTES = 1_024;
/** Maximum size of all trailers, in bytes. */
const MAX_TRAILER_BYTES = 16_384;
/** The size of a chunk in hexadecimal digits; extensions are skipped. */
const SIZE_LINE = /^([\da-f]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** Returns the framing of a response, by the first framing header of a checked head. */
export function findFraming(status: number, headers: Headers): Framing {
  if (status === 204 || status === 304) return NO_BODY;
  for (const [name, value] of headers) {
    if (isNamed(name, "content-length")) return { kind: "length", bytes: Number(value) };
    if (isNamed(name, "transfer-encoding")) return CHUNKED;
  }
  return UNTIL_CLOSE;
}

const NO_BODY: Framing = { kind: "length", bytes: 0 };
const CHUNKED: Framing = { kind: "chunked" };
const UNTIL_CLOSE: Framing = { kind: "connection" };

/** Compares lengths first: most names differ in it, and need no other case. */
export const isNamed = (name: string, wanted: string): boolean =>
  name.length === wanted.length && name.toLowerCase() === wanted;

export function createBodyReader(framing: Framing, sink: ContentSink): BodyReader {
  switch (framing.kind) {
    case "length":
      return readLength(framing.bytes, sink);
    case "chunked":
      return readChunks(sink);
    case "connection":
      return readToEnd(sink);
  }
}

function readLength(bytes: number, sink: ContentSink): BodyReader {
  let left = bytes;
  return {
    take: (chunk) => {
      const size = Math.min(left, chunk.length);
      if (size > 0) sink.onContent(chunk.subarray(0, size));
      left -= size;
      return size;
    },
    isComplete: () => left === 0,
    endsWithConnection: false,
  };
}

function readToEnd(sink: ContentSink): BodyReader {
  return {
    take: (chunk) => {
      sink.onContent(chunk);
      return chunk.length;
    },
    isComplete: () => false,
    endsWithConnection: true,
  };
}

function readChunks(sink: ContentSink): BodyReader {
  let part: "size" | "content" | "content-end" | "trailers" | "complete" = "size";
  let left = 0;
  let trailerBytes = 0;
  /** The beginning of a line whose end has not arrived. */
  let line = "";

  /** Takes a line without its CRLF into `line`. Returns the offset behind it, `bytes.length` if it is incomplete, -1 if malformed. */
  function takeLine(bytes: Buffer, from: number): { readonly at: number; readonly isWhole: boolean } {
    const end = bytes.indexOf(10, from);
    const at = end < 0 ? bytes.length : end + 1;
    line += bytes.toString("latin1", from, at);
    if (line.length > MAX_SIZE_LINE_BYTES && part === "size") return MALFORMED;
    if (end < 0) return { at, isWhole: false };
    if (!line.endsWith("\r\n")) return MALFORMED;
    return { at, isWhole: true };
  }

  /** Takes what the line means. Returns false if it is malformed. */
  function acceptLine(): boolean {
    const text = line.slice(0, -2);
    line = "";
    if (part === "size") {
      const digits = SIZE_LINE.exec(text)?.[1];
      if (digits === undefined) return false;
      left = Number.parseInt(digits, 16);
      part = left === 0 ? "trailers" : "content";
      return true;
    }
    if (part === "content-end") {
      part = "size";
      return text === "";
    }
    // Trailers are not kept.
    if (text === "") part = "complete";
    return true;
  }

  function takeContent(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + left);
    sink.onContent(bytes.subarray(from, to));
    left -= to - from;
    if (left === 0) part = "content-end";
    return to;
  }

  return {
    take: (bytes) => {
      let at = 0;
      while (at < bytes.length && part !== "complete") {
        if (part === "content") {
          at = takeContent(bytes, at);
          continue;
        }
        const taken = takeLine(bytes, at);
        if (part === "trailers") trailerBytes += taken.at - at;
        if (taken.at < 0 || trailerBytes > MAX_TRAILER_BYTES) return -1;
        if (part === "content-end" && line.length > 2) return -1;
        at = taken.at;
        if (taken.isWhole && !acceptLine()) return -1;
      }
      return at;
    },
    isComplete: () => part === "complete",
    endsWithConnection: false,
  };
}

const MALFORMED = { at: -1, isWhole: false } as const;
