/** Refuses requests for pages: with one line of text where a page would cost more than what was refused. */
import type { Request, Response } from "express";
import type { CallboardError, ErrorCode } from "../../../errors.ts";
import { hasUnreadBody } from "../http/linger.ts";

/** Errors that clients without a session can provoke in numbers. */
const CHEAP: ReadonlySet<ErrorCode> = new Set([
  "BODY_TIMEOUT",
  "BODY_TOO_COMPLEX",
  "BODY_TOO_LARGE",
  "OVERLOADED",
  "RATE_LIMITED",
]);

export async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sets the status and headers of an error. */
export function setErrorHead(response: Response, { status, retryAfterSeconds }: CallboardError): void {
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
  response.status(status).setHeader("cache-control", "no-store");
}

/** Sends a cheap error to a client without a session. Returns false for any other error, which deserves a page. */
export function sendCheaply(request: Request, response: Response, error: CallboardError): boolean {
  if (!CHEAP.has(error.code)) return false;
  if (hasUnreadBody(request)) response.setHeader("connection", "close");
  setErrorHead(response, error);
  response.type("text/plain; charset=utf-8").send(`${error.message}\n`);
  return true;
}
