/** The formats of outgoing webhooks: that of each product, and those for operational events alone. */

/** What is particular about the plain outgoing webhooks of a product. */
export interface WebhookFacts {
  /** What the format is called by the people who read it; without it, the product's name. */
  readonly name?: string;
  /** Which signature a webhook with a secret gets unless it asks for another; `hub` can be asked for only where it is this one. */
  readonly signature: "standard" | "hub";
  /** Requests also carry the headers by which add-ons recognize a delivery and its retries. */
  readonly identifiesDeliveries?: true;
  /** "always": https with no exception, true: http only to a place on the allow-list, false: http as well. */
  readonly httpsOnly: boolean | "always";
  /** A webhook has a name and a URL, and nothing else: no events, project, description or secret. */
  readonly isNameAndUrl?: true;
  /** The form begins with every event; without it, with none. */
  readonly beginsWithAllEvents?: true;
  /** People are asked for a URL only, in a form above the list; the webhook is named after the host of the URL. */
  readonly isUrlForm?: true;
  /** The button that creates one. */
  readonly createLabel: string;
}

export interface WebhookFormat extends WebhookFacts {
  /** As webhooks name it: the key of the product, or of a format that belongs to none. */
  readonly key: string;
  readonly name: string;
  /** For operational events alone. */
  readonly isOperational: boolean;
}

const DEFAULT_FORMAT = {
  signature: "standard",
  httpsOnly: true,
  createLabel: "Add Webhook",
  isOperational: true,
} as const;

/** Formats that belong to no product. */
export const OPERATIONAL_FORMATS: readonly [WebhookFormat, ...WebhookFormat[]] = [
  { ...DEFAULT_FORMAT, key: "standard", name: "Standard (operational events only)" },
  { ...DEFAULT_FORMAT, key: "slack", name: "Slack (operational events only)" },
];
