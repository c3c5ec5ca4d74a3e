/**
 * Reads the envelope of posted events. The payload is cut out of the text byte for byte; only the small fields around it
 * are parsed.
 */
import type { ScannedPayload } from "../../../catalogue/index.ts";
import { CallboardError, MAX_PROBLEMS } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import { escapeStep } from "../../../json/pointer.ts";
import type { JsonMember } from "../../../json/scan.ts";
import type { IncomingEvent } from "../../model/plan.ts";
import { readTerms } from "../../model/terms.ts";
import { whyNotLine } from "../../model/text.ts";
import type { JsonObjectText } from "./body.ts";

/** Depth of an event's payload, counted on the text. */
export const EVENT_DEPTH = 256;
export const MAX_EVENTS_IN_BATCH = 1_000;

/** The envelope of an event is one object around the payload; that of a batch two more. */
const ENVELOPE_DEPTH = 1;
const BATCH_DEPTH = ENVELOPE_DEPTH + 2;

export interface EnvelopeSite {
  readonly no: number;
  readonly clientKey: string;
}

/** A text field of the envelope: how long it may be. */
const TEXT_FIELDS = { event: 200, project: 255, user: 255, id: 200, clientKey: 255 } as const;
const FIELDS = [
  "event",
  "payload",
  "project",
  "user",
  "id",
  "flow",
  "clientKey",
  "expiresAt",
  "retry",
  "deliverAfter",
];
const MAX_TOLD_KEY = 200;
const EMPTY = Buffer.alloc(0);

/** What to look over of one event's text. */
export const EVENT_TEXT = {
  maxDepth: EVENT_DEPTH + ENVELOPE_DEPTH,
  duplicates: "top",
  outline: { members: { payload: { mayRepeatKeys: true } } },
} as const;

/** What to look over of a batch's text. */
export const BATCH_TEXT = {
  maxDepth: EVENT_DEPTH + BATCH_DEPTH,
  duplicates: "top",
  outline: { members: { events: { items: EVENT_TEXT.outline } } },
} as const;

/** One event: `{event, payload, project?, user?, id?, flow?, expiresAt?, retry?, deliverAfter?}`. @throws {CallboardError} EVENT_SCHEMA, SCOPE */
export function readEvent({ bytes, scan }: JsonObjectText, site: EnvelopeSite): IncomingEvent {
  const problems = createProblems();
  const event = readMembers(bytes, scan.members, site, { pointer: "", problems });
  problems.assertNone();
  return event;
}

/** A batch: `{events: […]}`, at most 1,000 of them. @throws {CallboardError} EVENT_SCHEMA, SCOPE */
export function readBatch({ bytes, scan }: JsonObjectText, site: EnvelopeSite): readonly IncomingEvent[] {
  const problems = createProblems();
  for (const { key } of scan.members) {
    if (key !== "events") problems.add(`/${toStep(key)}`, "is not a field of a batch");
  }
  const list = scan.members.find(({ key }) => key === "events");
  const items = list?.items ?? [];
  if (list === undefined) problems.add("/events", "is missing");
  else if (list.items === undefined) problems.add("/events", "must be a list of events");
  else if (items.length === 0) problems.add("/events", "must have at least one event");
  else if (items.length > MAX_EVENTS_IN_BATCH) {
    problems.add("/events", `has ${items.length} events; 1,000 is the most`);
    problems.assertNone();
  }
  const events = items.flatMap(({ members }, index) => {
    const pointer = `/events/${index}`;
    if (members !== undefined) return [readMembers(bytes, members, site, { pointer, problems })];
    problems.add(pointer, "must be an object");
    return [];
  });
  problems.assertNone();
  return events;
}

/** A step of a pointer to a key that may be of any length. */
const toStep = (key: string): string =>
  escapeStep(key.length > MAX_TOLD_KEY ? `${key.slice(0, MAX_TOLD_KEY)}… (cut)` : key);

interface Problems {
  readonly add: (pointer: string, detail: string) => void;
  /** @throws {CallboardError} EVENT_SCHEMA */
  readonly assertNone: () => void;
}

/** Collects as many as are reported, and counts the rest. */
function createProblems(): Problems {
  const told: Problem[] = [];
  let count = 0;
  return {
    add: (pointer, detail) => {
      count += 1;
      if (count <= MAX_PROBLEMS) told.push({ pointer, detail });
    },
    assertNone: () => {
      const [first] = told;
      if (first === undefined) return;
      throw new CallboardError(
        "EVENT_SCHEMA",
        count === 1
          ? `The event does not fit: ${first.pointer} ${first.detail}`
          : `The event does not fit in ${count} places`,
        { errors: told },
      );
    },
  };
}

/** No field but the payload has a longer text: 255 characters, each of which may be written as two escapes. */
const MAX_FIELD_BYTES = 255 * 12 + 2;

function readMembers(
  bytes: Buffer,
  members: readonly JsonMember[],
  site: EnvelopeSite,
  { pointer, problems }: { readonly pointer: string; readonly problems: Problems },
): IncomingEvent {
  const fields: Record<string, unknown> = {};
  let payload: Buffer = EMPTY;
  let scanned: ScannedPayload | undefined;
  for (const { key, start, end, members: inPayload } of members) {
    if (!FIELDS.includes(key)) {
      problems.add(
        `${pointer}/${toStep(key)}`,
        "is not a field of an event; what it is about belongs into payload",
      );
    } else if (key === "payload") {
      payload = bytes.subarray(start, end);
      if (inPayload === undefined) problems.add(`${pointer}/payload`, "must be an object");
      else scanned = { members: inPayload, offset: start };
    } else fields[key] = fieldIn(bytes, start, end);
  }
  const { event, project, user, id, flow, clientKey } = fields;
  if (event === undefined) problems.add(`${pointer}/event`, "is missing");
  for (const [name, most] of Object.entries(TEXT_FIELDS)) {
    const problem = whyNotText(fields[name], most);
    if (problem !== undefined) problems.add(`${pointer}/${name}`, problem);
  }
  if (flow !== undefined && flow !== "primary" && flow !== "secondary") {
    problems.add(`${pointer}/flow`, "must be primary or secondary");
  }
  const { terms, problems: termProblems } = readTerms(fields);
  for (const { field, detail } of termProblems) problems.add(`${pointer}/${field}`, detail);
  const isKey = typeof clientKey === "string" && whyNotText(clientKey, TEXT_FIELDS.clientKey) === undefined;
  if (isKey && clientKey !== site.clientKey) {
    throw new CallboardError("SCOPE", "The clientKey is that of another site");
  }
  return {
    siteNo: site.no,
    at: pointer,
    event: typeof event === "string" ? event : "",
    payload,
    ...(scanned === undefined ? {} : { scanned }),
    ...(typeof project === "string" ? { project } : {}),
    ...(typeof user === "string" ? { user } : {}),
    ...(typeof id === "string" ? { id } : {}),
    ...(flow === "secondary" ? { flow } : {}),
    ...(terms === undefined ? {} : { terms }),
  };
}

/** Stands for a text that is longer than any field may be, without reading it. */
const TOO_LONG = "x".repeat(MAX_FIELD_BYTES);

/** The value of a small field. Objects and arrays are not taken anywhere, so they are not read. */
function fieldIn(bytes: Buffer, start: number, end: number): unknown {
  const first = bytes[start];
  if (first === 0x7b || first === 0x5b) return {};
  if (end - start <= MAX_FIELD_BYTES) return JSON.parse(bytes.toString("utf8", start, end));
  return first === 0x22 ? TOO_LONG : Number.NaN;
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
