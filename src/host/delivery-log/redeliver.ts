/** A person asks for deliveries again, or for some not to be made. */
import { CallboardError } from "../../errors.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { notifyDue } from "../store/tables/deliveries.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import { parseId } from "../model/ids.ts";
import { bringForward, cancelDeliveries, cancelDelivery, reopenDeliveries } from "../store/tables/reopen.ts";
import type { EndedDelivery } from "../store/tables/ended.ts";
import { findDelivery } from "../store/tables/delivery-log.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import { toIdRange } from "./filter.ts";
import type { DeliveryFilter } from "./filter.ts";
import { findCandidates, listOnSites, searchSites } from "./list.ts";
import type { SearchedSites } from "./list.ts";
import { countSite } from "./walk.ts";
import type { Lane } from "../model/event.ts";
import type { FindSite } from "../model/site-snapshot.ts";

export interface RedeliverDependencies {
  readonly database: Database;
  readonly findSite: FindSite;
  /** Tells the engine of this process where something became due. */
  readonly wake: (lanes: readonly DueAt[]) => void;
  /**
   * Reports whether this process is attempting the delivery, or has not recorded the result. A delivery that is not leased looks as
   * if it waited, and its result would end what is asked for here.
   */
  readonly isBeingAttempted: (delivery: SentDelivery) => boolean;
  /** Tells this process what waits no longer. */
  readonly drop: (deliveries: readonly EndedDelivery[]) => void;
  readonly now: () => number;
}

/** Deliveries reopened in one transaction, and in one call altogether. */
const BATCH = 500;
export const MAX_REDELIVERED = 100_000;
const SECONDARY: Lane = 1;

/**
 * Reopens an ended delivery; makes a waiting one due now.
 * @throws {CallboardError} DELIVERY_NOT_FOUND; DELIVERY_STATE while it is being attempted or when its body is gone
 */
export async function redeliverOne(
  { database, isBeingAttempted, wake, now }: RedeliverDependencies,
  publicId: string,
  by: Author,
): Promise<SentDelivery> {
  const id = parseId("dlv", publicId);
  const { lanes, delivery } = await database.write(async (tx) => {
    const before = await findDelivery(tx, id.siteNo, id.id);
    if (before === undefined) throw notFound();
    if (before.state === "leased" || isBeingAttempted(before)) throw duringAttempt();
    const changed =
      before.state === "waiting"
        ? await bringForward(tx, id, now())
        : await reopenDeliveries(tx, [id], undefined, now());
    if (changed.length === 0) throw await whyUnchanged(tx, before);
    await notifyDue(tx, changed);
    await appendAudit(tx, {
      ...by,
      action: "delivery.redelivered",
      object: publicId,
      detail: before.event ?? "",
    });
    return { lanes: changed, delivery: (await findDelivery(tx, id.siteNo, id.id)) ?? before };
  });
  wake(lanes);
  return delivery;
}

/** A claim may have come between. */
async function whyUnchanged(tx: Queryable, before: SentDelivery): Promise<CallboardError> {
  if (before.order?.isBehind === true) return isBehind();
  if ((await findDelivery(tx, before.siteNo, before.id))?.state === "leased") return duringAttempt();
  return new CallboardError(
    "DELIVERY_STATE",
    before.isUnsaved
      ? "The delivery is a test of values that were not saved; send a new test"
      : "The event body was deleted after the retention period, so the delivery can’t be redelivered",
  );
}

/**
 * Ends a delivery that has not ended. The next one of its key goes then.
 * @throws {CallboardError} DELIVERY_NOT_FOUND; DELIVERY_STATE when it has ended already
 */
export async function cancelOne(
  { database, drop, wake, now }: Pick<RedeliverDependencies, "database" | "drop" | "wake" | "now">,
  publicId: string,
  by: Author,
): Promise<SentDelivery> {
  const id = parseId("dlv", publicId);
  const { cancelled, freed } = await database.write(async (tx) => {
    const { ended, freed } = await cancelDelivery(tx, id, now());
    const delivery = await findDelivery(tx, id.siteNo, id.id);
    if (delivery === undefined) throw notFound();
    if (ended.length === 0) {
      throw new CallboardError("DELIVERY_STATE", `The delivery has ended already: ${delivery.state}`);
    }
    await appendAudit(tx, {
      ...by,
      action: "delivery.cancelled",
      object: publicId,
      detail: delivery.event ?? "",
    });
    return { cancelled: delivery, freed };
  });
  drop([cancelled]);
  wake(freed);
  return cancelled;
}

export interface Redelivered {
  readonly count: number;
  /** There are more than one call takes: ask again. */
  readonly more: boolean;
}

/** Counts the deliveries that match the filter, up to {@link MAX_REDELIVERED}. @throws as {@link listDeliveries} does */
export async function countMeant(
  { database, findSite }: Pick<RedeliverDependencies, "database" | "findSite">,
  filter: DeliveryFilter,
): Promise<Redelivered> {
  const q = database.read;
  let count = 0;
  let more = false;
  const sites = await searchSites(q, findSite, filter);
  const found = await findCandidates(q, sites, filter, toIdRange(filter));
  const siteNos = new Set(found.map(({ siteNo }) => siteNo));
  for (const searched of sites.filter(({ site }) => siteNos.has(site.site.no))) {
    const { site, search } = searched;
    const counted =
      (await countSite(q, {
        snapshot: site,
        filter,
        search,
        range: toIdRange(filter),
        limit: MAX_REDELIVERED,
      })) ?? (await countByReading(q, [searched], filter));
    count += counted.count;
    more ||= counted.more || count > MAX_REDELIVERED;
    // The others would change nothing, and there may be thousands.
    if (more && count >= MAX_REDELIVERED) break;
  }
  return { count: Math.min(count, MAX_REDELIVERED), more };
}

async function countByReading(
  q: Queryable,
  sites: SearchedSites,
  filter: DeliveryFilter,
): Promise<Redelivered> {
  let count = 0;
  for await (const batch of listInBatches(q, sites, filter)) {
    count += batch.length;
    if (count >= MAX_REDELIVERED) return { count, more: true };
  }
  return { count, more: false };
}

/** Reopens everything that the filter means, in the secondary lane, so that new events do not wait behind it. */
export async function redeliverMany(
  { database, findSite, isBeingAttempted, wake, now }: RedeliverDependencies,
  filter: DeliveryFilter,
  by: Author,
): Promise<Redelivered> {
  return changeMany(
    { database, findSite },
    filter,
    { by, action: "deliveries.redelivered" },
    async (batch) => {
      const lanes = await database.write(async (tx) => {
        const ended = batch.filter((delivery) => !isBeingAttempted(delivery));
        const reopened = await reopenDeliveries(tx, ended, SECONDARY, now());
        await notifyDue(tx, reopened);
        return reopened;
      });
      wake(lanes);
      return lanes.length;
    },
  );
}

/** Ends everything that the filter means and that waits, as `cancelled`. What is being attempted goes on. */
export async function cancelMany(
  { database, findSite, drop, wake, now }: RedeliverDependencies,
  filter: DeliveryFilter,
  by: Author,
): Promise<Redelivered> {
  return changeMany({ database, findSite }, filter, { by, action: "deliveries.cancelled" }, async (batch) => {
    const { ended, freed } = await database.write((tx) => cancelDeliveries(tx, batch, now()));
    drop(ended);
    wake(freed);
    return ended.length;
  });
}

/** Changes what the filter means batch by batch, up to the most of one request, and records how many it changed. */
async function changeMany(
  { database, findSite }: Pick<RedeliverDependencies, "database" | "findSite">,
  filter: DeliveryFilter,
  { by, action }: { readonly by: Author; readonly action: string },
  change: (batch: readonly SentDelivery[]) => Promise<number>,
): Promise<Redelivered> {
  let count = 0;
  let more = false;
  const sites = await searchSites(database.read, findSite, filter);
  for await (const batch of listInBatches(database.read, sites, filter)) {
    count += await change(batch);
    more = count >= MAX_REDELIVERED;
    if (more) break;
  }
  const object = filter.siteKeys.join(",");
  await database.write((tx) => appendAudit(tx, { ...by, action, object, detail: `${count} deliveries` }));
  return { count, more };
}

/** From the newest down, so that what is reopened on the way is not met again. */
async function* listInBatches(
  q: Queryable,
  sites: SearchedSites,
  filter: DeliveryFilter,
): AsyncGenerator<readonly SentDelivery[]> {
  let cursor: string | undefined;
  do {
    const page = await listOnSites(q, sites, filter, { limit: BATCH, cursor });
    if (page.items.length > 0) yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

function duringAttempt(): CallboardError {
  return new CallboardError(
    "DELIVERY_STATE",
    "The delivery is being attempted at this moment. Try again when that attempt is recorded",
  );
}

function isBehind(): CallboardError {
  return new CallboardError(
    "DELIVERY_STATE",
    "The delivery is behind another one of its key, which goes first. Cancel that one to skip it",
  );
}

function notFound(): CallboardError {
  return new CallboardError("DELIVERY_NOT_FOUND", "There is no delivery with this id");
}
