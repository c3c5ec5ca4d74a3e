/** Reads what URL variables and filters look up in a body: at a bounded cost, and a large body once. */
import { isSmall, readJson, readJsonInTurns } from "../../json/excerpt.ts";
import type { JsonReading } from "../../json/excerpt.ts";

const EMPTY = Buffer.from("{}");
/** Of large bodies, for as long as they are in memory. */
const kept = new WeakMap<Buffer, JsonReading>();

/** The body as a value; of a large one the upper levels. An empty body is an object without members. */
export function readBodyValue(body: Buffer): JsonReading {
  if (body.length === 0) return readJson(EMPTY);
  const known = kept.get(body);
  if (known !== undefined) return known;
  const reading = readJson(body);
  if (!isSmall(body)) kept.set(body, reading);
  return reading;
}

/** Reads a large body ahead of those who will look at it, with others having their turn in between. */
export async function readAhead(body: Buffer, turn: () => Promise<void>): Promise<void> {
  if (!kept.has(body)) kept.set(body, await readJsonInTurns(body, turn));
}

/** Keeps what was read of a body already. */
export function keepReading(body: Buffer, reading: JsonReading): void {
  kept.set(body, reading);
}

/** The sentence of the trace about a body of which a part was left out. */
export const LEFT_OUT_NOTE =
  "The body is large: URL variables and filters see its upper levels, up to 20,000 values, 2,000 of each list, and 64 KiB of each text.";
