/**
 * Makes a site ready for its events: what the first one of them needs is loaded, parsed and compiled before, on another
 * thread or with others having their turn in between. Once for each state of the site's registry.
 */
import { prepareBodies } from "../../catalogue/index.ts";
import { parseFiltersAhead } from "../filters/ahead.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

const ready = new WeakSet<SiteSnapshot>();
const preparing = new WeakMap<SiteSnapshot, Promise<void>>();

/** Resolves once the site is ready; undefined when it is, as for nearly every event. */
export function prepareSite(site: SiteSnapshot): Promise<void> | undefined {
  if (ready.has(site)) return undefined;
  const known = preparing.get(site) ?? prepare(site);
  preparing.set(site, known);
  return known;
}

async function prepare(site: SiteSnapshot): Promise<void> {
  await prepareBodies(site.product);
  const filters = [...site.subscriptions.values()].flatMap(({ filter }) => filter ?? []);
  await parseFiltersAhead(filters, Infinity);
  ready.add(site);
}
