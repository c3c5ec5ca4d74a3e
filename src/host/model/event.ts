/** Events: one occurrence of an event type on a site. */
import type { Uuid } from "./ids.ts";
import type { EventTerms } from "./terms.ts";

/** 0 = primary, 1 = secondary: the `flow` of an event. A lower number always takes precedence. */
export type Lane = 0 | 1;

export interface EventRecord {
  readonly siteNo: number;
  readonly id: Uuid;
  /** The caller's ID, and the digest of the content. */
  readonly clientId: string | undefined;
  readonly digest: string | undefined;
  readonly name: string;
  readonly project: string | undefined;
  readonly actor: string | undefined;
  readonly lane: Lane;
  /** The add-on that the event concerns, if only this add-on gets it. */
  readonly aboutAddon: string | undefined;
  readonly notes: readonly string[];
  readonly trace: FanOutTrace;
  /** The `traceparent` (W3C Trace Context) of its deliveries. */
  readonly traceParent?: string | undefined;
  /** What its publisher asked of its deliveries. */
  readonly terms?: EventTerms | undefined;
  /** The body in the product's format, as sent. "" after the body's retention period; `bodySize` is kept. */
  readonly body: string;
  readonly bodySize: number;
}

/** An event being accepted. Its body is UTF-8. */
export interface NewEvent extends Omit<EventRecord, "body" | "bodySize"> {
  readonly body: Uint8Array;
}

/** Reasons for the fan-out of an event. Matched subscriptions are in its deliveries. */
export interface FanOutTrace {
  /** Number of the site's subscriptions to other event types. */
  readonly others: number;
  /** Up to 200 subscriptions to this event type that were skipped. */
  readonly skipped: readonly { readonly subscriptionNo: number; readonly because: string }[];
  /** URL variables without a value in the event. */
  readonly missing: readonly { readonly subscriptionNo: number; readonly variables: readonly string[] }[];
}
