/**
 * Secrets at rest: AES-256-GCM with a master key. Each sealed value names its key, so that two keys can be in use while one
 * replaces the other. The place of a secret (table, row, column) is authenticated with it: a sealed value can't be moved to
 * another row.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { CallboardError } from "../../errors.ts";

/** Format: version, key ID (4 bytes), nonce, tag, ciphertext. Version 1 had no key ID. */
const VERSION = 2;
const VERSION_WITHOUT_KEY_ID = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bytes that say which key sealed a value. */
export const SEAL_HEADER_BYTES = 1 + KEY_ID_BYTES;

/** ID of a master key, 8 hexadecimal digits: the start of a hash, which says nothing about the key. */
export type KeyId = string;

export interface Seal {
  /** Encrypts with the sealing key. `place` is "table|row|column". */
  readonly seal: (place: string, secret: string) => Buffer;
  /**
   * @throws {CallboardError} CONFIG_INVALID if none of the master keys sealed the value at this place; STORE_TOO_NEW if a later version
   *   did, in a format of its own.
   */
  readonly open: (place: string, sealed: Buffer) => string;
  /** IDs of the keys that values can be opened with, the current one first. */
  readonly keyIds: readonly KeyId[];
  readonly sealingKeyId: () => KeyId;
  /**
   * Makes this key seal from now on.
   * @throws {CallboardError} CONFIG_INVALID if this process does not have the key.
   */
  readonly sealWith: (id: KeyId) => void;
}

interface MasterKey {
  readonly id: KeyId;
  readonly key: Buffer;
}

export function masterKeyId(key: Buffer): KeyId {
  return createHash("sha256")
    .update("callboard-master-key-id")
    .update(key)
    .digest("hex")
    .slice(0, 2 * KEY_ID_BYTES);
}

/** First bytes of every value that a key seals. */
export function sealHeader(id: KeyId): Buffer {
  return Buffer.concat([Buffer.of(VERSION), Buffer.from(id, "hex")]);
}

/** Returns the key ID in the first bytes of a sealed value; undefined for a value of version 1, which has none. */
export function getKeyId(sealed: Buffer): KeyId | undefined {
  return sealed[0] === VERSION ? sealed.subarray(1, SEAL_HEADER_BYTES).toString("hex") : undefined;
}

/** Keys are 32 bytes. `next` can open values, and seals once {@link Seal.sealWith} says so. */
export function createSeal(current: Buffer, next?: Buffer): Seal {
  const keys: readonly MasterKey[] = [current, ...(next === undefined ? [] : [next])].map((key) => ({
    id: masterKeyId(key),
    key,
  }));
  const [first] = keys;
  if (first === undefined) throw new Error("a seal needs a key");
  let sealing = first;

  function find(id: KeyId | undefined): readonly MasterKey[] {
    return id === undefined ? keys : keys.filter((key) => key.id === id);
  }

  return {
    keyIds: keys.map(({ id }) => id),
    sealingKeyId: () => sealing.id,
    sealWith: (id) => {
      const [wanted] = find(id);
      if (wanted === undefined) throw missingKey(id);
      sealing = wanted;
    },
    seal: (place, secret) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealing.key, nonce, { authTagLength: TAG_BYTES }).setAAD(
        Buffer.from(place),
      );
      const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([sealHeader(sealing.id), nonce, cipher.getAuthTag(), body]);
    },
    open: (place, sealed) => {
      if (sealed[0] !== VERSION && sealed[0] !== VERSION_WITHOUT_KEY_ID) throw tooNew(place, sealed[0]);
      const id = getKeyId(sealed);
      const candidates = find(id);
      if (id !== undefined && candidates.length === 0) throw missingKey(id);
      const encrypted = sealed.subarray(id === undefined ? 1 : SEAL_HEADER_BYTES);
      for (const { key } of candidates) {
        const secret = decrypt(key, place, encrypted);
        if (secret !== undefined) return secret;
      }
      throw unreadable(place);
    },
  };
}

function decrypt(key: Buffer, place: string, encrypted: Buffer): string | undefined {
  const nonce = encrypted.subarray(0, NONCE_BYTES);
  const tag = encrypted.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  if (tag.length < TAG_BYTES) return undefined;
  try {
    // Without authTagLength a tag cut to 4 bytes would be accepted.
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(place))
      .setAuthTag(tag);
    return Buffer.concat([
      decipher.update(encrypted.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]).toString("utf8");
  } catch {
    return undefined;
  }
}

const IF_LOST = "If the key is lost, stop every server and run `callboard keys reset --lost-master-key`";

export function missingKey(id: KeyId): CallboardError {
  return new CallboardError(
    "CONFIG_INVALID",
    `Secrets in the database are encrypted with the master key ${id}, which this process does not have. Give that key as CALLBOARD_MASTER_KEY, or as CALLBOARD_MASTER_KEY_NEXT beside another one. ${IF_LOST}`,
  );
}

function tooNew(place: string, version: number | undefined): CallboardError {
  return new CallboardError(
    "STORE_TOO_NEW",
    `The secret at ${place} is encrypted in format ${version ?? "unknown"}, and this version of Callboard reads formats up to ${VERSION}. Start the version that wrote it`,
  );
}

function unreadable(place: string): CallboardError {
  return new CallboardError(
    "CONFIG_INVALID",
    `The secret at ${place} can't be decrypted: CALLBOARD_MASTER_KEY (or the master key file) is not the key of this database, or the value was changed. ${IF_LOST}`,
  );
}
