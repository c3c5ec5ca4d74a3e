/**
 * Signs and verifies bodies: v1 (HMAC-SHA256) and v1a (Ed25519) of Standard Webhooks (www.standardwebhooks.com), the
 * X-Hub-Signature of Jira's admin webhooks and the X-Hub-Signature-256 of GitHub's. The JWT of Connect covers method, path and
 * query only.
 */
import { createHmac, hkdfSync, sign, verify, type KeyObject } from "node:crypto";
import { parsePrivateKey, parsePublicKey } from "./ed25519-keys.ts";
import { timingSafeEqualText } from "./timing-safe.ts";
import { bad, ok } from "./verdict.ts";
import type { Check } from "./verdict.ts";

/** Maximum age of a signature, also in the future. */
export const BODY_TOLERANCE_SECONDS = 300;

const SECRET_PREFIX = "whsec_";

/** More signatures than any rotation has are not looked at: each Ed25519 one takes 0.1 ms. */
const MAX_SIGNATURES = 20;

/** Key bytes of v1, or an Ed25519 key of v1a. Only a private one signs; either verifies. */
export type BodyKey = Uint8Array | KeyObject;

export interface BodyToSign {
  /** The delivery ID. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
  /** The current key, and the previous one during a rotation. Each adds one signature. */
  readonly keys: readonly BodyKey[];
}

export interface BodyHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/**
 * Returns the key of a secret: the base64 after `whsec_`, the Ed25519 key of `whsk_` or `whpk_`, or the UTF-8 bytes of any other
 * text.
 */
export function toBodyKey(secret: string): BodyKey {
  if (secret.startsWith(SECRET_PREFIX)) return Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  return parsePrivateKey(secret)?.privateKey ?? parsePublicKey(secret) ?? Buffer.from(secret, "utf8");
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
    "webhook-signature": keys.map((key) => signWith(key, id, timestamp, body)).join(" "),
  };
}

export interface BodyToVerify {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Uint8Array;
  readonly keys: readonly BodyKey[];
  readonly nowSeconds: number;
}

/**
 * Checks the Standard Webhooks headers of a request against its raw body. One match of any key and any signature of its kind
 * is enough.
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
  const given = signature.split(" ").slice(0, MAX_SIGNATURES);
  return keys.some((key) => isSignedWith(key, given, { id, timestamp, body }))
    ? ok("body", "The signature of ID, timestamp and body is valid.")
    : bad("body", "BODY_SIGNATURE");
}

/** Returns the value of `X-Hub-Signature` and `X-Hub-Signature-256`. */
export function hubSignature(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Reports whether an `X-Hub-Signature` or `X-Hub-Signature-256` matches the raw body. */
export function isHubSignature(secret: string, body: Uint8Array, header: string): boolean {
  return timingSafeEqualText(hubSignature(secret, body), header);
}

interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
}

function signWith(key: BodyKey, id: string, timestamp: string, body: Uint8Array): string {
  return key instanceof Uint8Array
    ? `v1,${computeHmac({ id, timestamp, body }, key)}`
    : `v1a,${sign(undefined, toContent({ id, timestamp, body }), key).toString("base64")}`;
}

/** Each kind of key accepts signatures of its own kind only: a public key is never the key of an HMAC. */
function isSignedWith(key: BodyKey, given: readonly string[], signed: Signed): boolean {
  if (key instanceof Uint8Array) {
    const own = `v1,${computeHmac(signed, key)}`;
    return given.filter((part) => timingSafeEqualText(own, part)).length > 0;
  }
  const content = toContent(signed);
  return given.some(
    (part) =>
      part.startsWith("v1a,") && verify(undefined, content, key, Buffer.from(part.slice(4), "base64")),
  );
}

function computeHmac({ id, timestamp, body }: Signed, key: Uint8Array): string {
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
}

/** Ed25519 has no way to sign piece by piece. */
function toContent({ id, timestamp, body }: Signed): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
}
