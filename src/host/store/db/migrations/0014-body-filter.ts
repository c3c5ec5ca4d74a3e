/** Body filters of subscriptions and outgoing webhooks, as JSON text. NULL: none. */
import type { Dialect } from "../dialect.ts";

export const bodyFilter = {
  name: "0014-body-filter",
  usableFrom: "0.1.0",
  statements: ({ types: { text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_subscription ADD COLUMN body_filter ${text}`,
    `ALTER TABLE callboard_webhook ADD COLUMN body_filter ${text}`,
  ],
};
