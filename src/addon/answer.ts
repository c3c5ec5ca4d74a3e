/** Responds to the host. Refused tokens all get the same response, so that probing tells nothing. */
import type { Response } from "express";
import { WEBHOOK_DELIVERY } from "../protocol/headers.ts";
import type { Refusal, TokenCode } from "../protocol/verdict.ts";
import type { Answer } from "./event.ts";

/** Response to an accepted request. */
export const TAKEN: Answer = { status: 204 };

/** Response after a failure of a handler or the tenant store. The host retries. */
export const FAILED: Answer = { status: 500 };

/** Refusals that reveal nothing about trust, so their reason is sent. All others are 401. */
const TOLD: Readonly<Partial<Record<TokenCode, { readonly status: number; readonly title: string }>>> = {
  AUTH_AMBIGUOUS: { status: 400, title: "The request has more than one token" },
  BODY_SECRET: { status: 400, title: "The body has no sharedSecret" },
  KEY_SERVER_UNAVAILABLE: { status: 503, title: "The key could not be fetched; try again" },
};

export function send(response: Response, { status, retryAfterSeconds, delivery }: Answer): void {
  if (response.writableEnded || response.destroyed) return;
  if (retryAfterSeconds !== undefined) response.set("retry-after", String(retryAfterSeconds));
  if (delivery !== undefined) response.set(WEBHOOK_DELIVERY, delivery);
  if (status < 400) {
    response.status(status).end();
    return;
  }
  sendProblem(response, status, status >= 500 ? "INTERNAL" : "REFUSED", "The request was not handled");
}

/** Sends a refusal and returns its status. */
export function sendRefusal(response: Response, { code }: Refusal): number {
  const told = TOLD[code];
  if (told !== undefined) sendProblem(response, told.status, code, told.title);
  else sendProblem(response, 401, "AUTH_INVALID", "The credentials were not accepted");
  return told?.status ?? 401;
}

export function sendProblem(response: Response, status: number, code: string, title: string): void {
  response.status(status).type("application/problem+json").send(JSON.stringify({ title, status, code }));
}
