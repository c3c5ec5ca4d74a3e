/**
 * The check of a new webhook's URL, if it is asked for. A ping must be answered with a 2xx. A challenge has a random value, which the
 * body of the response must have, alone or in any format: `{"challenge": "…"}` and the value as text are both right. Pure.
 */
import type { Outcome } from "../../egress/index.ts";

export const RECEIVER_CHECKS = ["ping", "challenge"] as const;
export type ReceiverCheck = (typeof RECEIVER_CHECKS)[number];

/** Time for the whole check. */
export const RECEIVER_CHECK_TIMEOUT_MS = 5_000;

/** The value is in this header as well, for receivers that don't parse bodies before they respond. */
export const CHALLENGE_HEADER = "webhook-challenge";

export interface CheckMessage {
  /** In place of an event type. */
  readonly type: `webhook.${ReceiverCheck}`;
  /** JSON. */
  readonly body: Buffer;
  /** The value that must come back; undefined for a ping. */
  readonly value: string | undefined;
}

export function createCheckMessage(check: ReceiverCheck, random: string, at: number): CheckMessage {
  const type = `webhook.${check}` as const;
  const value = check === "challenge" ? random : undefined;
  const members = { type, timestamp: new Date(at).toISOString(), challenge: value };
  return { type, body: Buffer.from(JSON.stringify(members)), value };
}

/** Returns why a URL did not pass, or undefined. `body` is that of the response. */
export function whyNotPassed(
  { value }: Pick<CheckMessage, "value">,
  outcome: Outcome,
  body: Buffer | undefined,
): string | undefined {
  switch (outcome.kind) {
    case "unreachable":
    case "forbidden":
      return outcome.detail;
    case "refused":
      return `it responded ${outcome.status} instead of a 2xx`;
    case "accepted":
      return value === undefined || body?.includes(value) === true
        ? undefined
        : "its response doesn't have the value of the challenge";
  }
}
