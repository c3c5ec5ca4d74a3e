/** The response to a published event. */
import { formatWebhookId } from "../../model/ids.ts";
import type { AcceptedEvent } from "../../model/plan.ts";
import type { PublishedEvent } from "../../model/published.ts";

/** @param showUrl returns the part of a receiver's URL that the publisher is shown */
export function presentAccepted(
  { id, event, duplicate, deliveries, notes }: AcceptedEvent,
  siteNo: number,
  showUrl: (url: string) => string = (url) => url,
): PublishedEvent {
  return {
    id,
    event,
    duplicate,
    deliveries: deliveries.map(({ id: deliveryId, receiver, url, failed }) => ({
      id: deliveryId,
      ...(receiver.kind === "addon"
        ? { addonKey: receiver.addonKey }
        : { webhookId: formatWebhookId(siteNo, receiver.webhookNo) }),
      url: showUrl(url),
      ...(failed === undefined ? {} : { state: "failed", reason: failed }),
    })),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
