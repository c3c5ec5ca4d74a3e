/**
 * Secrets at rest: AES-256-GCM with the master key. The place a secret is kept (table, row, column) is authenticated
 * with it, so that a sealed value cannot be moved to another row.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { CallboardError } from "../../errors.ts";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Seal {
  readonly seal: (place: string, secret: string) => Buffer;
  /**
   * @throws CallboardError CONFIG_INVALID when the master key is not the one that sealed it, STORE_TOO_NEW when a later
   * version of Callboard did
   */
  readonly open: (place: string, sealed: Buffer) => string;
}

/** `key` is 32 bytes. `place` is "table|row|column". */
export function createSeal(key: Buffer): Seal {
  return {
    seal: (place, secret) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open: (place, sealed) => {
      const version = sealed[0];
      if (version !== VERSION) {
        throw new CallboardError(
          "STORE_TOO_NEW",
          `A secret in the database (${place}) is sealed in format ${version ?? "unknown"}, and this version of Callboard ` +
            `opens format ${VERSION} only. Start the version that sealed it.`,
        );
      }
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const body = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, nonce)
          .setAAD(Buffer.from(place))
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (error) {
        throw new CallboardError(
          "CONFIG_INVALID",
          "CALLBOARD_MASTER_KEY (or the master key file) is not the key this database was sealed with",
          { cause: error },
        );
      }
    },
  };
}
