/** Outgoing webhooks: subscriptions configured by users. */
import type { BatchSettings } from "./batch-settings.ts";
import type { BodyFilter } from "./body-filter.ts";
import type { ReceiverSettings } from "./receiver-settings.ts";

/**
 * Signature of a POST if there is a secret. standard: v1 of Standard Webhooks. ed25519: v1a of Standard Webhooks; the secret is a
 * private key, which nobody is told. hub: X-Hub-Signature. hub-256: X-Hub-Signature-256.
 */
export const WEBHOOK_SIGNATURES = ["standard", "ed25519", "hub", "hub-256"] as const;
export type WebhookSignature = (typeof WEBHOOK_SIGNATURES)[number];

/** Reports whether the secret is a private key. */
export function hasKeyPair(scheme: WebhookSignature): boolean {
  return scheme === "ed25519";
}

export interface Webhook extends ReceiverSettings {
  readonly siteNo: number;
  readonly no: number;
  /** The tenant that it belongs to. */
  readonly owner?: string | undefined;
  readonly name: string;
  readonly url: string;
  readonly format: string;
  /** Text of the format `template`. */
  readonly template: string | undefined;
  /** Integration key of the format `pagerduty`, a secret that is part of the body. */
  readonly routingKey: string | undefined;
  readonly project: string | undefined;
  /** Undefined for all event types. */
  readonly events: readonly string[] | undefined;
  readonly filter: string | undefined;
  readonly bodyFilter: BodyFilter | undefined;
  readonly excludeBody: boolean;
  readonly description: string;
  readonly secret: string | undefined;
  readonly previousSecret: string | undefined;
  readonly previousSecretUntil: number | undefined;
  readonly signature: WebhookSignature;
  readonly retryProfile: string | undefined;
  /** JSON pointer to the key in whose order deliveries go. Undefined for any order. */
  readonly orderBy: string | undefined;
  /** Several events in one request. Undefined for one event in each. */
  readonly batch: BatchSettings | undefined;
  readonly active: boolean;
  readonly inactiveBecause: string | undefined;
  /** Time since when it is inactive because of a 410. */
  readonly goneSince: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly removedAt: number | undefined;
}
