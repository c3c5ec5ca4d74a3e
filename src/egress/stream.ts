/** Responses that are read as they come, and may never end, over the connector of all requests. */
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { pairHeaders } from "../header-pairs.ts";
import { type AnswerPart, EgressFailure, outcomeOfError, unreachable } from "./outcome.ts";
import { MAX_HEADER_BYTES } from "./answer.ts";
import type { Connect } from "./connect.ts";
import { pin } from "./pinned-agent.ts";
import { findHeads } from "./response-heads.ts";
import type { Target } from "./targets.ts";

export interface StreamRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the response too. */
  readonly signal: AbortSignal;
  /** Limit for the status and the headers. The body has none. */
  readonly timeoutMs: number;
}

export interface StreamedAnswer extends Pick<AnswerPart, "status" | "headers"> {
  readonly body: IncomingMessage;
}

/**
 * Sends a GET request.
 * @throws {EgressFailure} if there is no response
 */
export function openStream(
  connect: Connect,
  { url }: Pick<Target, "url">,
  { headers, signal, timeoutMs }: StreamRequest,
): Promise<StreamedAnswer> {
  const isSecure = url.protocol === "https:";
  const agent = isSecure ? pin(new HttpsAgent(), true, connect) : pin(new HttpAgent(), false, connect);
  return new Promise((resolve, reject) => {
    const send = isSecure ? httpsRequest : httpRequest;
    const sent = send(url, { headers, agent, signal, maxHeaderSize: MAX_HEADER_BYTES });
    const deadline = setTimeout(() => {
      sent.destroy(new EgressFailure(unreachable("timeout", `No response within ${timeoutMs} ms`)));
    }, timeoutMs);
    sent.once("response", (body) => {
      clearTimeout(deadline);
      findHeads(body.socket)?.allowAnySize();
      resolve({ status: body.statusCode ?? 0, headers: pairHeaders(body.rawHeaders), body });
    });
    // Never removed: the connection can fail again while the body is read, which reports it to its reader.
    sent.on("error", (error) => {
      clearTimeout(deadline);
      reject(error instanceof EgressFailure ? error : new EgressFailure(outcomeOfError(error), error));
    });
    sent.end();
  });
}
