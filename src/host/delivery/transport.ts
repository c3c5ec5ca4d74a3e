/**
 * The way of a delivery's request to its receiver: a POST to the receiver's URL, or the connection of a listener that the receiver's
 * deliveries are handed to.
 */
import type { Egress, ExchangeResult, PostRequest } from "../../egress/index.ts";
import type { DueDelivery } from "../model/delivery.ts";

/** What a request came to; `url` is the one that it reached, if that is another one than it was signed for. */
export type Sent = ExchangeResult & { readonly url?: string };

export interface Transport {
  /**
   * Reports whether this process may send to an endpoint now. `listenerId` is the listener that the endpoint's deliveries go to;
   * undefined for most endpoints.
   */
  readonly serves: (listenerId: string | undefined) => boolean;
  /** Never rejects: failures of the other side are values. A request that did not arrive is "local", and spends no attempt. */
  readonly send: (
    listenerId: string | undefined,
    delivery: DueDelivery,
    request: PostRequest,
  ) => Promise<Sent>;
}

/** Sends everything by HTTP, and nothing that goes to a listener. */
export const byHttp = ({ post }: Pick<Egress, "post">): Transport => ({
  serves: (listenerId) => listenerId === undefined,
  send: (_listenerId, _delivery, request) => post(request),
});
