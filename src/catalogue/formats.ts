/** The formats of outgoing webhooks: that of each product, and those for operational events alone. */
import type { Format } from "./event.ts";
import type { WebhookFacts } from "./product.ts";

const COMMON = { signature: "standard", httpsOnly: true, createLabel: "Add Webhook" } as const;

/** Formats that belong to no product. */
export const OPERATIONAL_FORMATS = {
  standard: { ...COMMON, formatName: "Standard (operational events only)" },
  slack: { ...COMMON, formatName: "Slack (operational events only)" },
} as const satisfies Partial<Record<Format, WebhookFacts>>;
