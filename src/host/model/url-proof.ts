/**
 * Proofs that the owner of a URL origin wants requests from a public catalogue: signed values that expire, so that no process keeps
 * any. Each has a secret of its own, which signs the samples of this proof and nothing else. Pure: nonce and time are arguments.
 */
import { createHmac } from "node:crypto";
import { timingSafeEqualText } from "../../protocol/timing-safe.ts";

/** Time for which a proof is good. */
export const URL_PROOF_LIFETIME_MS = 3_600_000;

/** A longer text is no proof. */
const MAX_PROOF_LENGTH = 4_000;

/** The place that a proof is for. */
export interface ProvedPlace {
  /** Origin of the URL: scheme, host and port. */
  readonly origin: string;
  /** The client that proved it, as limits count it. */
  readonly client: string;
}

export interface UrlProof {
  readonly text: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** Signs the samples of this proof. */
  readonly secret: string;
}

export interface NewProof extends ProvedPlace {
  /** A random text. */
  readonly nonce: string;
  /** Epoch ms. */
  readonly now: number;
}

export function createUrlProof(key: Uint8Array, { origin, client, nonce, now }: NewProof): UrlProof {
  const expiresAt = now + URL_PROOF_LIFETIME_MS;
  const claims = Buffer.from(JSON.stringify([origin, client, expiresAt, nonce])).toString("base64url");
  const text = `${claims}.${sign(key, "proof", claims)}`;
  return { text, expiresAt, secret: sign(key, "secret", claims) };
}

/** Returns the proof if this key signed it for this place and it has not expired. */
export function readUrlProof(
  key: Uint8Array,
  text: string,
  { origin, client, now }: ProvedPlace & { readonly now: number },
): UrlProof | undefined {
  if (text.length > MAX_PROOF_LENGTH) return undefined;
  const [claims = "", signature = ""] = text.split(".");
  if (!timingSafeEqualText(`${claims}.${sign(key, "proof", claims)}`, `${claims}.${signature}`))
    return undefined;
  const [ofOrigin, ofClient, expiresAt] = JSON.parse(Buffer.from(claims, "base64url").toString()) as [
    string,
    string,
    number,
  ];
  if (ofOrigin !== origin || ofClient !== client || expiresAt <= now) return undefined;
  return { text: `${claims}.${signature}`, expiresAt, secret: sign(key, "secret", claims) };
}

const sign = (key: Uint8Array, purpose: "proof" | "secret", claims: string): string =>
  createHmac("sha256", key).update(`${purpose} ${claims}`).digest("base64url");
