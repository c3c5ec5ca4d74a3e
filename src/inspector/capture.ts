/** One request that reached the Inspector, with what was made of it. */
import type { Check, Received } from "../addon/index.ts";
import { endOfString } from "./json-text.ts";

export interface Capture {
  /** Counts up over restarts; the id of its server-sent event. */
  readonly id: number;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly kind: "webhook" | "lifecycle" | "plain";
  /** "" when neither the sender nor the body tells. */
  readonly product: string;
  readonly event: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly verification: Verification;
  readonly checks: readonly Check[];
  readonly deliveryId: string | undefined;
  /** The clientKey of the host that sent it, once that is certain. */
  readonly clientKey: string | undefined;
  /** What the sender was answered. */
  readonly answer: string;
  readonly pinned: boolean;
}

/** `unsigned` is what carries nothing to verify, such as a plain webhook without a secret. */
export type Verification =
  | { readonly state: "ok" }
  | { readonly state: "bad"; readonly code: string; readonly reason: string }
  | { readonly state: "unsigned" };

/** What stands in the place of a secret. */
export const MASK = "••••••••";

/** A capture before it has its place in the inbox. */
export type Draft = Omit<Capture, "id" | "pinned">;

/** The parts of a draft that a request brings along. */
export function toDraft(
  received: Pick<Received, "method" | "rawUrl" | "headers" | "body" | "receivedAt">,
): Pick<Draft, "method" | "target" | "headers" | "body" | "receivedAt" | "deliveryId"> {
  const { method, rawUrl, headers, body, receivedAt } = received;
  const deliveryId =
    findHeader(headers, "x-atlassian-webhook-identifier") ?? findHeader(headers, "webhook-id");
  return { method, target: rawUrl, headers, body, receivedAt, deliveryId };
}

/** The value of a header by its lower-case name. */
export function findHeader(headers: Capture["headers"], name: string): string | undefined {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** The body as text; bytes that are no UTF-8 show as replacement characters, which only people see. */
export function bodyText(capture: Pick<Capture, "body">): string {
  return capture.body.toString("utf8");
}

/** Whether its body carries the secret of an installation, as that of `installed` does. */
export function hasSecret(capture: Pick<Capture, "kind" | "body">): boolean {
  return capture.kind === "lifecycle" && capture.body.includes('"sharedSecret"');
}

/** The body as text that may be shown, printed and kept by others: without the secret of an installation. */
export function maskedBody(capture: Pick<Capture, "kind" | "body">): string {
  const text = bodyText(capture);
  if (!hasSecret(capture)) return text;
  const out: string[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(/"sharedSecret"\s*:\s*(?=")/g)) {
    // One within a string that was passed already.
    if (index < from) continue;
    const start = index + found.length;
    out.push(text.slice(from, start), `"${MASK}"`);
    from = endOfString(text, start);
  }
  return [...out, text.slice(from)].join("");
}

/** The bytes of a body, the secret of an installation masked unless it was asked for. */
export function shownBody(capture: Pick<Capture, "kind" | "body">, reveal: boolean): Buffer {
  return reveal || !hasSecret(capture) ? capture.body : Buffer.from(maskedBody(capture));
}

/** The value of a body's text, or undefined when it is not JSON. */
export function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
