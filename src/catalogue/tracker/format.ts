/**
 * The body of a Tracker activity. What follows from the call is filled in where it is missing, so that a product needs
 * to give no more than `changes`, `primary_resources`, `project` and who did it.
 */

import { readMember } from "../../json/member.ts";
import { withMembers } from "../../json/splice.ts";
import type { Payload } from "../payload.ts";
import { describeMismatch, readPayload } from "../payload.ts";
import type { BodyInput, BuiltBody } from "../product.ts";
import { createSchema } from "../schema.ts";
import { assertFits } from "../validate.ts";
import { ENVELOPE } from "./events.ts";

export const SCHEMA = createSchema("Tracker activity", ENVELOPE);

const HIGHLIGHTS: ReadonlyMap<unknown, string> = new Map([
  ["create", "added"],
  ["update", "edited"],
  ["delete", "deleted"],
]);

export function buildBody({ event, payload: given, scanned, receivedAt, user }: BodyInput): BuiltBody {
  const payload = readPayload(given, scanned);
  const bytes = withMembers(payload.bytes, createMissing(payload, { event, receivedAt, user }));
  const reading = assertFits(SCHEMA, bytes, "a Tracker activity");
  return { bytes, notes: describeMismatch("kind", payload.read("kind"), event), reading };
}

interface Call {
  readonly event: string;
  readonly receivedAt: number;
  readonly user: string | undefined;
}

function createMissing(payload: Payload, { event, receivedAt, user }: Call): Record<string, string> {
  const performer = payload.read("performed_by") ?? (user && { kind: "person", name: user });
  // A version only has to grow with every change of the project, which the clock does.
  const version = payload.read("project_version") ?? receivedAt;
  const change = readMember(first(payload.read("changes")), "change_type");
  const highlight = payload.read("highlight") ?? HIGHLIGHTS.get(change) ?? "changed";
  const project = readMember(payload.read("project"), "id");
  const resource = readMember(first(payload.read("primary_resources")), "name");

  const activity: Record<string, unknown> = {
    kind: event,
    guid: `${toWord(project)}_${toWord(version)}`,
    project_version: version,
    message: [readMember(performer, "name"), highlight, resource].map(toWord).join(" ").trim(),
    highlight,
    performed_by: performer,
    occurred_at: receivedAt,
  };
  return Object.fromEntries(
    Object.entries(activity)
      .filter(([key, value]) => value !== undefined && !payload.has(key))
      .map(([key, value]) => [key, JSON.stringify(value)]),
  );
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function toWord(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
