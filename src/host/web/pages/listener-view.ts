/** The listener that has a receiver's deliveries, as the page of the receiver shows it. */
import type { Receiver } from "../../model/endpoint.ts";
import { isAway } from "../../model/listener.ts";
import type { Rooms } from "../rooms.ts";

export interface ListenerView {
  readonly by: string;
  readonly since: number;
  readonly forwardTo: string;
  readonly seenAt: number;
  readonly isAway: boolean;
  readonly isTemporary: boolean;
}

/** Undefined if the deliveries go to the receiver itself. */
export async function listenerView(
  siteNo: number,
  receiver: Receiver,
  { listeners, endpoints }: Pick<Rooms, "listeners" | "endpoints">,
): Promise<ListenerView | undefined> {
  const listener = await listeners.find(siteNo, receiver);
  if (listener === undefined) return undefined;
  const { createdBy: by, createdAt: since, forwardTo, seenAt } = listener;
  return {
    by,
    since,
    forwardTo,
    seenAt,
    isAway: isAway(listener, endpoints.now()),
    isTemporary: receiver.kind === "webhook",
  };
}
