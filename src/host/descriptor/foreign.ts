/** Recognizes descriptors of other platforms with the same file name, to name the platform instead of the missing fields. */

import { isObject } from "../../json/object.ts";
import { listWebhookEntries } from "./raw-descriptor.ts";
import type { JsonObject } from "../../json/object.ts";

/** Returns the name of the platform, or undefined if the descriptor can be a Connect one. */
export function findForeignSystem(descriptor: JsonObject): string | undefined {
  if (isObject(descriptor["capabilities"]) && !("modules" in descriptor)) return "HipChat";
  const modules = descriptor["modules"];
  if (isObject(modules) && Object.keys(modules).some((name) => name.startsWith("chat:"))) return "Stride";
  if (Array.isArray(descriptor["contexts"]) && descriptor["contexts"].length > 0) return "Bitbucket";
  if (listWebhookEntries(descriptor).some(hasBitbucketEvent)) return "Bitbucket";
  return undefined;
}

function hasBitbucketEvent(webhook: unknown): boolean {
  const event = isObject(webhook) ? webhook["event"] : undefined;
  return typeof event === "string" && /^(?:repo|pullrequest):/.test(event);
}
