/**
 * Reads the envelope of posted events. The payload is cut out of the text byte for byte; only the small fields around it
 * are parsed.
 */
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { escapeStep } from "../../json/pointer.ts";
import type { JsonMember } from "../../json/scan.ts";
import type { IncomingEvent } from "../events/plan.ts";
import { whyNotLine } from "../model/text.ts";
import { scanObject } from "./body.ts";

/** Depth of an event's payload, counted on the text. */
export const EVENT_DEPTH = 256;
export const MOST_EVENTS_IN_BATCH = 1_000;

/** The envelope of an event is one object around the payload; that of a batch two more. */
const ENVELOPE_DEPTH = 1;
const BATCH_DEPTH = ENVELOPE_DEPTH + 2;

export interface EnvelopeSite {
  readonly no: number;
  readonly clientKey: string;
}

/** A text field of the envelope: how long it may be. */
const TEXT_FIELDS = { event: 200, project: 255, user: 255, id: 200 } as const;
const FIELDS = ["event", "payload", "project", "user", "id", "flow", "clientKey"];
const EMPTY = Buffer.alloc(0);

/** One event: `{event, payload, project?, user?, id?, flow?}`. @throws CallboardError EVENT_SCHEMA, BODY_*, SCOPE */
export function readEvent(body: Buffer, site: EnvelopeSite): IncomingEvent {
  const { bytes, scan } = scanObject(body, { maxDepth: EVENT_DEPTH + ENVELOPE_DEPTH, duplicates: "top" });
  const errors: Problem[] = [];
  const event = readMembers(bytes, scan.members, site, "", errors);
  if (errors.length > 0) throw refusal(errors);
  return event;
}

/** A batch: `{events: […]}`, at most 1,000 of them. @throws CallboardError EVENT_SCHEMA, BODY_*, SCOPE */
export function readBatch(body: Buffer, site: EnvelopeSite): readonly IncomingEvent[] {
  const maxDepth = EVENT_DEPTH + BATCH_DEPTH;
  const { bytes, scan } = scanObject(body, { maxDepth, duplicates: "top", nested: true });
  const errors: Problem[] = [];
  for (const { key } of scan.members) {
    if (key !== "events")
      errors.push({ pointer: `/${escapeStep(key)}`, detail: "is not a field of a batch" });
  }
  const list = scan.members.find(({ key }) => key === "events");
  if (list === undefined) throw refusal([...errors, { pointer: "/events", detail: "is missing" }]);
  const { items } = list;
  if (items === undefined)
    throw refusal([...errors, { pointer: "/events", detail: "must be a list of events" }]);
  if (items.length > MOST_EVENTS_IN_BATCH) {
    throw refusal([{ pointer: "/events", detail: `has ${items.length} events; 1,000 is the most` }]);
  }
  const events = items.map(({ members }, index) => {
    const pointer = `/events/${index}`;
    if (members === undefined) {
      errors.push({ pointer, detail: "must be an object" });
      return undefined;
    }
    return readMembers(bytes, members, site, pointer, errors);
  });
  if (errors.length > 0) throw refusal(errors);
  return events.filter((event) => event !== undefined);
}

function refusal(errors: readonly Problem[]): CallboardError {
  const [first] = errors;
  const detail =
    errors.length === 1 && first !== undefined
      ? `The event does not fit: ${first.pointer} ${first.detail}`
      : `The event does not fit in ${errors.length} places`;
  return new CallboardError("EVENT_SCHEMA", detail, { errors });
}

function readMembers(
  bytes: Buffer,
  members: readonly JsonMember[],
  site: EnvelopeSite,
  pointer: string,
  errors: Problem[],
): IncomingEvent {
  const fields: Record<string, unknown> = {};
  let payload: Buffer = EMPTY;
  for (const { key, start, end } of members) {
    const at = `${pointer}/${escapeStep(key)}`;
    if (!FIELDS.includes(key)) {
      errors.push({
        pointer: at,
        detail: "is not a field of an event; what it is about belongs into payload",
      });
    } else if (key === "payload") {
      payload = bytes.subarray(start, end);
      if (bytes[start] !== 0x7b) errors.push({ pointer: at, detail: "must be an object" });
    } else {
      fields[key] = JSON.parse(bytes.toString("utf8", start, end));
    }
  }
  const { event, project, user, id, flow, clientKey } = fields;
  if (event === undefined) errors.push({ pointer: `${pointer}/event`, detail: "is missing" });
  for (const [name, most] of Object.entries(TEXT_FIELDS)) {
    const problem = whyNotText(fields[name], most);
    if (problem !== undefined) errors.push({ pointer: `${pointer}/${name}`, detail: problem });
  }
  if (flow !== undefined && flow !== "primary" && flow !== "secondary") {
    errors.push({ pointer: `${pointer}/flow`, detail: "must be primary or secondary" });
  }
  if (clientKey !== undefined && clientKey !== site.clientKey) {
    throw new CallboardError("SCOPE", "The clientKey is that of another site");
  }
  return {
    siteNo: site.no,
    event: typeof event === "string" ? event : "",
    payload,
    ...(typeof project === "string" ? { project } : {}),
    ...(typeof user === "string" ? { user } : {}),
    ...(typeof id === "string" ? { id } : {}),
    ...(flow === "secondary" ? { flow } : {}),
  };
}

/** What is wrong with the name of an event that was given outside an envelope, or undefined. */
export function whyNotEventName(name: string): string | undefined {
  return whyNotText(name, TEXT_FIELDS.event);
}

/** Names go into headers, URLs and rows: text without control characters and halves of characters. */
function whyNotText(value: unknown, most: number): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return "must be a string";
  if (value === "") return "must not be empty";
  if (value.length > most) return `must not be longer than ${most} characters`;
  return whyNotLine(value);
}
