/** The Inspector's descriptor: one webhook for every Jira and Confluence event, and the part of it that a product knows. */
import { readFileSync } from "node:fs";
import type { AddonDescriptor } from "../addon/index.ts";
import { builtInCatalogue, findEventType } from "../catalogue/index.ts";
import type { Product } from "../catalogue/index.ts";

/** The url of an event's webhook. The event stands in it because a Confluence body does not name its own. */
export function webhookUrl(event: string): string {
  return `/webhooks/${event}`;
}

/** `atlassian-connect.json`, which ships at the top of the package: two folders up, from the source and the build alike. */
export function readInspectorDescriptor(): AddonDescriptor {
  const file = new URL("../../atlassian-connect.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as AddonDescriptor;
}

const webhooksOf = ({ modules }: AddonDescriptor) => [modules?.webhooks ?? []].flat();

/** The products on whose sites the Inspector is an add-on, because its descriptor has their events; on others it is a webhook. */
export const ADDON_PRODUCTS: readonly Product[] = builtInCatalogue.addonProducts.filter(({ eventTypes }) => {
  const named = new Set(webhooksOf(readInspectorDescriptor()).map(({ event }) => event));
  return eventTypes.some(({ event }) => named.has(event));
});

export function isAddonProduct(product: string): boolean {
  return ADDON_PRODUCTS.some(({ key }) => key === product);
}

/** The same add-on with the webhooks that one product can send. */
export function descriptorFor(descriptor: AddonDescriptor, product: Product): AddonDescriptor {
  const webhooks = webhooksOf(descriptor);
  return {
    ...descriptor,
    modules: {
      ...descriptor.modules,
      webhooks: webhooks.filter(({ event }) => findEventType(product, event)),
    },
  };
}
