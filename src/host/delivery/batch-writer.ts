/** Writes new batches: their members, with what is behind them in the order of their keys, before anything of them is sent. */
import { addBehind, digestBody, joinItems, sortBatch, toCarrier } from "../model/batch.ts";
import type { BatchItem } from "../model/batch.ts";
import type { BatchSettings } from "../model/batch-settings.ts";
import type { DueDelivery, Lease } from "../model/delivery.ts";
import { newUuid } from "../model/ids.ts";
import type { SiteId } from "../model/ids.ts";
import { listDistinct } from "../model/order.ts";
import type { SiteKey } from "../model/order.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { putIntoBatches, readBehind } from "../store/tables/batches.ts";
import type { ClaimOptions, NewBatch } from "../store/tables/batches.ts";
import { releaseLease } from "../store/tables/deliveries.ts";
import { holdKeys } from "../store/tables/order.ts";

/** A batch that is about to be written. */
interface Draft {
  readonly items: readonly BatchItem[];
  /** IDs of those that were behind others. */
  readonly behind: ReadonlySet<string>;
}

/** Thrown within the transaction, to end it. */
class NoLongerClaimed extends Error {}

/** Resolves to the batches, each as one delivery; to none, with all of them given back, if one of the members has ended since. */
export type WriteBatches = (
  batches: readonly (readonly BatchItem[])[],
  settings: BatchSettings,
  options: ClaimOptions,
) => Promise<readonly DueDelivery[]>;

/** @param toItem undefined for a delivery that its webhook would not put into a batch today */
export function createBatchWriter(
  database: Database,
  toItem: (delivery: DueDelivery) => BatchItem | undefined,
): WriteBatches {
  async function addAllBehind(
    tx: Queryable,
    batches: readonly (readonly BatchItem[])[],
    settings: BatchSettings,
    { lease, now }: ClaimOptions,
  ): Promise<readonly Draft[]> {
    await holdKeys(tx, listKeys(batches.flat().map(({ delivery }) => delivery)));
    const drafts: Draft[] = [];
    for (const batch of batches) {
      const heads = batch.flatMap(({ delivery: { siteNo, order } }) =>
        order?.sequence === undefined ? [] : [{ siteNo, key: order.key, after: order.sequence }],
      );
      const room = settings.max - batch.length;
      const behind = room === 0 ? [] : await readBehind(tx, heads, room);
      const items = behind.flatMap((delivery) => toItem({ ...delivery, lease }) ?? []);
      // Without one of them, the next would overtake it.
      const all = items.length < behind.length ? batch : addBehind(batch, items, settings, now);
      drafts.push({
        items: all,
        behind: new Set(all.slice(batch.length).map(({ delivery }) => delivery.id)),
      });
    }
    return drafts;
  }

  return async (batches, settings, options) => {
    if (batches.length === 0) return [];
    try {
      return await database.write(async (tx) => {
        const written = (await addAllBehind(tx, batches, settings, options)).map(toWritten);
        const rows = written.map(({ row }) => row);
        if (!(await putIntoBatches(tx, rows, options))) throw new NoLongerClaimed();
        return written.map(({ carrier }) => carrier);
      });
    } catch (error) {
      if (!(error instanceof NoLongerClaimed)) throw error;
      // One was cancelled just now. The next claim forms the others.
      const members = batches.flat().map(({ delivery }) => delivery);
      await releaseLeft(database, members, options.lease);
      return [];
    }
  };
}

function toWritten({ items, behind }: Draft): { readonly carrier: DueDelivery; readonly row: NewBatch } {
  const sorted = sortBatch(items);
  const body = joinItems(sorted);
  const id = newUuid();
  const carrier = toCarrier(id, sorted, body);
  const { siteNo } = carrier;
  const members = sorted.map(({ delivery }) => ({
    siteNo,
    id: delivery.id,
    wasBehind: behind.has(delivery.id),
  }));
  return { carrier, row: { siteNo, id, size: members.length, digest: digestBody(body), members } };
}

/** Gives back what was leased and is not sent now. */
export async function releaseLeft(
  database: Pick<Database, "write">,
  left: readonly SiteId[],
  lease: Lease | undefined,
): Promise<void> {
  if (lease === undefined || left.length === 0) return;
  await database.write((tx) => releaseLease(tx, lease.id, left));
}

/** Lists the keys of deliveries, each once. */
export function listKeys(deliveries: readonly DueDelivery[]): readonly SiteKey[] {
  return listDistinct(
    deliveries.flatMap(({ siteNo, order }) => (order === undefined ? [] : [{ siteNo, key: order.key }])),
  );
}
