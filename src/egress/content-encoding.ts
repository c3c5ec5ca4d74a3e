/** Decodes the content encodings of a fetched document. Object stores and some CDNs send them uninvited. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import type { AnswerPart } from "./outcome.ts";

export type DecodedBody =
  | { readonly kind: "decoded"; readonly body: Buffer }
  /** Decoding stopped at the limit. */
  | { readonly kind: "too-large" }
  /** The encoding is not supported. */
  | { readonly kind: "unknown"; readonly encoding: string }
  /** The body doesn't match its encoding, or is truncated. */
  | { readonly kind: "corrupt"; readonly encoding: string };

/** Maximum number of encodings of one body. Each costs time. */
const MAX_STEPS = 3;

type Decode = (body: Buffer, maxBytes: number) => Promise<Buffer>;

const unzip = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);
const unzlib = promisify(inflate);
const unraw = promisify(inflateRaw);

const gzip: Decode = (body, maxOutputLength) => unzip(body, { maxOutputLength });

/** HTTP's name for the zlib format. Some servers send the raw format. */
const deflate: Decode = (body, maxOutputLength) => {
  const [first = 0, second = 0] = body;
  const isZlib = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
  return isZlib ? unzlib(body, { maxOutputLength }) : unraw(body, { maxOutputLength });
};

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
  const encodings = headers
    .filter(([name]) => name.toLowerCase() === "content-encoding")
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding !== "identity");
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
      const isTooLarge =
        error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
      return isTooLarge ? { kind: "too-large" } : { kind: "corrupt", encoding };
    }
  }
  return { kind: "decoded", body: decoded };
}
