/** Links from what happened to the event type in the catalogue. */
import { findEventType } from "../../../catalogue/index.ts";
import type { EventType } from "../../../catalogue/index.ts";
import type { Rooms } from "../rooms.ts";

export const toEventTypeHref = ({ product, event }: Pick<EventType, "product" | "event">): string =>
  `/admin/catalogue/${product}/${encodeURIComponent(event)}`;

/** Returns the event type that the product of the site has by this name. */
export async function findSiteEventType(
  siteKey: string | undefined,
  event: string | undefined,
  { sites, catalogue }: Rooms,
): Promise<EventType | undefined> {
  const site = siteKey === undefined ? undefined : await sites.find(siteKey);
  return site === undefined || event === undefined
    ? undefined
    : findEventType(catalogue.get(site.product), event);
}
