/**
 * The body of a Projectrak update: the product's own message, or its inside, which is then wrapped in `data`.
 * Of the inside, `event`, `timestamp` and `user` are filled in where they are missing.
 */

import { withMembers } from "../../json/splice.ts";
import { describeMismatch, readPayload } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";
import { createSchema } from "../schema.ts";
import { assertFits } from "../validate.ts";
import { EVENTS } from "./events.ts";

export const SCHEMA = createSchema("Projectrak update", EVENTS.updated.fields ?? []);

export function buildBody({ event, payload: given, scanned, receivedAt, user }: BodyInput): BuiltBody {
  const payload = readPayload(given, scanned);
  const data = payload.find("data");
  const inside = data === undefined ? payload : readPayload(payload.bytes.subarray(data.start, data.end));

  const missing: Record<string, string> = {};
  if (!inside.has("event")) missing.event = JSON.stringify(event);
  if (!inside.has("user") && user !== undefined) missing.user = JSON.stringify(user);
  if (!inside.has("timestamp")) missing.timestamp = String(receivedAt);

  const filled = withMembers(payload.bytes, missing, data?.start);
  const bytes =
    data === undefined ? Buffer.concat([Buffer.from('{"data":'), filled, Buffer.from("}")]) : filled;
  const reading = assertFits(SCHEMA, bytes, "a Projectrak update");

  return { bytes, notes: describeMismatch("event", inside.read("event"), event), reading };
}
