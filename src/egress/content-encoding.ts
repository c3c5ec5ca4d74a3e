/** Decodes the content encodings of fetched documents and of responses. Object stores and some CDNs send them uninvited. */
import { promisify } from "node:util";
import {
  brotliDecompress,
  brotliDecompressSync,
  constants,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import type { ZlibOptions } from "node:zlib";
import type { AnswerPart } from "./outcome.ts";

export type DecodedBody =
  | { readonly kind: "decoded"; readonly body: Buffer }
  /** Decoding stopped at the limit. */
  | { readonly kind: "too-large" }
  /** The encoding is not supported. */
  | { readonly kind: "unknown"; readonly encoding: string }
  /** The body doesn't match its encoding, or is truncated. */
  | { readonly kind: "corrupt"; readonly encoding: string };

const HEADER = "content-encoding";
/** Maximum number of encodings of one body. Each costs time. */
const MAX_STEPS = 3;

type Decode = (body: Buffer, maxBytes: number) => Promise<Buffer>;

const unzip = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);
const unzlib = promisify(inflate);
const unraw = promisify(inflateRaw);

const gzip: Decode = (body, maxOutputLength) => unzip(body, { maxOutputLength });

/** HTTP's name for the zlib format. Some servers send the raw format. */
function isZlib(body: Buffer): boolean {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

const deflate: Decode = (body, maxOutputLength) =>
  isZlib(body) ? unzlib(body, { maxOutputLength }) : unraw(body, { maxOutputLength });

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", deflate],
  ["br", (body, maxOutputLength) => unbrotli(body, { maxOutputLength })],
]);

/** Decodes a body with any sequence of gzip, deflate and br. `maxBytes` limits the decoded size. */
export async function decodeBody(
  { headers, body }: Pick<AnswerPart, "headers" | "body">,
  maxBytes: number,
): Promise<DecodedBody> {
  const encodings = listEncodings(headers);
  const unknown = encodings.find((encoding) => !DECODERS.has(encoding));
  if (unknown !== undefined) return { kind: "unknown", encoding: unknown };
  if (encodings.length === 0)
    return body.length > maxBytes ? { kind: "too-large" } : { kind: "decoded", body };
  if (encodings.length > MAX_STEPS) return { kind: "unknown", encoding: encodings.join(", ") };
  let decoded = body;
  for (const encoding of encodings.toReversed()) {
    if (decoded.length === 0) break;
    try {
      decoded = (await DECODERS.get(encoding)?.(decoded, maxBytes)) ?? decoded;
    } catch (error) {
      return toFailure(error, encoding);
    }
  }
  return { kind: "decoded", body: decoded };
}

type DecodeNow = (body: Buffer, maxBytes: number, isCut: boolean) => Buffer;

const zlibOptions = (maxOutputLength: number, isCut: boolean): ZlibOptions => ({
  maxOutputLength,
  finishFlush: isCut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
});

const gzipNow: DecodeNow = (body, maxBytes, isCut) => gunzipSync(body, zlibOptions(maxBytes, isCut));

const DECODERS_NOW: ReadonlyMap<string, DecodeNow> = new Map([
  ["gzip", gzipNow],
  ["x-gzip", gzipNow],
  [
    "deflate",
    (body, maxBytes, isCut) =>
      (isZlib(body) ? inflateSync : inflateRawSync)(body, zlibOptions(maxBytes, isCut)),
  ],
  [
    "br",
    (body, maxOutputLength, isCut) => {
      const finishFlush = isCut ? constants.BROTLI_OPERATION_FLUSH : constants.BROTLI_OPERATION_FINISH;
      return brotliDecompressSync(body, { maxOutputLength, finishFlush });
    },
  ],
]);

/**
 * Decodes a small body with one encoding at once: it takes up to 1 ms for each 64 KiB of `maxBytes`, in which nothing else runs. Of a
 * body that was cut, the result is as much as its beginning has.
 */
export function decodeSmallBody(
  { headers, body, cut }: Pick<AnswerPart, "headers" | "body" | "cut">,
  maxBytes: number,
): DecodedBody {
  const encoding = listEncodings(headers).join(", ");
  if (encoding === "" || body.length === 0) return { kind: "decoded", body };
  const decode = DECODERS_NOW.get(encoding);
  if (decode === undefined) return { kind: "unknown", encoding };
  try {
    return { kind: "decoded", body: decode(body, maxBytes, cut !== false) };
  } catch (error) {
    return toFailure(error, encoding);
  }
}

/** Reports whether a body is there that says to be encoded. Cheap: nearly all names of headers have another length. */
export const isEncoded = ({ headers, body }: Pick<AnswerPart, "headers" | "body">): boolean =>
  body.length > 0 && headers.some(([name]) => isContentEncoding(name));

const isContentEncoding = (name: string): boolean =>
  name.length === HEADER.length && name.toLowerCase() === HEADER;

function listEncodings(headers: AnswerPart["headers"]): readonly string[] {
  return headers
    .filter(([name]) => isContentEncoding(name))
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding !== "identity");
}

function toFailure(error: unknown, encoding: string): DecodedBody {
  const isTooLarge = error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
  return isTooLarge ? { kind: "too-large" } : { kind: "corrupt", encoding };
}
