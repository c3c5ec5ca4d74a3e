/** The Inspector's descriptor: one webhook for every event type of Jira, Confluence and own products, and the part for one product. */
import { readFileSync } from "node:fs";
import type { AddonDescriptor } from "../addon/index.ts";
import { builtInCatalogue, findEventType } from "../catalogue/index.ts";
import type { LiveCatalogue, Product } from "../catalogue/index.ts";

/** The url of an event's webhook. The event stands in it because a Confluence body does not name its own. */
export function webhookUrl(event: string): string {
  return `/webhooks/${event}`;
}

/** `atlassian-connect.json`, which ships at the top of the package: two folders up, from the source and the build alike. */
export function readInspectorDescriptor(): AddonDescriptor {
  const file = new URL("../../atlassian-connect.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as AddonDescriptor;
}

const listWebhooks = ({ modules }: AddonDescriptor) => [modules?.webhooks ?? []].flat();

/** The built-in products on whose sites the Inspector is an add-on, because its file has their events; on others it is a webhook. */
export const ADDON_PRODUCTS: readonly Product[] = builtInCatalogue.addonProducts.filter(({ eventTypes }) => {
  const named = new Set(listWebhooks(readInspectorDescriptor()).map(({ event }) => event));
  return eventTypes.some(({ event }) => named.has(event));
});

/** Reports whether the Inspector is an add-on on sites of the product, as it is for all own products. */
export function isAddonProduct(product: Product, catalogue: Pick<LiveCatalogue, "isBuiltIn">): boolean {
  if (product.isMissing) return false;
  return !catalogue.isBuiltIn(product.key) || ADDON_PRODUCTS.some(({ key }) => key === product.key);
}

/** Returns the descriptor with a webhook for each event type of the own products of the catalogue. */
export function withOwnEvents(descriptor: AddonDescriptor, catalogue: LiveCatalogue): AddonDescriptor {
  const webhooks = listWebhooks(descriptor);
  const named = new Set(webhooks.map(({ event }) => event));
  const own = catalogue.products
    .filter(({ key }) => !catalogue.isBuiltIn(key))
    .flatMap(({ eventTypes }) => eventTypes.map(({ event }) => event));
  const added = [...new Set(own)]
    .filter((event) => !named.has(event))
    .map((event) => ({ event, url: webhookUrl(event) }));
  return { ...descriptor, modules: { ...descriptor.modules, webhooks: [...webhooks, ...added] } };
}

/** The same add-on with the webhooks that one product can send. It asks for no scope of an own product. */
export function descriptorFor(descriptor: AddonDescriptor, product: Product): AddonDescriptor {
  const webhooks = listWebhooks(descriptor);
  return {
    ...descriptor,
    ...(product.scopes === undefined ? {} : { scopes: [] }),
    modules: {
      ...descriptor.modules,
      webhooks: webhooks.filter(({ event }) => findEventType(product, event)),
    },
  };
}
