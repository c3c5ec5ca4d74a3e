/**
 * Ed25519 keys of Standard Webhooks, in its text forms: `whsk_` and `whpk_` with base64 (Standard Webhooks, section on
 * asymmetric signatures). A private key is 64 bytes, the seed and the public key, as libsodium has it.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/** A public key of a key set (RFC 8037). */
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly use: "sig";
  readonly alg: "EdDSA";
  /** Thumbprint of the key (RFC 7638). */
  readonly kid: string;
  readonly x: string;
}

export interface SigningPair {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKeyText;
}

export interface PublicKeyText {
  /** `whpk_…` */
  readonly text: string;
  readonly jwk: PublicJwk;
}

const PRIVATE_PREFIX = "whsk_";
const PUBLIC_PREFIX = "whpk_";
const KEY_BYTES = 32;

/** Returns a new private key, `whsk_…`. */
export function createPrivateKeyText(): string {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const bytes = Buffer.concat([Buffer.from(d, "base64url"), Buffer.from(x, "base64url")]);
  return `${PRIVATE_PREFIX}${bytes.toString("base64")}`;
}

/** Reports whether a secret is meant as a private key. */
export function isPrivateKeyText(secret: string): boolean {
  return secret.startsWith(PRIVATE_PREFIX);
}

/** Parses a private key, `whsk_…`. Returns undefined for any other text. */
export function parsePrivateKey(text: string): SigningPair | undefined {
  const bytes = parseBytes(text, PRIVATE_PREFIX, 2 * KEY_BYTES);
  if (bytes === undefined) return undefined;
  const d = bytes.subarray(0, KEY_BYTES).toString("base64url");
  const x = bytes.subarray(KEY_BYTES).toString("base64url");
  try {
    const privateKey = createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", d, x }, format: "jwk" });
    // The second half could be another key's.
    if (createPublicKey(privateKey).export({ format: "jwk" }).x !== x) return undefined;
    return { privateKey, publicKey: toPublicKeyText(x) };
  } catch {
    return undefined;
  }
}

/** Parses a public key, `whpk_…`. Returns undefined for any other text. */
export function parsePublicKey(text: string): KeyObject | undefined {
  const bytes = parseBytes(text, PUBLIC_PREFIX, KEY_BYTES);
  if (bytes === undefined) return undefined;
  const key = { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") };
  return createPublicKey({ key, format: "jwk" });
}

function parseBytes(text: string, prefix: string, length: number): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const base64 = text.slice(prefix.length);
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === length && bytes.toString("base64") === base64 ? bytes : undefined;
}

function toPublicKeyText(x: string): PublicKeyText {
  // The members of the thumbprint, in their order.
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");
  return {
    text: `${PUBLIC_PREFIX}${Buffer.from(x, "base64url").toString("base64")}`,
    jwk: { kty: "OKP", crv: "Ed25519", use: "sig", alg: "EdDSA", kid, x },
  };
}
