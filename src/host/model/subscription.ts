/** Subscriptions: an event type and a URL of a receiver. */
import type { BodyFilter } from "./body-filter.ts";
import type { Receiver } from "./endpoint.ts";

export type SubscriptionSource = "module" | "dynamic" | "webhook";

/** Additional data of a dynamic registration. */
export type DynamicFacts =
  /** A webhook of Jira's REST API, with one subscription for each event type: `of` is the number of the first. */
  | {
      readonly kind: "webhook";
      readonly of?: number;
      readonly jqlFilter: string;
      readonly fieldIds?: readonly string[];
    }
  /** A module registered at run time, as the add-on wrote it. */
  | { readonly kind: "module"; readonly key: string; readonly module: Readonly<Record<string, unknown>> };

export interface Subscription {
  readonly siteNo: number;
  readonly no: number;
  readonly source: SubscriptionSource;
  readonly receiver: Receiver;
  readonly event: string | undefined;
  /** Absolute URL, possibly with `{x.y}` variables in path or query. */
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
  readonly filter: string | undefined;
  readonly bodyFilter: BodyFilter | undefined;
  readonly propertyKeys: readonly string[] | undefined;
  readonly excludeBody: boolean;
  readonly endpointNo: number;
  readonly active: boolean;
  readonly inactiveBecause: string | undefined;
  /** Time since when it is inactive because of a 410. */
  readonly goneSince: number | undefined;
  readonly position: number;
  readonly dynamic: DynamicFacts | undefined;
  readonly expiresAt: number | undefined;
  readonly createdAt: number;
  readonly removedAt: number | undefined;
}

/** Initial values of a subscription: active, without any optional part. */
export const NEW_SUBSCRIPTION = {
  params: {},
  propertyKeys: undefined,
  active: true,
  inactiveBecause: undefined,
  goneSince: undefined,
  position: 0,
  dynamic: undefined,
  expiresAt: undefined,
  removedAt: undefined,
} as const satisfies Partial<Subscription>;

/** Returns the ID of the subscription's dynamic webhook, or undefined. */
export function dynamicWebhookId({ dynamic, no }: Pick<Subscription, "dynamic" | "no">): number | undefined {
  return dynamic?.kind === "webhook" ? (dynamic.of ?? no) : undefined;
}
