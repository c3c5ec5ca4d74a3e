/** The latest events of a site, for what is tried with them before it is saved. */
import { canonicalName } from "../model/event-index.ts";
import { isReachedByWildcard } from "../model/event-name.ts";
import { fitsPattern, isPattern } from "../model/event-pattern.ts";
import type { EventRecord } from "../model/event.ts";
import type { Uuid } from "../model/ids.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Queryable } from "../store/db/database.ts";
import { listEvents } from "../store/tables/events.ts";
import { readBodies } from "../store/tables/replay-events.ts";

/** Events that are looked through for those of the right types. */
const MAX_SEARCHED = 2_000;
const SEARCHED_AT_ONCE = 200;
/** Event types that are looked up one by one along their index; more are searched for among all. */
const MAX_NAMES = 10;

/** Undefined if retention has deleted the body. */
export async function readEventBody(
  q: Queryable,
  { siteNo, id, bodySize }: EventRecord,
): Promise<Buffer | undefined> {
  if (bodySize === 0) return Buffer.alloc(0);
  return (await readBodies(q, siteNo, [id])).get(id);
}

/** The newest events of these types, newest first. */
export async function listLatest(
  q: Queryable,
  { site, product }: SiteSnapshot,
  events: readonly string[] | undefined,
  limit: number,
): Promise<readonly EventRecord[]> {
  const names = [...new Set(events?.map((event) => canonicalName(product, event)))];
  if (events !== undefined && names.length <= MAX_NAMES && !names.some(isPattern)) {
    const found: EventRecord[] = [];
    for (const name of names) found.push(...(await listEvents(q, { siteNo: site.no, name, limit })));
    return found.toSorted((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
  }
  const exact = new Set(names);
  const patterns = events === undefined ? ["*"] : names.filter(isPattern);
  const isWanted = ({ name }: EventRecord): boolean =>
    exact.has(name) ||
    (isReachedByWildcard(product, name) && patterns.some((pattern) => fitsPattern(name, pattern)));
  const found: EventRecord[] = [];
  let before: Uuid | undefined;
  for (let searched = 0; searched < MAX_SEARCHED && found.length < limit; searched += SEARCHED_AT_ONCE) {
    const page = await listEvents(q, {
      siteNo: site.no,
      limit: SEARCHED_AT_ONCE,
      ...(before === undefined ? {} : { before }),
    });
    found.push(...page.filter(isWanted));
    if (page.length < SEARCHED_AT_ONCE) break;
    before = page.at(-1)?.id;
  }
  return found.slice(0, limit);
}
