/** Notes in the trace of an event whose type is not in the catalogue. This is never a refusal. */
import type { Product } from "../../catalogue/index.ts";
import { whyUnknownEvent } from "./event-name.ts";

const MOST_KEPT = 1_000;
/** Cached, because finding similar names takes longer than accepting the event. */
const kept = new Map<string, readonly string[]>();

/**
 * Returns nothing for a known name, and for the number of a Backlog activity, because Backlog adds numbers without notice.
 */
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
