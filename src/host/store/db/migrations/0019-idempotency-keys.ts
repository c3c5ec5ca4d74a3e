/** Requests that were sent with an idempotency key, and the sealed response to each. */
import type { Dialect } from "../dialect.ts";

export const idempotencyKeys = {
  name: "0019-idempotency-keys",
  usableFrom: "0.1.0",
  statements: ({ types: { big, bytes, text } }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_idempotency_key (
      id ${text} PRIMARY KEY, request ${text} NOT NULL, started_at ${big} NOT NULL, response ${bytes})`,
    `CREATE INDEX callboard_idempotency_key_age ON callboard_idempotency_key (started_at)`,
  ],
};
