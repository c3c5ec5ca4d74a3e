/** Reads body values for URL variables and filters at a bounded cost, and a large body once. */
import { isSmall, readJson, readJsonInTurns } from "../../json/excerpt.ts";
import type { JsonReading } from "../../json/excerpt.ts";

const EMPTY = Buffer.from("{}");
/** Readings of large bodies, as long as these are in memory. */
const kept = new WeakMap<Buffer, JsonReading>();

/** Returns the value of a body, of a large one only the upper levels. An empty body is an empty object. */
export function readBodyValue(body: Buffer): JsonReading {
  if (body.length === 0) return readJson(EMPTY);
  const known = kept.get(body);
  if (known !== undefined) return known;
  const reading = readJson(body);
  if (!isSmall(body)) kept.set(body, reading);
  return reading;
}

/** Reads a large body ahead, with the event loop running in between. */
export async function readAhead(body: Buffer, turn: () => Promise<void>): Promise<void> {
  if (!kept.has(body)) kept.set(body, await readJsonInTurns(body, turn));
}

/** Keeps the reading of a body. */
export function keepReading(body: Buffer, reading: JsonReading): void {
  kept.set(body, reading);
}

/** Note in the trace of an event whose body was read in part. */
export const LEFT_OUT_NOTE =
  "The body is large: URL variables and filters use its upper levels, up to 20,000 values, 2,000 of each list, and 64 KiB of each text.";
