/**
 * The body of a Confluence event: the payload, with `timestamp` put in front where it is missing, and with whoever did
 * it, in the words of the envelope that the site is set to. The event name is not in the body.
 */

import { withMembers } from "../../json/splice.ts";
import type { Envelope, EventData } from "../event-type.ts";
import type { Payload } from "../payload.ts";
import { readPayload } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";
import { EVENTS } from "./events.ts";

const FACTS: Readonly<Record<string, EventData>> = EVENTS;

/** User who caused the event, in the form of each envelope. Recorded Cloud bodies call the account a customer. */
const WHO: Readonly<Record<Envelope, (user: string) => Readonly<Record<string, string>>>> = {
  connect: (user) => ({ user, username: user, userKey: user }),
  cloud: (user) => ({ userAccountId: user, accountType: "customer" }),
};

/** Events that the catalogue does not know are taken for ordinary ones. */
function lists(event: string, path: string): boolean {
  return FACTS[event]?.fields?.some((field) => field.path === path) ?? true;
}

/** The site's envelope, or the only one in which the event exists. */
function chooseEnvelope(event: string, setting: Envelope): Envelope {
  if (!lists(event, "userAccountId")) return "connect";
  return lists(event, "userKey") ? setting : "cloud";
}

function findEnvelope(payload: Payload): Envelope | undefined {
  if (payload.has("userAccountId")) return "cloud";
  return payload.has("username") || payload.has("userKey") ? "connect" : undefined;
}

export function buildBody(input: BodyInput): BuiltBody {
  const { event, receivedAt, user, envelope: setting = "connect" } = input;
  const payload = readPayload(input.payload, input.scanned);
  const envelope = chooseEnvelope(event, setting);
  const found = findEnvelope(payload);

  const missing: Record<string, string> = {};
  if (!payload.has("timestamp") && lists(event, "timestamp")) missing.timestamp = String(receivedAt);
  if (user !== undefined && found === undefined) {
    for (const [key, value] of Object.entries(WHO[envelope](user))) {
      if (lists(event, key) && !payload.has(key)) missing[key] = JSON.stringify(value);
    }
  }

  return {
    bytes: withMembers(payload.bytes, missing),
    notes:
      found === undefined || found === envelope
        ? []
        : [`The payload has the ${found} envelope, the site is set to ${envelope}; the body was kept.`],
  };
}
