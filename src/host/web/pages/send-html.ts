/** Sends a page compressed, where the browser accepts that: pages are lists, a tenth of their size when compressed. */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Request, Response } from "express";

const compress = promisify(gzip);

/**
 * A page has the session's token and repeats words of its address, so that sizes of compressed pages could tell the token to whoever
 * makes a browser ask for them ("BREACH"). Other sites can't: the session's cookie is SameSite=Strict. A portal in a frame has a
 * cookie that is sent from other sites, and its pages are not compressed.
 */
export async function sendHtml(
  request: Request,
  response: Response,
  { html, isFramed }: { readonly html: string; readonly isFramed: boolean },
): Promise<void> {
  response.type("text/html; charset=utf-8").vary("accept-encoding");
  if (isFramed || request.acceptsEncodings("gzip") !== "gzip") {
    response.send(html);
    return;
  }
  // Off the event loop; a little less than the usual level takes half of the time.
  const body = await compress(html, { level: constants.Z_BEST_SPEED + 3 });
  response.setHeader("content-encoding", "gzip");
  response.end(body);
}
