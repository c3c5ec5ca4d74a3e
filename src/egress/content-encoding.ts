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

interface Options {
  readonly maxOutputLength: number;
  readonly finishFlush?: number;
}

/** A format of compression, and what decodes it. */
interface Coding {
  readonly decode: (body: Buffer, options: Options) => Promise<Buffer>;
  /** The same at once: nothing else runs meanwhile. */
  readonly decodeNow: (body: Buffer, options: Options) => Buffer;
  /** The `finishFlush` for which an end that is missing is no error. */
  readonly withoutEnd: number;
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants;
const GZIP: Coding = { decode: promisify(gunzip), decodeNow: gunzipSync, withoutEnd: Z_SYNC_FLUSH };
const ZLIB: Coding = { decode: promisify(inflate), decodeNow: inflateSync, withoutEnd: Z_SYNC_FLUSH };
const RAW: Coding = { decode: promisify(inflateRaw), decodeNow: inflateRawSync, withoutEnd: Z_SYNC_FLUSH };
const BROTLI: Coding = {
  decode: promisify(brotliDecompress),
  decodeNow: brotliDecompressSync,
  withoutEnd: BROTLI_OPERATION_FLUSH,
};

/** HTTP's name for the zlib format is deflate. Some servers send the raw format. */
function findDeflate(body: Buffer): Coding {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0 ? ZLIB : RAW;
}

const CODINGS: ReadonlyMap<string, (body: Buffer) => Coding> = new Map([
  ["gzip", () => GZIP],
  ["x-gzip", () => GZIP],
  ["deflate", findDeflate],
  ["br", () => BROTLI],
]);

/** Decodes a body with any sequence of gzip, deflate and br. `maxBytes` limits the decoded size. */
export async function decodeBody(
  { headers, body }: Pick<AnswerPart, "headers" | "body">,
  maxBytes: number,
): Promise<DecodedBody> {
  const encodings = listEncodings(headers);
  const unknown = encodings.find((encoding) => !CODINGS.has(encoding));
  if (unknown !== undefined) return { kind: "unknown", encoding: unknown };
  if (encodings.length === 0)
    return body.length > maxBytes ? { kind: "too-large" } : { kind: "decoded", body };
  if (encodings.length > MAX_STEPS) return { kind: "unknown", encoding: encodings.join(", ") };
  let decoded = body;
  for (const encoding of encodings.toReversed()) {
    if (decoded.length === 0) break;
    try {
      const coding = CODINGS.get(encoding)?.(decoded);
      decoded = (await coding?.decode(decoded, { maxOutputLength: maxBytes })) ?? decoded;
    } catch (error) {
      return toFailure(error, encoding);
    }
  }
  return { kind: "decoded", body: decoded };
}

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
  const coding = CODINGS.get(encoding)?.(body);
  if (coding === undefined) return { kind: "unknown", encoding };
  try {
    const options = {
      maxOutputLength: maxBytes,
      ...(cut === false ? {} : { finishFlush: coding.withoutEnd }),
    };
    return { kind: "decoded", body: coding.decodeNow(body, options) };
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
