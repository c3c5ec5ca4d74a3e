/**
 * Idempotency keys: a client names a request by a key, and may send it again without its being done twice. Pure.
 *
 * What is kept for a key can only be found and read with the same key and the same API token, which are kept nowhere: a response
 * can hold a new secret.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { CallboardError } from "../../errors.ts";

/** The header; a key can be the ID of an event, which has the same length at most. */
const IDEMPOTENCY_KEY = "idempotency-key";
export const MAX_KEY_LENGTH = 200;
/** Visible ASCII, without spaces. */
export const KEY_PATTERN = `^[!-~]{1,${MAX_KEY_LENGTH}}$`;
/** How long a key and the response to its request are kept. */
export const KEY_KEPT_MS = 24 * 3_600_000;

export interface KeyedRequest {
  /** The API token. */
  readonly token: string;
  readonly key: string;
  /** The operation and everything that it is given. */
  readonly contents: readonly unknown[];
}

export interface KeyPrint {
  /** Names the token and the key. */
  readonly id: string;
  /** Equal for equal contents. */
  readonly request: string;
  /** Seals the response. */
  readonly sealingKey: Buffer;
}

const FORM = new RegExp(KEY_PATTERN);
const LENGTH = 32;

export function printKey({ token, key, contents }: KeyedRequest): KeyPrint {
  const material = Buffer.from(hkdfSync("sha256", token, key, "callboard-idempotency-key", 2 * LENGTH));
  const sign = (text: string) => createHmac("sha256", material.subarray(LENGTH)).update(text).digest("hex");
  return {
    id: sign("id"),
    request: sign(`request ${JSON.stringify(contents)}`),
    sealingKey: material.subarray(0, LENGTH),
  };
}

/**
 * Returns the key of a request; undefined without the header.
 * @throws {CallboardError} IDEMPOTENCY_KEY if it is not of its form
 */
export function findIdempotencyKey(headers: Readonly<Record<string, unknown>>): string | undefined {
  const { [IDEMPOTENCY_KEY]: key } = headers;
  if (key === undefined) return undefined;
  if (typeof key === "string" && FORM.test(key)) return key;
  throw new CallboardError(
    "IDEMPOTENCY_KEY",
    `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} visible ASCII characters, without spaces; a UUID is a good one`,
  );
}
