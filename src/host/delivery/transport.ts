/**
 * The way of a delivery's request to its receiver: a POST to the receiver's URL, or the connection of a listener that the receiver's
 * deliveries are handed to.
 */
import type { Egress } from "../../egress/index.ts";
import type { Sent, SignedRequest } from "../model/attempt-record.ts";
import type { DueDelivery } from "../model/delivery.ts";

export interface Transport {
  /**
   * Reports whether this process may send to an endpoint now. `listenerId` is the listener that the endpoint's deliveries go to;
   * undefined for most endpoints.
   */
  readonly serves: (listenerId: string | undefined) => boolean;
  /**
   * Never rejects: failures of the other side are values. A request that did not arrive is "local", and spends no attempt. A listener
   * gets none of the credentials that the receiver's settings add.
   */
  readonly send: (
    listenerId: string | undefined,
    delivery: DueDelivery,
    signed: SignedRequest,
  ) => Promise<Sent>;
}

/** Sends everything by HTTP without credentials, and nothing that goes to a listener. */
export const byHttp = ({ post }: Pick<Egress, "post">): Transport => ({
  serves: (listenerId) => listenerId === undefined,
  send: (_listenerId, _delivery, { request }) => post(request),
});
