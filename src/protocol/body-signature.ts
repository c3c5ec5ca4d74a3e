/**
 * Signatures over a body's bytes: Standard Webhooks v1 (www.standardwebhooks.com) and the X-Hub-Signature of Jira's admin
 * webhooks. A Connect token covers method, path and query only.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { timingSafeEqualText } from "./timing-safe.ts";
import { bad, ok } from "./verdict.ts";
import type { Check } from "./verdict.ts";

/** How old, or how far in the future, a signature may be. */
export const BODY_TOLERANCE_SECONDS = 300;

const SECRET_PREFIX = "whsec_";

export interface BodyToSign {
  /** The delivery id. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
  /** The current key, and the previous one while a secret rotates: one signature each. */
  readonly keys: readonly Uint8Array[];
}

export interface BodyHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** The key in a secret: the base64 after `whsec_`, or, of a secret without that prefix, its UTF-8 bytes. */
export function bodyKeyOf(secret: string): Uint8Array {
  return secret.startsWith(SECRET_PREFIX)
    ? Buffer.from(secret.slice(SECRET_PREFIX.length), "base64")
    : Buffer.from(secret, "utf8");
}

/** The key that POSTs to an add-on are signed with, so that its sharedSecret itself serves one purpose only. */
export function deriveBodyKey(sharedSecret: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", sharedSecret, "", "callboard-webhook-signature", 32));
}

/** The Standard Webhooks headers of one attempt. */
export function signBody({ id, timestampSeconds, body, keys }: BodyToSign): BodyHeaders {
  const timestamp = String(timestampSeconds);
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": keys.map((key) => `v1,${signatureOf(id, timestamp, body, key)}`).join(" "),
  };
}

export interface BodyToVerify {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Uint8Array;
  readonly keys: readonly Uint8Array[];
  readonly nowSeconds: number;
}

/** Checks the Standard Webhooks headers of a request against its raw body; any key may fit any v1 signature. */
export function checkBody(signed: BodyToVerify): Check {
  const { id, timestamp, signature, body, keys, nowSeconds } = signed;
  if (id === undefined || timestamp === undefined || signature === undefined) {
    return bad("body", "BODY_SIGNATURE_MISSING");
  }
  const ageSeconds = /^\d{1,15}$/.test(timestamp) ? nowSeconds - Number(timestamp) : Number.NaN;
  if (!(Math.abs(ageSeconds) <= BODY_TOLERANCE_SECONDS)) {
    return bad(
      "body",
      "BODY_SIGNATURE_TIME",
      Number.isNaN(ageSeconds) ? "not a time" : `${ageSeconds} s old`,
    );
  }
  const given = signature.split(" ").filter((part) => part.startsWith("v1,"));
  const made = keys.map((key) => `v1,${signatureOf(id, timestamp, body, key)}`);
  const fits = given.filter((part) => made.filter((own) => timingSafeEqualText(own, part)).length > 0);
  return fits.length > 0
    ? ok("body", "The signature over id, timestamp and body fits.")
    : bad("body", "BODY_SIGNATURE");
}

/** The value of `X-Hub-Signature`. */
export function hubSignature(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Whether an `X-Hub-Signature` fits the raw body. */
export function isHubSignature(secret: string, body: Uint8Array, header: string): boolean {
  return timingSafeEqualText(hubSignature(secret, body), header);
}

function signatureOf(id: string, timestamp: string, body: Uint8Array, key: Uint8Array): string {
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
}
