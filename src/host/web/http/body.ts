/**
 * Reads a request's body as bytes and as strict JSON: limits before memory, UTF-8 that is really UTF-8, and no key that
 * stands twice or means something to JavaScript. JSON is looked over while it arrives, so that hostile text is refused
 * early, and a large body never holds up the event loop as a whole.
 */
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH } from "../../../catalogue/document/problems.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import { JsonScanner, JsonTextError } from "../../../json/scan.ts";
import type { JsonScan, JsonTextProblem, ScanOptions } from "../../../json/scan.ts";
import type { Limit } from "../../model/limits.ts";
import { findReading } from "./reading.ts";
import { requireStorableBody, requireStorableForm } from "./text-door.ts";

/** Limits of every body but those of events. */
export const SMALL_BODY_BYTES = 1024 * 1024;
export const SMALL_BODY_DEPTH = 64;
/** As many as a descriptor may have. */
export const SMALL_BODY_VALUES = 50_000;

/** Bytes of one body that are looked over before others have their turn. */
const SLICE_BYTES = 128 * 1024;
/** Room for a body that does not announce its length; it doubles when it is full. */
const FIRST_ROOM_BYTES = 64 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json$/;
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** @throws {CallboardError} CONTENT_TYPE, CHARSET or CONTENT_ENCODING unless the body is said to be plain UTF-8 JSON. */
export function requireJson(headers: IncomingHttpHeaders): void {
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  if (!JSON_TYPE.test(type.trim())) {
    throw new CallboardError("CONTENT_TYPE", "Send the body as Content-Type: application/json");
  }
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(parameter)?.[1])
    .find((value) => value !== undefined);
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw new CallboardError("CHARSET", "Only UTF-8 is accepted");
  }
  const encoding = (headers["content-encoding"] ?? "identity").toLowerCase();
  if (encoding !== "identity") {
    throw new CallboardError(
      "CONTENT_ENCODING",
      "Send the body uncompressed: no Content-Encoding is supported",
    );
  }
}

/**
 * The whole body; at most `limitBytes`. `look` is given what has arrived so far, from the first byte, and may throw.
 * @throws {CallboardError} BODY_TOO_LARGE and OVERLOADED, before reading when the length is announced; BODY_TIMEOUT when
 *   the body stops; BODY_NOT_JSON when the client went away
 */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
  look?: (arrived: Buffer) => void,
): Promise<Buffer> {
  const reading = findReading(request);
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) throw tooLarge(limitBytes);
  reading.raise(announced);
  return new Promise((resolve, reject) => {
    const body = createAssembly(announced, limitBytes);
    let sinceTurn = 0;
    const stop = (error: Error) => {
      clearTimeout(stall);
      request.off("data", take).off("end", finish).off("close", cut);
      reject(error);
    };
    const stall = setTimeout(
      () => stop(stalled(body.arrived().length, announced, reading.stallMs)),
      reading.stallMs,
    );
    const take = (chunk: Buffer) => {
      stall.refresh();
      try {
        const size = body.arrived().length + chunk.length;
        if (size > limitBytes) throw tooLarge(limitBytes);
        reading.raise(size);
        body.add(chunk);
        look?.(body.arrived());
      } catch (error) {
        stop(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      sinceTurn += chunk.length;
      if (sinceTurn < SLICE_BYTES) return;
      // One read of the socket can bring megabytes.
      sinceTurn = 0;
      request.pause();
      setImmediate(() => request.resume());
    };
    const finish = () => {
      clearTimeout(stall);
      request.off("close", cut);
      resolve(body.arrived());
    };
    const cut = () =>
      stop(new CallboardError("BODY_NOT_JSON", "The connection ended in the middle of the body"));
    request.on("data", take).on("end", finish).on("close", cut).on("error", cut);
  });
}

interface Assembly {
  readonly add: (chunk: Buffer) => void;
  /** Everything that was added. */
  readonly arrived: () => Buffer;
}

/** Memory for a body in one piece. A body that arrives in one piece is not copied. */
function createAssembly(announced: number, limitBytes: number): Assembly {
  let room: Buffer = Buffer.alloc(0);
  let size = 0;

  function grow(needed: number): void {
    const doubled = Math.max(needed, FIRST_ROOM_BYTES, 2 * room.length);
    const larger = Buffer.allocUnsafeSlow(announced >= needed ? announced : Math.min(limitBytes, doubled));
    room.copy(larger, 0, 0, size);
    room = larger;
  }

  return {
    add: (chunk) => {
      if (size === 0) room = chunk;
      else {
        if (size + chunk.length > room.length) grow(size + chunk.length);
        chunk.copy(room, size);
      }
      size += chunk.length;
    },
    arrived: () => room.subarray(0, size),
  };
}

export function tooLarge(limitBytes: number): CallboardError {
  return new CallboardError("BODY_TOO_LARGE", `The body is larger than ${limitBytes} bytes`);
}

function stalled(size: number, announced: number, stallMs: number): CallboardError {
  const of = announced === 0 ? "" : ` of ${announced}`;
  return new CallboardError(
    "BODY_TIMEOUT",
    `The body stopped after ${size}${of} bytes, and nothing more arrived for ${stallMs / 1000} s. Send it without a break`,
  );
}

const CODE_OF: Readonly<Record<JsonTextProblem, ErrorCode>> = {
  syntax: "BODY_NOT_JSON",
  depth: "BODY_TOO_DEEP",
  count: "BODY_TOO_COMPLEX",
  "duplicate-key": "BODY_DUPLICATE_KEY",
  "forbidden-key": "BODY_FORBIDDEN_KEY",
};

export interface JsonObjectText {
  /** The body without a byte order mark; offsets of `scan` count from here. */
  readonly bytes: Buffer;
  readonly scan: Extract<JsonScan, { kind: "object" }>;
}

export interface JsonTextOptions extends ScanOptions {
  readonly limitBytes: number;
  readonly maxCount: number;
}

/**
 * The body as text that was looked over and not parsed.
 * @throws what {@link readBody} throws, and CallboardError BODY_NOT_UTF8, BODY_NOT_JSON (also for JSON that is no
 *   object), BODY_TOO_DEEP, BODY_TOO_COMPLEX, BODY_DUPLICATE_KEY, BODY_FORBIDDEN_KEY
 */
export async function readJsonText(
  request: IncomingMessage,
  options: JsonTextOptions,
): Promise<JsonObjectText> {
  return (await readJsonTextOrNothing(request, options)) ?? scanObject(Buffer.alloc(0), options);
}

/** The same, and undefined for a body without a byte. */
export async function readJsonTextOrNothing(
  request: IncomingMessage,
  options: JsonTextOptions,
): Promise<JsonObjectText | undefined> {
  const look = createLook(options);
  const body = await readBody(request, options.limitBytes, look.push);
  return body.length === 0 ? undefined : requireObject(look.end(body));
}

/** The same for text that is there. */
export function scanObject(body: Buffer, options: Omit<JsonTextOptions, "limitBytes">): JsonObjectText {
  return requireObject(createLook(options).end(body));
}

interface LookedOver {
  readonly bytes: Buffer;
  readonly scan: JsonScan;
}

function requireObject({ bytes, scan }: LookedOver): JsonObjectText {
  if (scan.kind === "object") return { bytes, scan };
  throw new CallboardError("BODY_NOT_JSON", `The body must be a JSON object, not ${scan.kind}`);
}

/** @param arrived the body from its first byte, as far as it is there */
interface Look {
  readonly push: (arrived: Buffer) => void;
  readonly end: (body: Buffer) => LookedOver;
}

function createLook(options: Omit<JsonTextOptions, "limitBytes">): Look {
  const scanner = new JsonScanner(options);

  function scanned<T>(body: Buffer, scan: (text: Buffer) => T): T {
    const text = withoutMark(body);
    try {
      return scan(text);
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
      if (error.kind === "syntax" && !isUtf8SoFar(body)) throw notUtf8();
      throw toRefusal(error, options.maxCount);
    }
  }

  return {
    push: (arrived) => {
      if (arrived.length >= BYTE_ORDER_MARK.length) scanned(arrived, (text) => scanner.push(text));
    },
    end: (body) => {
      const scan = scanned(body, (text) => scanner.end(text));
      if (!isUtf8(body)) throw notUtf8();
      return { bytes: withoutMark(body), scan };
    },
  };
}

const withoutMark = (body: Buffer): Buffer =>
  body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? body.subarray(BYTE_ORDER_MARK.length)
    : body;

const notUtf8 = () => new CallboardError("BODY_NOT_UTF8", "The body is not valid UTF-8");

/** Reports whether the bytes are the beginning of a UTF-8 text: the last character may be cut. */
function isUtf8SoFar(bytes: Buffer): boolean {
  return isUtf8(bytes.subarray(0, bytes.length - cutCharacterLength(bytes)));
}

/** The number of bytes at the end that begin a character without ending it. */
function cutCharacterLength(bytes: Buffer): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return byte <= 0xf4 && length > back ? back : 0;
  }
  return 0;
}

function toRefusal(error: JsonTextError, maxCount: number): CallboardError {
  if (error.kind === "count") {
    return new CallboardError(
      "BODY_TOO_COMPLEX",
      `The body has more than ${maxCount} values and keys (counted up to byte ${error.offset}). Send it in smaller parts`,
      { extra: { limit: maxCount, count: maxCount + 1 } },
    );
  }
  const place = error.message.endsWith(` byte ${error.offset}`) ? "" : ` (byte ${error.offset})`;
  return new CallboardError(CODE_OF[error.kind], error.message + place, {
    errors: [{ pointer: error.pointer ?? "", detail: error.message }],
  });
}

/** Limits of one body: its bytes, the levels of its nesting, and its values and keys together. */
export type JsonLimits = Pick<JsonTextOptions, "limitBytes" | "maxDepth" | "maxCount">;

const SMALL_BODY: JsonLimits = {
  limitBytes: SMALL_BODY_BYTES,
  maxDepth: SMALL_BODY_DEPTH,
  maxCount: SMALL_BODY_VALUES,
};

/** A product document may have 10,000 event types with their schemas. */
export const PRODUCT_BODY: JsonLimits = {
  limitBytes: MAX_DOCUMENT_BYTES,
  maxDepth: MAX_DOCUMENT_DEPTH,
  maxCount: 1_000_000,
};

/**
 * The body of a request as a value; of a small one unless the limits say otherwise.
 * @throws what {@link requireJson}, {@link readJsonText} and {@link requireStorableBody} throw
 */
export async function readJsonObject(
  request: IncomingMessage,
  limits: JsonLimits = SMALL_BODY,
): Promise<Readonly<Record<string, unknown>>> {
  requireJson(request.headers);
  const { bytes } = await readJsonText(request, { ...limits, duplicates: "all" });
  const value = JSON.parse(bytes.toString("utf8")) as Readonly<Record<string, unknown>>;
  requireStorableBody(value);
  return value;
}

/** The text of any JSON value in a small request; keys may stand twice. @throws as {@link readJsonObject} */
export async function readJsonValueText(request: IncomingMessage): Promise<string> {
  requireJson(request.headers);
  const look = createLook(SMALL_BODY);
  const { bytes } = look.end(await readBody(request, SMALL_BODY_BYTES, look.push));
  return bytes.toString("utf8");
}

/** Fields of a form; each takes as much time as a hundred bytes. */
export const MAX_FORM_FIELDS = 2_000;
const AMPERSAND = 0x26;

/**
 * The fields of a form (application/x-www-form-urlencoded).
 * @throws {CallboardError} BODY_TOO_COMPLEX when it has more than {@link MAX_FORM_FIELDS}, BODY_SCHEMA
 */
export function formIn(body: Buffer): URLSearchParams {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at >= 0; at = body.indexOf(AMPERSAND, at + 1)) {
    fields += 1;
    if (fields <= MAX_FORM_FIELDS) continue;
    throw new CallboardError("BODY_TOO_COMPLEX", `The form has more than ${MAX_FORM_FIELDS} fields`, {
      extra: { limit: MAX_FORM_FIELDS, count: fields },
    });
  }
  const form = new URLSearchParams(body.toString("utf8"));
  requireStorableForm(form);
  return form;
}

const TOO_LARGE = "413 `BODY_TOO_LARGE`";
const TOO_COMPLEX = "413 `BODY_TOO_COMPLEX`";

/** Limits of one request's body. */
export function bodyLimits(config: {
  readonly bodyLimitBytes: number;
  readonly bodyValues: number;
}): readonly Limit[] {
  const { bodyLimitBytes, bodyValues } = config;
  return [
    {
      name: "Size of the body of an event",
      setting: "CALLBOARD_BODY_LIMIT",
      default: 25 * 1024 * 1024,
      max: bodyLimitBytes,
      unit: "bytes",
      per: "request",
      refusal: TOO_LARGE,
    },
    {
      name: "Size of any other body",
      default: SMALL_BODY_BYTES,
      max: SMALL_BODY_BYTES,
      unit: "bytes",
      per: "request",
      refusal: TOO_LARGE,
    },
    {
      name: "Values and keys in the body of an event",
      setting: "CALLBOARD_BODY_VALUES",
      default: 200_000,
      max: bodyValues,
      unit: "values",
      per: "request",
      refusal: TOO_COMPLEX,
    },
    {
      name: "Values and keys in any other body",
      default: SMALL_BODY_VALUES,
      max: SMALL_BODY_VALUES,
      unit: "values",
      per: "request",
      refusal: TOO_COMPLEX,
    },
    {
      name: "Size of a product document",
      default: PRODUCT_BODY.limitBytes,
      max: PRODUCT_BODY.limitBytes,
      unit: "bytes",
      per: "request",
      refusal: TOO_LARGE,
    },
    {
      name: "Values and keys in a product document",
      default: PRODUCT_BODY.maxCount,
      max: PRODUCT_BODY.maxCount,
      unit: "values",
      per: "request",
      refusal: TOO_COMPLEX,
    },
    {
      name: "Fields of a form",
      default: MAX_FORM_FIELDS,
      max: MAX_FORM_FIELDS,
      unit: "values",
      per: "request",
      refusal: TOO_COMPLEX,
    },
  ];
}
