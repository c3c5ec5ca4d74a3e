/** What is told of an event that was published. Pure. */
import { builtInCatalogue, findEventType } from "../catalogue/index.ts";
import type { Schemas } from "../client/index.ts";
import { counted } from "./consent.ts";
import { nameReceiver } from "./delivery-filter.ts";

/** Deliveries that are listed one by one. */
const MAX_LISTED = 20;

export function describePublished(
  { id, event, duplicate, deliveries }: Schemas["PublishedEvent"],
  site: string,
): readonly string[] {
  const more = deliveries.length - MAX_LISTED;
  return [
    `${id}  ${event}  ${counted(deliveries.length, "delivery", "deliveries")}${duplicate ? "  (accepted before)" : ""}`,
    ...deliveries
      .slice(0, MAX_LISTED)
      .map(
        ({ id, addonKey = null, webhookId = null }) => `  ${id}  ${nameReceiver({ addonKey, webhookId })}`,
      ),
    ...(more > 0 ? [`  and ${more} more: callboard events show ${id} --site ${site}`] : []),
  ];
}

/**
 * Returns what to do where nothing was matched because an event about an add-on goes to that add-on, and the sample is about one that is
 * not installed. Undefined for other events, and where `set` names the add-on.
 */
export function noteOwnAddonOnly(
  event: string,
  { site, set }: { readonly site: string; readonly set: readonly string[] },
): string | undefined {
  const isAboutAddon = builtInCatalogue.products.some(
    (product) => findEventType(product, event)?.ownAddonOnly === true,
  );
  if (!isAboutAddon || set.some((setting) => /^key:?=/.test(setting))) return undefined;
  return `${event} goes only to the add-on that it is about. Name one with --set key=KEY (list them: callboard addons list --site ${site})`;
}
