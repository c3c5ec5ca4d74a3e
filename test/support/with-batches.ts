/** An outgoing webhook with batches, on a bench, and what its receiver got. */
import type { Webhook } from "../../src/host/model/webhook.ts";
import type { Received } from "./http-receiver.ts";
import type { Bench } from "./with-engine.ts";
import { addOrderedWebhook } from "./with-order.ts";

/** Adds a webhook in batches of up to ten within 200 ms unless changed. Resolves to its endpoint. */
export const addBatchingWebhook = (b: Bench, url: string, change: Partial<Webhook> = {}): Promise<number> =>
  addOrderedWebhook(b, url, { orderBy: undefined, batch: { max: 10, withinMs: 200 }, ...change });

export interface ReceivedItem {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly sequence?: number;
  readonly data?: { readonly step: number; readonly issue: { readonly id: string | number } };
}

export const readItems = ({ body }: Received): readonly ReceivedItem[] =>
  JSON.parse(body.toString()) as readonly ReceivedItem[];

export const readSteps = (request: Received): readonly (number | undefined)[] =>
  readItems(request).map(({ data }) => data?.step);

export const readBatchId = ({ headers }: Received): string => String(headers["webhook-id"]);
