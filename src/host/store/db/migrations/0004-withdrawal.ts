/** Secrets that can be withdrawn: API tokens expire, and the public half of a signing key disappears. */
import type { Dialect } from "../dialect.ts";

export const withdrawal = {
  name: "0004-withdrawal",
  usableFrom: "0.1.0",
  statements: ({ types: { big } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_api_token ADD COLUMN expires_at ${big}`,
    `ALTER TABLE callboard_signing_key ADD COLUMN withdrawn_at ${big}`,
  ],
};
