/**
 * Signs and verifies bodies: Standard Webhooks v1 (www.standardwebhooks.com) and the X-Hub-Signature of Jira's admin
 * webhooks. The JWT of Connect covers method, path and query only.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { timingSafeEqualText } from "./timing-safe.ts";
import { bad, ok } from "./verdict.ts";
import type { Check } from "./verdict.ts";

/** Maximum age of a signature, also in the future. */
export const BODY_TOLERANCE_SECONDS = 300;

const SECRET_PREFIX = "whsec_";

export interface BodyToSign {
  /** The delivery ID. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
  /** The current key, and the previous one during a rotation. Each adds one signature. */
  readonly keys: readonly Uint8Array[];
}

export interface BodyHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** Returns the key of a secret: the base64 after `whsec_`, or the UTF-8 bytes of a secret without that prefix. */
export function toBodyKey(secret: string): Uint8Array {
  return secret.startsWith(SECRET_PREFIX)
    ? Buffer.from(secret.slice(SECRET_PREFIX.length), "base64")
    : Buffer.from(secret, "utf8");
}

/** Derives the key for the bodies of POSTs to an add-on, so that its shared secret signs JWTs only. */
export function deriveBodyKey(sharedSecret: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", sharedSecret, "", "callboard-webhook-signature", 32));
}

/** Returns the Standard Webhooks headers of one attempt. */
export function signBody({ id, timestampSeconds, body, keys }: BodyToSign): BodyHeaders {
  const timestamp = String(timestampSeconds);
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": keys.map((key) => `v1,${computeSignature(id, timestamp, body, key)}`).join(" "),
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

/**
 * Checks the Standard Webhooks headers of a request against its raw body. One match of any key and any v1 signature is
 * enough.
 */
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
  const made = keys.map((key) => `v1,${computeSignature(id, timestamp, body, key)}`);
  const fits = given.filter((part) => made.filter((own) => timingSafeEqualText(own, part)).length > 0);
  return fits.length > 0
    ? ok("body", "The signature of ID, timestamp and body is valid.")
    : bad("body", "BODY_SIGNATURE");
}

/** Returns the value of `X-Hub-Signature`. */
export function hubSignature(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Reports whether an `X-Hub-Signature` matches the raw body. */
export function isHubSignature(secret: string, body: Uint8Array, header: string): boolean {
  return timingSafeEqualText(hubSignature(secret, body), header);
}

function computeSignature(id: string, timestamp: string, body: Uint8Array, key: Uint8Array): string {
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
}
