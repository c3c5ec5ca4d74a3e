/** The Inspector's descriptor: one webhook for every Jira and Confluence event, and the part of it that a product knows. */
import { readFileSync } from "node:fs";
import type { AddonDescriptor } from "../addon/index.ts";
import { findEvent } from "../catalogue/index.ts";

/** The products whose hosts install add-ons; the others have plain webhooks. */
export const ADDON_PRODUCTS = ["jira", "confluence"] as const;
export type AddonProduct = (typeof ADDON_PRODUCTS)[number];

export function isAddonProduct(product: string): product is AddonProduct {
  return (ADDON_PRODUCTS as readonly string[]).includes(product);
}

/** The url of an event's webhook. The event stands in it because a Confluence body does not name its own. */
export function webhookUrl(event: string): string {
  return `/webhooks/${event}`;
}

/** `atlassian-connect.json`, which ships at the top of the package: two folders up, from the source and the build alike. */
export function readInspectorDescriptor(): AddonDescriptor {
  const file = new URL("../../atlassian-connect.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as AddonDescriptor;
}

/** The same add-on with the webhooks that one product can send. */
export function descriptorFor(descriptor: AddonDescriptor, product: AddonProduct): AddonDescriptor {
  const webhooks = [descriptor.modules?.webhooks ?? []].flat();
  return {
    ...descriptor,
    modules: { ...descriptor.modules, webhooks: webhooks.filter(({ event }) => findEvent(product, event)) },
  };
}
