/**
 * Claims for webhooks that want batches. What waits is put into batches, which are written before they are sent: a retry, by whichever
 * process, finds the same members. One of which something was ended or changed since is taken apart, and its deliveries go into
 * new ones.
 */
import { findFormat } from "../../catalogue/index.ts";
import { digestBody, formBatches, isAlone, joinItems, sortBatch, toCarrier } from "../model/batch.ts";
import type { BatchItem } from "../model/batch.ts";
import type { BatchSettings } from "../model/batch-settings.ts";
import { MAX_BATCH } from "../model/batch-settings.ts";
import { deliveryBody } from "../model/body-variant.ts";
import type { DueDelivery, Lease } from "../model/delivery.ts";
import { canBatch, renderItem } from "../model/formats/batch-item.ts";
import type { SiteId } from "../model/ids.ts";
import { countQueued } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { claimBatches, claimFresh, nextDueOfBatches, takeApart } from "../store/tables/batches.ts";
import type { ClaimOptions, ClaimedBatch } from "../store/tables/batches.ts";
import type { NextDue } from "../store/tables/deliveries.ts";
import { countMissing, toPlace } from "./claim.ts";
import { createBatchWriter, listKeys, releaseLeft } from "./batch-writer.ts";

/** Deliveries of one claim, and the batches that a lane reads ahead. */
const MAX_ROWS = 500;
const MAX_BATCHES_AHEAD = 20;
/** Batches of one claim: their bodies are in memory together. */
const MAX_BATCHES_PER_CLAIM = 5;

export interface BatchClaims {
  /** Resolves to what the lane can send, each batch as one delivery, and whether nothing more is due. */
  readonly claim: (
    lane: LaneState,
    slots: number,
    now: number,
  ) => Promise<{ readonly due: readonly DueDelivery[]; readonly isExhausted: boolean }>;
  /** Returns the number of batches that the lane may claim beside those that it has in memory; 0 while that is not worth its cost. */
  readonly countToClaim: (lane: LaneState) => number;
  /** Resolves to when the next batches of these lanes are due. */
  readonly nextDue: (lanes: readonly LaneState[], claimedAt: number) => Promise<readonly NextDue[]>;
  /** Takes the batch that has waited longest, due or not. Undefined without one. */
  readonly takeLongest: (lane: LaneState, now: number) => Promise<DueDelivery | undefined>;
}

export interface BatchClaimsParts {
  readonly database: Database;
  readonly snapshots: Pick<Snapshots, "get">;
  readonly newLease: (now: number) => Lease | undefined;
}

export function createBatchClaims({ database, snapshots, newLease }: BatchClaimsParts): BatchClaims {
  const optionsFor = (lane: LaneState, now: number): ClaimOptions => ({
    now,
    lease: newLease(now),
    held: lane.trackedIds,
  });

  /** Undefined for a delivery that its webhook would not put into a batch today. */
  function toItem(delivery: DueDelivery): BatchItem | undefined {
    const site = snapshots.get(delivery.siteNo);
    const subscription = site?.subscriptions.get(delivery.subscriptionNo);
    if (site === undefined || subscription?.receiver.kind !== "webhook") return undefined;
    const webhook = site.webhooks.get(subscription.receiver.webhookNo);
    if (webhook === undefined) return undefined;
    const { shape } = findFormat(site.product, webhook.format);
    if (!canBatch(shape)) return undefined;
    return { delivery, bytes: renderItem(delivery, deliveryBody(delivery, subscription, site), site, shape) };
  }

  /** Returns the batch as it was. Undefined if it can't be sent as it was. */
  function restore({ id, size, digest, members }: ClaimedBatch, now: number): DueDelivery | undefined {
    const items = members.flatMap((delivery) => toItem(delivery) ?? []);
    if (items.length !== size || members.some((member) => isAlone(member, now))) return undefined;
    const sorted = sortBatch(items);
    const body = joinItems(sorted);
    return digestBody(body) === digest ? toCarrier(id, sorted, body) : undefined;
  }

  // A claim writes its leases where there are others to claim.
  const reading = database.dialect.isShared ? database.autocommit : database.read;
  const giveBack = (left: readonly SiteId[], lease: Lease | undefined) => releaseLeft(database, left, lease);
  const writeBatches = createBatchWriter(database, toItem);

  async function claimFormed(
    lane: LaneState,
    demand: { readonly slots: number; readonly isForced?: boolean },
    options: ClaimOptions,
  ): Promise<{ readonly due: readonly DueDelivery[]; readonly more: boolean }> {
    const { batches, left } = await claimBatches(
      reading,
      { ...toPlace(lane), ...demand, max: MAX_BATCH },
      options,
    );
    await giveBack(left, options.lease);
    const due: DueDelivery[] = [];
    for (const batch of batches) {
      const carrier = restore(batch, options.now);
      if (carrier !== undefined) due.push(carrier);
      // Settled just now.
      else if (batch.members.length > 0)
        await database.write((tx) => takeApart(tx, batch, listKeys(batch.members), options.lease));
    }
    return { due, more: left.length > 0 || due.length < batches.length || batches.length >= demand.slots };
  }

  async function claimUnformed(
    lane: LaneState,
    { settings, slots }: { readonly settings: BatchSettings; readonly slots: number },
    options: ClaimOptions,
  ): Promise<{ readonly due: readonly DueDelivery[]; readonly more: boolean }> {
    const rows = Math.max(settings.max, Math.min(MAX_ROWS, slots * settings.max));
    const found = await claimFresh(reading, { ...toPlace(lane), ...settings, rows }, options);
    const alone: DueDelivery[] = [];
    const items: BatchItem[] = [];
    for (const delivery of found.due) {
      const item = isAlone(delivery, options.now) ? undefined : toItem(delivery);
      if (item === undefined) alone.push(delivery);
      else items.push(item);
    }
    const formed = formBatches(items, settings, options.now);
    await giveBack([...found.left, ...formed.left.map(({ delivery }) => delivery)], options.lease);
    const written = await writeBatches(formed.batches, settings, options);
    const more = found.left.length > 0 || found.due.length >= rows || written.length < formed.batches.length;
    return { due: [...alone, ...written], more };
  }

  return {
    claim: async (lane, slots, now) => {
      lane.endpoint.hasBatches = true;
      const options = optionsFor(lane, now);
      const formed = await claimFormed(lane, { slots: Math.min(slots, MAX_BATCHES_PER_CLAIM) }, options);
      const { batch: settings } = lane.endpoint;
      const free = slots - formed.due.length;
      const fresh =
        settings === undefined || free <= 0
          ? { due: [], more: false }
          : await claimUnformed(lane, { settings, slots: free }, optionsFor(lane, now));
      return {
        due: [...formed.due, ...fresh.due],
        isExhausted: !formed.more && !fresh.more && (settings === undefined || free > 0),
      };
    },
    countToClaim: (lane) => countMissing(countQueued(lane), MAX_BATCHES_AHEAD),
    nextDue: (lanes, claimedAt) =>
      nextDueOfBatches(database.read, lanes.map(toPlace), claimedAt, database.now()),
    takeLongest: async (lane, now) => {
      const { due } = await claimFormed(lane, { slots: 1, isForced: true }, optionsFor(lane, now));
      return due[0];
    },
  };
}
