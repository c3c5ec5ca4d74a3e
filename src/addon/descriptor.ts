/** The descriptor as its author writes it, and as it is served: with `{{baseUrl}}` filled in. */
import { CallboardError } from "../errors.ts";
import type { LifecycleUrls, WebhookModule } from "../protocol/descriptor.ts";

/** The JSON of `atlassian-connect.json`. Members that the toolkit does not read are served as they are. */
export interface AddonDescriptor {
  readonly key: string;
  readonly baseUrl: string;
  readonly authentication: { readonly type: string };
  readonly lifecycle?: LifecycleUrls;
  readonly modules?: { readonly webhooks?: readonly WebhookModule[] | WebhookModule };
  readonly [member: string]: unknown;
}

export function webhooksOf(descriptor: AddonDescriptor): readonly WebhookModule[] {
  const webhooks = descriptor.modules?.webhooks ?? [];
  return Array.isArray(webhooks) ? (webhooks as readonly WebhookModule[]) : [webhooks as WebhookModule];
}

/**
 * The descriptor with `{{baseUrl}}` (and ACE's `{{localBaseUrl}}`) filled in everywhere. Throws CONFIG_INVALID for one
 * whose webhooks would not be signed: the toolkit takes nothing unsigned.
 */
export function fillDescriptor(descriptor: AddonDescriptor, baseUrl: string): AddonDescriptor {
  if (descriptor.authentication.type.toLowerCase() !== "jwt") {
    throw new CallboardError("CONFIG_INVALID", 'The descriptor\'s authentication.type must be "jwt"');
  }
  if (descriptor.lifecycle?.installed === undefined) {
    throw new CallboardError(
      "CONFIG_INVALID",
      "The descriptor has no lifecycle.installed url to get its secret at",
    );
  }
  const text = JSON.stringify(descriptor).replace(/\{\{\s*(?:baseUrl|localBaseUrl)\s*\}\}/g, () =>
    JSON.stringify(baseUrl).slice(1, -1),
  );
  return JSON.parse(text) as AddonDescriptor;
}
