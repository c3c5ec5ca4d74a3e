/**
 * The body of a Jira event: the payload, with `timestamp` and `webhookEvent` put in front where they are missing.
 */

import { withMembers } from "../../json/splice.ts";
import type { EventFacts } from "../event.ts";
import { readPayload, told } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";
import { EVENTS } from "./events.ts";

const FACTS: Readonly<Record<string, EventFacts>> = EVENTS;

/** Events that the catalogue does not know are taken for ordinary ones. */
function begins(event: string, path: string): boolean {
  return FACTS[event]?.fields.some((field) => field.path === path && field.required) ?? true;
}

export function buildBody({ event, payload: given, scanned, receivedAt }: BodyInput): BuiltBody {
  const payload = readPayload(given, scanned);
  const missing: Record<string, string> = {};
  const notes: string[] = [];

  const add = (key: string, json: string) => {
    if (!payload.has(key) && begins(event, key)) missing[key] = json;
  };
  add("timestamp", String(receivedAt));
  add("webhookEvent", JSON.stringify(event));

  const named = payload.read("webhookEvent");
  if (named !== undefined && named !== event) {
    notes.push(`The body says webhookEvent ${told(named)}, the event is ${event}; the body was kept.`);
  }

  return { bytes: withMembers(payload.bytes, missing), notes };
}
