/** A site of the temporary host, as the add-on knows it, and the genuine webhooks that it sends. */
import { signAsHost } from "../addon/sign-as-host.ts";
import {
  ANNOUNCED_VERSION,
  CONNECT_VERSION,
  REDELIVERY,
  SEQUENCE,
  WEBHOOK_FLOW,
  WEBHOOK_RETRY,
} from "../protocol/headers.ts";
import type { SentRequest } from "./exchange.ts";

export interface Tenant {
  readonly siteKey: string;
  readonly clientKey: string;
  readonly productType: string;
  /** What the add-on was told by the last `installed` callback that it accepted. */
  readonly sharedSecret: string;
}

/** A webhook module that can be sent: its URL without variables, and a body. */
export interface Webhook {
  readonly event: string;
  readonly url: string;
  /** Empty if the module excludes the body. */
  readonly body: Buffer;
  readonly excludesBody: boolean;
}

export interface Delivery {
  readonly id: string;
  /** Base URL of the add-on. */
  readonly baseUrl: string;
  /** Epoch milliseconds of the signature. */
  readonly at: number;
  /** Number of the retry; the first attempt has none. */
  readonly retry?: number;
  /** Number of the redelivery that a person asked for. */
  readonly redelivery?: number;
  /** Number among the deliveries of its key, where deliveries go in an order. */
  readonly sequence?: number;
  /** A body in place of the sample. */
  readonly body?: Buffer;
  readonly pacing?: SentRequest["pacing"];
}

/** The POST of one delivery, as the host sends it. */
export function signWebhook(
  { clientKey, sharedSecret }: Pick<Tenant, "clientKey" | "sharedSecret">,
  webhook: Webhook,
  { id, baseUrl, at, body = webhook.body, pacing, ...numbers }: Delivery,
): SentRequest {
  const { url } = webhook;
  const signed = signAsHost({ clientKey, sharedSecret, url, baseUrl, body, deliveryId: id, at });
  return {
    method: "POST",
    url,
    headers: [...POST_HEADERS, ...listNumbers(numbers), ...Object.entries(signed)],
    body,
    ...(pacing === undefined ? {} : { pacing }),
  };
}

function listNumbers({
  retry,
  redelivery,
  sequence,
}: Pick<Delivery, "retry" | "redelivery" | "sequence">): readonly (readonly [string, string])[] {
  const headers = [
    [WEBHOOK_RETRY, retry],
    [REDELIVERY, redelivery],
    [SEQUENCE, sequence],
  ] as const;
  return headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
}

/** What every POST of a delivery has. */
export const POST_HEADERS = [
  ["content-type", "application/json; charset=utf-8"],
  ["accept", "*/*"],
  ["user-agent", "Callboard"],
  [CONNECT_VERSION, ANNOUNCED_VERSION],
  [WEBHOOK_FLOW, "Primary"],
] as const;

/** What every lifecycle callback has. */
export const CALLBACK_HEADERS = [
  ["content-type", "application/json"],
  ["accept", "*/*"],
  [CONNECT_VERSION, ANNOUNCED_VERSION],
] as const;
