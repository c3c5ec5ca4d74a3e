/**
 * The body of a Jira event: the payload, with `timestamp` and `webhookEvent` put in front where they are missing, and
 * `matchedWebhookIds` where the body goes to dynamic webhooks.
 */

import type { Edit } from "../../json/splice.ts";
import { insertion, splice } from "../../json/splice.ts";
import type { EventFacts } from "../event.ts";
import { readPayload } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";
import { EVENTS } from "./events.ts";

const FACTS: Readonly<Record<string, EventFacts>> = EVENTS;

/** Events that the catalogue does not know are taken for ordinary ones. */
function begins(event: string, path: string): boolean {
  return FACTS[event]?.fields.some((field) => field.path === path && field.required) ?? true;
}

export function buildBody({ event, payload: given, receivedAt, matchedWebhookIds }: BodyInput): BuiltBody {
  const payload = readPayload(given);
  const missing: Record<string, string> = {};
  const edits: Edit[] = [];
  const notes: string[] = [];

  const add = (key: string, json: string) => {
    if (!payload.has(key) && begins(event, key)) missing[key] = json;
  };
  add("timestamp", String(receivedAt));
  add("webhookEvent", JSON.stringify(event));

  const named = payload.read("webhookEvent");
  if (named !== undefined && named !== event) {
    notes.push(
      `The body says webhookEvent ${JSON.stringify(named)}, the event is ${event}; the body was kept.`,
    );
  }

  if (matchedWebhookIds !== undefined && matchedWebhookIds.length > 0) {
    const text = JSON.stringify(matchedWebhookIds);
    const theirs = payload.find("matchedWebhookIds");
    if (theirs === undefined) missing.matchedWebhookIds = text;
    else {
      edits.push({ start: theirs.start, end: theirs.end, text });
      notes.push("The payload's matchedWebhookIds are of another host and were replaced by this one's.");
    }
  }

  if (Object.keys(missing).length > 0) edits.push(insertion(payload.bytes, missing));
  return { bytes: edits.length === 0 ? payload.bytes : splice(payload.bytes, edits), notes };
}
