/** What formats of outgoing webhooks need: the text of an own template, and a sealed routing key. NULL: none. */
import type { Dialect } from "../dialect.ts";

export const webhookFormats = {
  name: "0025-webhook-formats",
  usableFrom: "0.1.0",
  statements: ({ types: { bytes, text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_webhook ADD COLUMN template ${text}`,
    `ALTER TABLE callboard_webhook ADD COLUMN routing_key_sealed ${bytes}`,
  ],
};
