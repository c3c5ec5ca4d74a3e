/**
 * The body of a Backlog event: the whole activity, or its content, which is then wrapped. Of the activity, what follows
 * from the call is filled in where it is missing: `id`, `type`, `notifications`, `created`, `project`, `createdUser`.
 */

import { CallboardError } from "../../errors.ts";
import { withMembers } from "../../json/splice.ts";
import type { EventData } from "../event-type.ts";
import type { Payload } from "../payload.ts";
import { describeMismatch, readPayload } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";
import { createSchema } from "../schema.ts";
import { assertFits } from "../validate.ts";
import { ENVELOPE, EVENTS } from "./events.ts";

const FACTS: Readonly<Record<string, EventData>> = EVENTS;
export const SCHEMA = createSchema("Backlog activity", ENVELOPE);
const BRACE = 0x7b;

/** Names an event after its activity type. Unknown numbers are accepted. */
export const TYPE_NUMBER = /^\d{1,9}$/;

function requireTypeId(event: string, inBody: unknown): number {
  const typeId = FACTS[event]?.typeId ?? (TYPE_NUMBER.test(event) ? Number(event) : undefined);
  if (typeId !== undefined) return typeId;
  if (typeof inBody === "number" && Number.isSafeInteger(inBody)) return inBody;
  throw new CallboardError("EVENT_SCHEMA", `Backlog names its events by number, and ${event} has none`);
}

/** A wiki page has a `content` of its own, which is text: only an object makes an activity. */
function isActivity({ bytes, find }: Payload): boolean {
  const content = find("content");
  return content !== undefined && bytes[content.start] === BRACE;
}

export function buildBody({
  event,
  payload: given,
  scanned,
  receivedAt,
  project,
  user,
}: BodyInput): BuiltBody {
  const payload = readPayload(given, scanned);
  const wrapped = isActivity(payload);
  const type = wrapped ? payload.read("type") : undefined;
  const typeId = requireTypeId(event, type);

  const activity: Record<string, string> = {
    id: String(receivedAt),
    ...(project === undefined ? {} : { project: JSON.stringify({ projectKey: project }) }),
    type: String(typeId),
    notifications: "[]",
    ...(user === undefined ? {} : { createdUser: JSON.stringify({ name: user }) }),
    created: JSON.stringify(`${new Date(receivedAt).toISOString().slice(0, 19)}Z`),
  };
  const missing = Object.fromEntries(
    Object.entries(activity).filter(([key]) => !wrapped || !payload.has(key)),
  );
  const activityBytes = withMembers(wrapped ? payload.bytes : EMPTY_ACTIVITY, missing);
  const reading = assertFits(SCHEMA, activityBytes, "a Backlog activity");

  const notes = describeMismatch("type", type, typeId);
  return wrapped
    ? { bytes: activityBytes, notes, reading }
    : { bytes: withContent(activityBytes, payload.bytes), notes };
}

/** An activity around a content that is any object: the content is not looked at, and copied once. */
const EMPTY_ACTIVITY = Buffer.from('{"content":{}}');

function withContent(activity: Buffer, content: Buffer): Buffer {
  return Buffer.concat([activity.subarray(0, -"{}}".length), content, Buffer.from("}")]);
}
