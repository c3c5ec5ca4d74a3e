/**
 * The formats of outgoing webhooks: that of each product, one for operational events alone, and those of chat and alert tools,
 * which webhooks of every product can have. docs/formats.md has them for people.
 */

/** Facts about the outgoing webhooks of a product. */
export interface WebhookFacts {
  /** Display name of the format. The product's name by default. */
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
  /** Heading and button of the test of a webhook; "Test" and "Send test" when left out. */
  readonly testLabels?: { readonly heading: string; readonly button: string };
  /** The heading above the deliveries of a webhook; "Recent deliveries" when left out. */
  readonly logLabel?: string;
}

/** How the body of a request is made: of the event's body as it is, for a tool, or by the webhook's own template. */
export const BODY_SHAPES = [
  "event",
  "slack",
  "teams",
  "discord",
  "google-chat",
  "pagerduty",
  "cloudevents",
  "cloudevents-binary",
  "template",
] as const;
export type BodyShape = (typeof BODY_SHAPES)[number];

/** The size of a body that a target accepts. */
export interface TargetLimit {
  readonly max: number;
  /** Characters are UTF-16 code units, of which a target counts as many or fewer. */
  readonly unit: "characters" | "bytes";
  /** A text is cut to fit. Anything else fails: a part of it would be something else. */
  readonly isCut: boolean;
}

export interface WebhookFormat extends WebhookFacts {
  /** Value of a webhook's `format`: the key of the product, or of a format that belongs to none. */
  readonly key: string;
  readonly name: string;
  /** For operational events alone. */
  readonly isOperational: boolean;
  readonly shape: BodyShape;
  readonly limit: TargetLimit | undefined;
  /** A request without a body makes no sense to the target. */
  readonly needsBody: boolean;
}

const SHARED = {
  signature: "standard",
  httpsOnly: true,
  createLabel: "Add Webhook",
  isOperational: false,
  needsBody: true,
  limit: undefined,
} as const;

const text = (max: number, unit: TargetLimit["unit"]): TargetLimit => ({ max, unit, isCut: true });
const whole = (max: number): TargetLimit => ({ max, unit: "bytes", isCut: false });

/** Maximum size of what an own template makes, in bytes. */
const MAX_TEMPLATE_RESULT_BYTES = 256 * 1024;

/**
 * Formats that belong to no product. Sources of the limits:
 * - Slack: https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages
 * - Microsoft Teams: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 * - Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook
 * - Google Chat: https://developers.google.com/workspace/chat/create-messages
 * - PagerDuty: https://developer.pagerduty.com/docs/events-api-v2-overview
 */
export const SHARED_FORMATS: readonly [WebhookFormat, ...WebhookFormat[]] = [
  {
    ...SHARED,
    key: "standard",
    name: "Standard (operational events only)",
    shape: "event",
    isOperational: true,
    needsBody: false,
  },
  { ...SHARED, key: "slack", name: "Slack", shape: "slack", limit: text(40_000, "characters") },
  { ...SHARED, key: "teams", name: "Microsoft Teams", shape: "teams", limit: text(28 * 1024, "bytes") },
  { ...SHARED, key: "discord", name: "Discord", shape: "discord", limit: text(2_000, "characters") },
  {
    ...SHARED,
    key: "google-chat",
    name: "Google Chat",
    shape: "google-chat",
    limit: text(32_000, "bytes"),
  },
  { ...SHARED, key: "pagerduty", name: "PagerDuty", shape: "pagerduty", limit: whole(512 * 1024) },
  {
    ...SHARED,
    key: "cloudevents",
    name: "CloudEvents (structured)",
    shape: "cloudevents",
    needsBody: false,
  },
  {
    ...SHARED,
    key: "cloudevents-binary",
    name: "CloudEvents (binary)",
    shape: "cloudevents-binary",
    needsBody: false,
  },
  {
    ...SHARED,
    key: "template",
    name: "Own template",
    shape: "template",
    limit: whole(MAX_TEMPLATE_RESULT_BYTES),
  },
];
