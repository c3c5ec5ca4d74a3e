/**
 * Reads a request's body as bytes and as strict JSON: limits before memory, UTF-8 that is really UTF-8, and no key that
 * stands twice or means something to JavaScript.
 */
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { CallboardError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import { JsonTextError, scanJson } from "../../json/scan.ts";
import type { JsonScan, JsonTextProblem, ScanOptions } from "../../json/scan.ts";
import { requireStorableBody } from "./text-door.ts";

/** Of everything but events. */
export const SMALL_BODY_BYTES = 1024 * 1024;
export const SMALL_BODY_DEPTH = 64;

const JSON_TYPE = /^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json$/;
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** @throws CallboardError CONTENT_TYPE, CHARSET or CONTENT_ENCODING unless the body is said to be plain UTF-8 JSON. */
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
 * The whole body; at most `limitBytes`.
 * @throws CallboardError BODY_TOO_LARGE, before reading when the length is announced; BODY_NOT_JSON when the client went away
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) throw tooLarge(limitBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const stop = (error: CallboardError) => {
      request.off("data", take).off("end", finish).off("close", cut);
      reject(error);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) stop(tooLarge(limitBytes));
      else chunks.push(chunk);
    };
    const finish = () => {
      request.off("close", cut);
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
    };
    const cut = () =>
      stop(new CallboardError("BODY_NOT_JSON", "The connection ended in the middle of the body"));
    request.on("data", take).on("end", finish).on("close", cut).on("error", cut);
  });
}

function tooLarge(limitBytes: number): CallboardError {
  return new CallboardError("BODY_TOO_LARGE", `The body is larger than ${limitBytes} bytes`);
}

const CODE_OF: Readonly<Record<JsonTextProblem, ErrorCode>> = {
  syntax: "BODY_NOT_JSON",
  depth: "BODY_TOO_DEEP",
  "duplicate-key": "BODY_DUPLICATE_KEY",
  "forbidden-key": "BODY_FORBIDDEN_KEY",
};

export interface JsonObjectText {
  /** The body without a byte order mark; offsets of `scan` count from here. */
  readonly bytes: Buffer;
  readonly scan: Extract<JsonScan, { kind: "object" }>;
}

/**
 * Looks the text over without parsing it.
 * @throws CallboardError BODY_NOT_UTF8, BODY_NOT_JSON (also for JSON that is no object), BODY_TOO_DEEP,
 *   BODY_DUPLICATE_KEY, BODY_FORBIDDEN_KEY
 */
export function scanObject(
  body: Buffer,
  options: ScanOptions & { readonly duplicates: "top" | "all" },
): JsonObjectText {
  if (!isUtf8(body)) throw new CallboardError("BODY_NOT_UTF8", "The body is not valid UTF-8");
  const bytes = body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? body.subarray(3) : body;
  const scan = scanned(bytes, options);
  if (scan.kind !== "object") {
    throw new CallboardError("BODY_NOT_JSON", `The body must be a JSON object, not ${scan.kind}`);
  }
  return { bytes, scan };
}

function scanned(bytes: Buffer, options: ScanOptions): JsonScan {
  try {
    return scanJson(bytes, options);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const where = error.pointer ?? "";
    throw new CallboardError(CODE_OF[error.kind], `${error.message} (byte ${error.offset})`, {
      errors: [{ pointer: where, detail: error.message }],
    });
  }
}

/**
 * The body of a small request as a value.
 * @throws what {@link requireJson}, {@link readBody}, {@link scanObject} and {@link requireStorableBody} throw
 */
export async function readJsonObject(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  requireJson(request.headers);
  const body = await readBody(request, SMALL_BODY_BYTES);
  const { bytes } = scanObject(body, { maxDepth: SMALL_BODY_DEPTH, duplicates: "all" });
  const value = JSON.parse(bytes.toString("utf8")) as Readonly<Record<string, unknown>>;
  requireStorableBody(value);
  return value;
}
