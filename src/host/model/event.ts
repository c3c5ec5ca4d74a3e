/** Events: one occurrence of an event type on a site. */
import type { Uuid } from "./ids.ts";

/** 0 = primary, 1 = secondary: the `flow` of an event. A lane is never behind a higher number. */
export type Lane = 0 | 1;

export interface EventRecord {
  readonly siteNo: number;
  readonly id: Uuid;
  /** The id that the caller gave, and the digest of what came with it. */
  readonly clientId: string | undefined;
  readonly digest: string | undefined;
  readonly name: string;
  readonly project: string | undefined;
  readonly actor: string | undefined;
  readonly lane: Lane;
  /** The add-on that an own-add-on-only event is about. */
  readonly aboutAddon: string | undefined;
  readonly notes: readonly string[];
  readonly trace: FanOutTrace;
  /** The `traceparent` (W3C Trace Context) that is sent with its deliveries. */
  readonly traceParent?: string | undefined;
  /** The body in the product's format, as sent; "" after the body's retention, `bodySize` staying. */
  readonly body: string;
  readonly bodySize: number;
}

/** An event that is being accepted; its body is UTF-8. */
export interface NewEvent extends Omit<EventRecord, "body" | "bodySize"> {
  readonly body: Uint8Array;
}

/** Why an event went where it went. What matched is in its deliveries. */
export interface FanOutTrace {
  /** Subscriptions of the site that name another event. */
  readonly others: number;
  /** Subscriptions that name this event and did not get it, at most 200. */
  readonly skipped: readonly { readonly subscriptionNo: number; readonly because: string }[];
  /** Variables of a URL for which the event had no value. */
  readonly missing: readonly { readonly subscriptionNo: number; readonly variables: readonly string[] }[];
}
