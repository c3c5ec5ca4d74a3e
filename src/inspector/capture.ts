/** One request that reached the Inspector, with what was made of it. */
import type { Check, Received } from "../addon/index.ts";

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

/** A capture before it has its place in the inbox. */
export type Draft = Omit<Capture, "id" | "pinned">;

/** The parts of a draft that a request brings along. */
export function draftOf(
  received: Pick<Received, "method" | "rawUrl" | "headers" | "body" | "receivedAt">,
): Pick<Draft, "method" | "target" | "headers" | "body" | "receivedAt" | "deliveryId"> {
  const { method, rawUrl, headers, body, receivedAt } = received;
  const deliveryId = valueOf(headers, "x-atlassian-webhook-identifier") ?? valueOf(headers, "webhook-id");
  return { method, target: rawUrl, headers, body, receivedAt, deliveryId };
}

/** The value of a header by its lower-case name. */
export function valueOf(headers: Capture["headers"], name: string): string | undefined {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** The body as text; bytes that are no UTF-8 show as replacement characters, which only people see. */
export function bodyText(capture: Pick<Capture, "body">): string {
  return capture.body.toString("utf8");
}

/** The parsed body, or undefined when it is not JSON. */
export function bodyJson(capture: Pick<Capture, "body">): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bodyText(capture)) as unknown };
  } catch {
    return undefined;
  }
}
