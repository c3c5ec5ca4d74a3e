/** Resolves webhook modules to webhooks with full URLs. */

import { CallboardError } from "../../errors.ts";
import type { Descriptor, ResolvedWebhook, WebhookModule } from "../../protocol/descriptor.ts";
import { withParams } from "../model/params.ts";
import { identifyWebhook } from "../model/webhook-diff.ts";
import { joinUrl, URL_VARIABLE } from "./relative-url.ts";

/** Returns every webhook with its full URL, in the order of the descriptor. Of equal webhooks, only the first is kept. */
export function resolveWebhooks(descriptor: Pick<Descriptor, "baseUrl" | "webhooks">): ResolvedWebhook[] {
  const seen = new Set<string>();
  const resolved: ResolvedWebhook[] = [];
  for (const [position, module] of descriptor.webhooks.entries()) {
    const webhook = resolveWebhook(module, position, descriptor.baseUrl);
    const identity = identifyWebhook(webhook);
    if (seen.has(identity)) continue;
    seen.add(identity);
    resolved.push(webhook);
  }
  return resolved;
}

/**
 * Resolves a relative URL.
 * @throws {CallboardError} DESCRIPTOR_WEBHOOK_URL if the result is not below baseUrl.
 */
export function resolveUrl(baseUrl: string, url: string): string {
  const resolvedUrl = joinUrl(baseUrl, url);
  // Variables become percent-encoded text, so "x" can replace them here.
  const target = new URL(resolvedUrl.replace(URL_VARIABLE, "x"));
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/*$/, "/");
  if (target.origin !== base.origin || !target.pathname.startsWith(basePath) || target.username !== "") {
    throw new CallboardError(
      "DESCRIPTOR_WEBHOOK_URL",
      `The url ${JSON.stringify(url)} leaves the add-on's baseUrl`,
    );
  }
  return resolvedUrl;
}

function resolveWebhook(module: WebhookModule, position: number, baseUrl: string): ResolvedWebhook {
  const { event, url, params = {}, filter = "", bodyFilter, excludeBody = false, propertyKeys = [] } = module;
  return {
    event,
    url,
    resolvedUrl: withParams(resolveUrl(baseUrl, url), params),
    params,
    ...(filter.trim() === "" ? {} : { filter }),
    ...(bodyFilter === undefined ? {} : { bodyFilter }),
    excludeBody,
    ...(propertyKeys.length === 0 ? {} : { propertyKeys }),
    position,
  };
}
