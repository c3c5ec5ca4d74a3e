/** Notes in the trace of an event whose type is not in the catalogue. This is never a refusal. */
import { findEventType } from "../../catalogue/index.ts";
import type { Catalogue, Product } from "../../catalogue/index.ts";
import { whyUnknownEvent } from "./event-name.ts";

const MAX_KEPT = 1_000;
const NONE: readonly string[] = [];
/** Cached, because finding similar names takes longer than accepting the event. By the list of products, which is replaced when they change. */
const kept = new WeakMap<Catalogue["products"], Map<string, readonly string[]>>();

/** Returns nothing for a known name, and for the number of a Backlog activity, because Backlog adds numbers without notice. */
export function unknownNameNotes(catalogue: Catalogue, product: Product, event: string): readonly string[] {
  if (findEventType(product, event) !== undefined) return NONE;
  const known = kept.get(catalogue.products) ?? new Map<string, readonly string[]>();
  kept.set(catalogue.products, known);
  const key = `${product.key} ${event}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const why = whyUnknownEvent(catalogue, product, event);
  const notes = why === undefined ? [] : [why.endsWith("?") ? why : `${why}.`];
  if (known.size >= MAX_KEPT) known.clear();
  known.set(key, notes);
  return notes;
}
