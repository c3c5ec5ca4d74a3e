/** Sends a page, compressed for clients that accept it. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Request, Response } from "express";

/** A smaller page fits into one packet anyway. */
const MIN_COMPRESSED_LENGTH = 1_000;

const ENCODERS = {
  // A higher quality takes several times as long for a page that is sent once.
  br: (html: string) => toBrotli(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (html: string) => toGzip(html),
} as const;
const toBrotli = promisify<string, object, Buffer>(brotliCompress);
const toGzip = promisify<string, Buffer>(gzip);

/**
 * Type and caching are set before. A response to a form is sent as it is: it can show a secret, once, beside what was typed, and the
 * size of a compressed page would tell how alike they are.
 */
export async function sendPage(request: Request, response: Response, html: string): Promise<void> {
  response.vary("accept-encoding");
  const encoding = request.method === "POST" ? undefined : chooseEncoding(request, html);
  if (encoding === undefined) {
    response.send(html);
    return;
  }
  const compressed = await ENCODERS[encoding](html);
  response.setHeader("content-encoding", encoding);
  response.send(compressed);
}

function chooseEncoding(request: Request, html: string): keyof typeof ENCODERS | undefined {
  if (html.length < MIN_COMPRESSED_LENGTH) return undefined;
  return (["br", "gzip"] as const).find((encoding) => request.acceptsEncodings(encoding) === encoding);
}
