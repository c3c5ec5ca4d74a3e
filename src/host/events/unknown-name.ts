/** What the trace says of an event that the catalogue does not have: it is a warning, never a refusal. */
import { findEvent, nearestNames } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";

const MOST_KEPT = 1_000;
/** Looking for near names takes longer than accepting the event; products repeat themselves. */
const kept = new Map<string, readonly string[]>();

/** None for a known name, and for the number of a Backlog activity: that list grows without notice. */
export function unknownNameNotes(product: Product, event: string): readonly string[] {
  if (findEvent(product, event) !== undefined || (product === "backlog" && /^\d+$/.test(event))) return [];
  const key = `${product} ${event}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const nearest = nearestNames(product, event);
  const hint = nearest.length === 0 ? "" : ` Near names: ${nearest.join(", ")}.`;
  const notes = [`${product} has no event named ${JSON.stringify(event.slice(0, 200))}.${hint}`];
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, notes);
  return notes;
}
