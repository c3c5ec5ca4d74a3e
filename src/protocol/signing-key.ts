/** The key pairs of signed install: a host signs with them, and add-ons verify. */
import { generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";

/** Smallest RSA key that is accepted, in bits. */
export const MIN_KEY_BITS = 2048;

/** A signing key of a host. Its key server returns `publicPem` (SPKI) at `…/keys/{kid}`. */
export interface SigningKey {
  readonly kid: string;
  readonly privatePem: string;
  readonly publicPem: string;
}

/**
 * Creates an RSA key pair of 2,048 bits with a new key ID. A key ID never changes its key, so that receivers can cache it. Takes
 * about 0.1 s of another thread.
 */
export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: MIN_KEY_BITS,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return { kid: randomUUID(), privatePem: privateKey, publicPem: publicKey };
}
