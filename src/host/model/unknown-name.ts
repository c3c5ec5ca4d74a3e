/** What the trace says of an event that the catalogue does not have: it is a warning, never a refusal. */
import type { Product } from "../../catalogue/index.ts";
import { whyUnknownEvent } from "./event-name.ts";

const MOST_KEPT = 1_000;
/** Looking for near names takes longer than accepting the event; products repeat themselves. */
const kept = new Map<string, readonly string[]>();

/** None for a known name, and for the number of a Backlog activity: that list grows without notice. */
export function unknownNameNotes(product: Product, event: string): readonly string[] {
  const key = `${product} ${event}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const why = whyUnknownEvent(product, event);
  const notes = why === undefined ? [] : [why.endsWith("?") ? why : `${why}.`];
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, notes);
  return notes;
}
