/** The Inspector's descriptor: one webhook for every event type of Jira, Confluence and own products, and the part for one product. */
import { readFileSync } from "node:fs";
import type { AddonDescriptor, Received, WebhookModule } from "../addon/index.ts";
import { builtInCatalogue, findEventName } from "../catalogue/index.ts";
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

/** A host refuses a descriptor with more webhooks. */
export const MAX_WEBHOOKS = 500;
/** A host refuses one of more than 512 KiB. What is left is for a longer base URL. */
export const MAX_DESCRIPTOR_BYTES = 500 * 1024;

/** Above the key of a product whose bodies name their event types: the path of the one webhook for all of them. */
const NAMED = "/named/";
const ALL_EVENTS = "*";

export interface Subscribed {
  readonly webhooks: readonly WebhookModule[];
  /** Number of event types that are left out, because a host would refuse the descriptor with them. */
  readonly left: number;
}

/**
 * Returns the webhooks for the event types of a product: one for each. Where these are too many for a descriptor, one for all, if
 * the product's bodies name the event type; otherwise those that fit.
 */
export function subscribe(descriptor: AddonDescriptor, product: Product): Subscribed {
  const all = product.eventTypes.map(({ event }) => ({ event, url: webhookUrl(event) }));
  const most = MAX_DESCRIPTOR_BYTES - countBytes(withWebhooks(descriptor, []));
  let bytes = 0;
  const fitting = all.slice(0, MAX_WEBHOOKS).filter((webhook) => (bytes += countBytes(webhook) + 1) <= most);
  if (fitting.length === all.length) return { webhooks: all, left: 0 };
  return product.eventPath === undefined
    ? { webhooks: fitting, left: all.length - fitting.length }
    : { webhooks: [{ event: ALL_EVENTS, url: NAMED + product.key }], left: 0 };
}

const countBytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));

const withWebhooks = (descriptor: AddonDescriptor, webhooks: readonly WebhookModule[]): AddonDescriptor => ({
  ...descriptor,
  modules: { ...descriptor.modules, webhooks: [...webhooks] },
});

/** Returns the event type of a webhook: its own, or that which the body names where the webhook is for all. */
export function findNamedEvent(
  event: string,
  { rawUrl, json }: Pick<Received, "rawUrl" | "json">,
  catalogue: Pick<LiveCatalogue, "find">,
): string {
  const key = event === ALL_EVENTS ? /\/named\/([^/?]+)/.exec(rawUrl)?.[1] : undefined;
  const product = key === undefined ? undefined : catalogue.find(key);
  return (product && findEventName(product, json)) ?? event;
}

/** Reports whether the URL of a delivery is that of a webhook for the event type. */
export const isWebhookUrl = (url: string, baseUrl: string, event: string): boolean =>
  url === baseUrl + webhookUrl(event) || url.startsWith(baseUrl + NAMED);

/** Returns the descriptor with the webhooks for the own products of the catalogue. */
export function withOwnEvents(descriptor: AddonDescriptor, catalogue: LiveCatalogue): AddonDescriptor {
  const webhooks = new Map(listWebhooks(descriptor).map((webhook) => [webhook.url, webhook]));
  for (const product of catalogue.products.filter(({ key }) => !catalogue.isBuiltIn(key))) {
    for (const webhook of subscribe(descriptor, product).webhooks) webhooks.set(webhook.url, webhook);
  }
  return withWebhooks(descriptor, [...webhooks.values()]);
}

/** The same add-on with the webhooks that one product can send. It asks for no scope of an own product. */
export function descriptorFor(descriptor: AddonDescriptor, product: Product): AddonDescriptor {
  const part = product.scopes === undefined ? descriptor : { ...descriptor, scopes: [] };
  return withWebhooks(part, subscribe(part, product).webhooks);
}
