/** Reads the descriptor as written and fills in `{{baseUrl}}`. */
import { CallboardError } from "../errors.ts";
import type { LifecycleUrls, WebhookModule } from "../protocol/descriptor.ts";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";
import { parseUrl } from "../parse-url.ts";

/** The JSON of `atlassian-connect.json`. Members that the toolkit doesn't read are served unchanged. */
export interface AddonDescriptor {
  readonly key: string;
  readonly baseUrl: string;
  readonly authentication: { readonly type: string };
  readonly lifecycle?: LifecycleUrls;
  readonly modules?: { readonly webhooks?: readonly WebhookModule[] | WebhookModule };
  readonly [member: string]: unknown;
}

export function listWebhookModules(descriptor: AddonDescriptor): readonly WebhookModule[] {
  const webhooks = descriptor.modules?.webhooks ?? [];
  return Array.isArray(webhooks) ? (webhooks as readonly WebhookModule[]) : [webhooks as WebhookModule];
}

/**
 * Replaces `{{baseUrl}}` (and ACE's `{{localBaseUrl}}`) in the descriptor.
 * @throws {CallboardError} CONFIG_INVALID if no host could use the descriptor, or if its webhooks would be unsigned, which
 * the toolkit refuses.
 */
export function fillDescriptor(descriptor: AddonDescriptor, baseUrl: string): AddonDescriptor {
  if (!isBaseUrl(baseUrl)) refuse("baseUrl must be an absolute URL such as https://addon.example.com/app");
  if (textIn(descriptor, "key") === "") refuse("The descriptor has no key");
  if (textIn(descriptor.authentication, "type").toLowerCase() !== "jwt") {
    refuse('The descriptor\'s authentication.type must be "jwt"');
  }
  if (descriptor.lifecycle?.installed === undefined) {
    refuse("The descriptor has no lifecycle.installed url, which receives the shared secret");
  }
  const text = JSON.stringify(descriptor).replace(/\{\{\s*(?:baseUrl|localBaseUrl)\s*\}\}/g, () =>
    JSON.stringify(baseUrl).slice(1, -1),
  );
  const filled = JSON.parse(text) as AddonDescriptor;
  if (withoutTrailingSlashes(textIn(filled, "baseUrl")) !== withoutTrailingSlashes(baseUrl)) {
    // Hosts call the descriptor's baseUrl and sign for it, so every token would be refused.
    refuse(`The descriptor's baseUrl is not ${baseUrl}; write "{{baseUrl}}" to have it filled in`);
  }
  return filled;
}

function isBaseUrl(text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
}

/** Returns "" for a missing member, which JavaScript authors can leave out. */
function textIn(value: unknown, member: string): string {
  if (typeof value !== "object" || value === null) return "";
  const text = (value as Readonly<Record<string, unknown>>)[member];
  return typeof text === "string" ? text : "";
}

function refuse(message: string): never {
  throw new CallboardError("CONFIG_INVALID", message);
}
