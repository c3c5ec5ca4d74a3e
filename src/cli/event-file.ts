/** A file of events, JSON lines or one JSON list, as the texts of its events, which are sent as they are. Pure. */
import { JsonTextError } from "../json/scan.ts";
import type { JsonScan } from "../json/scan.ts";
import { CommandFailure } from "./exit.ts";
import { scanText } from "./scan-text.ts";

/** @throws CommandFailure EVENTS_NOT_JSON with the line, EVENTS_EMPTY */
export function splitEvents(text: string, name: string): readonly string[] {
  const events = text.trimStart().startsWith("[") ? splitList(text, name) : splitLines(text, name);
  if (events.length > 0) return events;
  throw new CommandFailure("failed", "EVENTS_EMPTY", `${name} has no events`, FORM);
}

function splitList(text: string, name: string): readonly string[] {
  const bytes = Buffer.from(text);
  const scan = requireJson(bytes, name);
  if (scan.kind !== "array") throw notEvents(name, "it is no list");
  return scan.items.map(({ start, end }) => bytes.toString("utf8", start, end));
}

function splitLines(text: string, name: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const event = line.trim();
    if (event === "") return [];
    const place = `${name}, line ${index + 1}`;
    if (requireJson(Buffer.from(event), place).kind !== "object") throw notEvents(place, "it is no object");
    return [event];
  });
}

function requireJson(bytes: Buffer, place: string): JsonScan {
  const scan = scanText(bytes);
  if (scan instanceof JsonTextError) throw notEvents(place, scan.message);
  return scan;
}

const FORM = 'Give JSON lines or a JSON list of {"event": "jira:issue_created", "payload": {…}}';

const notEvents = (place: string, why: string): CommandFailure =>
  new CommandFailure("failed", "EVENTS_NOT_JSON", `${place} can't be read as events: ${why}`, FORM);
