/** The registry of one site in memory: what matching and signing need for each event and each attempt. */
import type { Endpoint } from "./endpoint.ts";
import type { Installation } from "./installation.ts";
import type { Site } from "./site.ts";
import type { Subscription } from "./subscription.ts";
import type { Webhook } from "./webhook.ts";

export interface SiteSnapshot {
  readonly site: Site;
  /** The standing ones only: a number that is missing here is unsubscribed. */
  readonly subscriptions: ReadonlyMap<number, Subscription>;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly webhooks: ReadonlyMap<number, Webhook>;
  readonly endpoints: ReadonlyMap<number, Endpoint>;
}
