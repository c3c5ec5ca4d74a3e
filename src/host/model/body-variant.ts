/** The body of one delivery: the event's body as stored, or the variant that its subscriptions asked for. Pure. */
import { withMember } from "../../json/splice.ts";
import { dynamicWebhookId } from "./subscription.ts";
import type { DueDelivery } from "./delivery.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import type { Subscription } from "./subscription.ts";

const EMPTY = Buffer.alloc(0);

/**
 * `excludeBody` gives an empty body; dynamic webhooks find themselves in `matchedWebhookIds`, in the place of those of
 * another host when the event was relayed from one. Everything else is the stored bytes, the same buffer for all receivers.
 */
export function bodyVariant(body: Buffer, subscriptions: readonly Subscription[]): Buffer {
  const [first] = subscriptions;
  if (first?.excludeBody === true || body.length === 0) return EMPTY;
  if (first?.dynamic?.kind !== "webhook") return body;
  const ids = [...new Set(subscriptions.flatMap((subscription) => dynamicWebhookId(subscription) ?? []))];
  return withMember(body, "matchedWebhookIds", JSON.stringify(ids));
}

/** Returns the variant of a delivery, by what is subscribed now. */
export function deliveryBody(
  { body, matched }: Pick<DueDelivery, "body" | "matched">,
  subscription: Subscription,
  site: SiteSnapshot,
): Buffer {
  const served = matched.flatMap((no) => site.subscriptions.get(no) ?? []);
  return bodyVariant(body, served.length === 0 ? [subscription] : served);
}
