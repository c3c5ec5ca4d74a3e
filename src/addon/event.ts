/** Arguments of handlers, and their responses. */
import type { Request } from "express";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import type { DeliveryWord } from "../protocol/headers.ts";
import type { Check } from "../protocol/verdict.ts";
import type { Received } from "./received.ts";
import type { TenantView } from "./tenants.ts";

/** A verified webhook. */
export interface WebhookEvent<Body = unknown, Name extends string = string> {
  readonly name: Name;
  /** The host's ID of the delivery, the same for all attempts. Undefined if the host sends none. */
  readonly deliveryId: string | undefined;
  /** Undefined if the webhook excludes the body. The type is not checked. */
  readonly body: Body | undefined;
  /** The request as received. `received.body` has its bytes. */
  readonly received: Received;
  /** Query parameters, including the values of URL variables. */
  readonly query: URLSearchParams;
  /** The `params` of the module as sent, by name. Empty if the host doesn't send them, as Atlassian's. */
  readonly params: Readonly<Record<string, string>>;
  readonly tenant: TenantView;
  /** 0 on the first attempt. */
  readonly retry: number;
  /** Number of manual redeliveries. */
  readonly redelivery: number;
  /**
   * Number of the delivery among those of its key, from 1, where an administrator has set an order for the endpoint (`orderBy`).
   * Undefined otherwise. The signature does not cover it.
   */
  readonly sequence: number | undefined;
  readonly checks: readonly Check[];
  readonly request: Request;
  /** Sets the response to the host. Default: 204. If several handlers set one, the highest status wins. */
  readonly answer: (answer: Answer) => void;
}

/** A verified lifecycle callback. The tenant is already saved and shown without its secret. */
export interface LifecycleCall {
  readonly event: LifecycleEvent;
  readonly tenant: TenantView;
  readonly checks: readonly Check[];
}

/** Handles a webhook. The response waits for it. An error responds with 500, and the host retries. */
export type WebhookHandler<Body = unknown, Name extends string = string> = (
  event: WebhookEvent<Body, Name>,
) => void | Promise<void>;

export type LifecycleHandler = (call: LifecycleCall) => void | Promise<void>;

/** A response chosen by a handler, for example 503 with a delay for the retry. */
export interface Answer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /**
   * Header `webhook-delivery`: `abort-message` ends this delivery, whatever the retry schedule says; `disable` makes the subscription
   * inactive until somebody resumes it. Hosts other than Callboard ignore it.
   */
  readonly delivery?: DeliveryWord;
}
