/** What handlers get, and what they may answer. */
import type { Request } from "express";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import type { Check } from "../protocol/verdict.ts";
import type { Received } from "./received.ts";
import type { TenantView } from "./tenants.ts";

/** A webhook that verified. */
export interface WebhookEvent<Body = unknown> {
  readonly name: string;
  /** The host's id of this delivery, the same for every attempt; undefined when the host gives none. */
  readonly deliveryId: string | undefined;
  /** undefined when the webhook asks for no body. Believed to be of this type, not checked. */
  readonly body: Body | undefined;
  /** The request as it came: `received.body` are its bytes. */
  readonly received: Received;
  /** What the host filled in for the variables of the webhook's url. */
  readonly query: URLSearchParams;
  /** The module's `params` as they were sent, by name. Empty from hosts that do not send them, such as Atlassian's own. */
  readonly params: Readonly<Record<string, string>>;
  readonly tenant: TenantView;
  /** 0 on the first attempt. */
  readonly retry: number;
  /** How many times a person asked for this delivery again. */
  readonly redelivery: number;
  readonly checks: readonly Check[];
  readonly request: Request;
  /** Sets what the host is answered, 204 otherwise. Of several handlers the highest status counts. */
  readonly answer: (answer: Answer) => void;
}

/** A lifecycle callback that verified; the tenant is saved already, and without its secret here. */
export interface LifecycleCall {
  readonly event: LifecycleEvent;
  readonly tenant: TenantView;
  readonly checks: readonly Check[];
}

/** Is waited for before the host is answered. A throw is answered with 500, which makes the host try again. */
export type WebhookHandler<Body = unknown> = (event: WebhookEvent<Body>) => void | Promise<void>;

export type LifecycleHandler = (call: LifecycleCall) => void | Promise<void>;

/** An answer of the handler's choice, for instance 503 with the time after which the host may try again. */
export interface Answer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
}
