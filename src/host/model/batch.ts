/**
 * Batches: several deliveries of one webhook in one request. Which deliveries go together, in which order, and the body. A batch is
 * never changed: what is sent under its ID always has the same members and the same bytes. Pure.
 */
import { createHash } from "node:crypto";
import { groupBy } from "../../group-by.ts";
import { MAX_BATCH_BYTES } from "./batch-settings.ts";
import type { BatchSettings } from "./batch-settings.ts";
import type { DueDelivery } from "./delivery.ts";
import type { Uuid } from "./ids.ts";
import { findPlannedTime, isExpired } from "./terms.ts";

/** A delivery with its part of the body. */
export interface BatchItem {
  readonly delivery: DueDelivery;
  readonly bytes: Buffer;
}

/** A batch as the database has it. */
export interface BatchRecord {
  readonly siteNo: number;
  readonly id: Uuid;
  readonly size: number;
  /** SHA-256 of its body. */
  readonly digest: string;
}

/**
 * Reports whether the delivery is sent without others: a test, a redelivery, and one that is not sent now or no more, as its attempt
 * finds out.
 */
export function isAlone(delivery: DueDelivery, now: number): boolean {
  const { test, redelivery } = delivery;
  return test || redelivery > 0 || isExpired(delivery, now) || findPlannedTime(delivery, now) !== undefined;
}

/** Deliveries go together that are retried together: after as many attempts, and if their event is retried at all. */
const toKind = ({ delivery: { attempts, terms } }: BatchItem): string =>
  `${attempts} ${terms?.retry === false ? "once" : "retried"}`;

export interface Formed {
  readonly batches: readonly (readonly BatchItem[])[];
  /** What waits for more. */
  readonly left: readonly BatchItem[];
}

/**
 * Puts deliveries into batches. The last one of a kind has room left: it is sent if one of its deliveries is due, and waits for more
 * otherwise. A delivery that is retried by itself isn't sent before it is due.
 *
 * @param items in the order in which they are due
 */
export function formBatches(items: readonly BatchItem[], { max }: BatchSettings, now: number): Formed {
  const isReady = ({ delivery: { attempts, dueAt } }: BatchItem): boolean => attempts === 0 || dueAt <= now;
  const batches: (readonly BatchItem[])[] = [];
  const left: BatchItem[] = items.filter((item) => !isReady(item));
  for (const kind of groupBy(items.filter(isReady), toKind).values()) {
    let open: BatchItem[] = [];
    for (const item of kind) {
      if (!hasRoom(open, item, max)) {
        batches.push(open);
        open = [];
      }
      open.push(item);
    }
    const isFull = open.length >= max || open.some(({ delivery }) => delivery.dueAt <= now);
    if (isFull) batches.push(open);
    else left.push(...open);
  }
  return { batches, left };
}

const sizeOfBody = (items: readonly BatchItem[]): number =>
  items.reduce((size, { bytes }) => size + bytes.length + 1, 1);

/** A batch has room for its first delivery whatever its size. */
function hasRoom(open: readonly BatchItem[], { bytes }: BatchItem, max: number): boolean {
  return open.length === 0 || (open.length < max && sizeOfBody(open) + bytes.length + 1 <= MAX_BATCH_BYTES);
}

/**
 * Adds deliveries that are behind those of a batch in the order of their key, as many as there is room for. None overtakes another: what
 * is behind one that does not go along doesn't either.
 *
 * @param behind in the order of their numbers
 */
export function addBehind(
  batch: readonly BatchItem[],
  behind: readonly BatchItem[],
  { max }: BatchSettings,
  now: number,
): readonly BatchItem[] {
  const [first] = batch;
  if (first === undefined) return batch;
  const filled = [...batch];
  const stopped = new Set<string | undefined>();
  for (const item of behind) {
    const key = item.delivery.order?.key;
    const goes =
      !stopped.has(key) &&
      toKind(item) === toKind(first) &&
      !isAlone(item.delivery, now) &&
      hasRoom(filled, item, max);
    if (goes) filled.push(item);
    else stopped.add(key);
  }
  return filled;
}

/**
 * Puts the deliveries of a batch in the order of acceptance, and those of a key in the order of their numbers. The same deliveries always
 * have the same order.
 */
export function sortBatch(items: readonly BatchItem[]): readonly BatchItem[] {
  const byId = items.toSorted(({ delivery: a }, { delivery: b }) => (a.id < b.id ? -1 : 1));
  const keyed = groupBy(
    byId.filter(({ delivery }) => delivery.order !== undefined),
    ({ delivery }) => delivery.order?.key ?? "",
  );
  const next = new Map(
    [...keyed].map(([key, those]) => [key, those.toSorted(bySequence)[Symbol.iterator]()]),
  );
  return byId.map((item) => {
    const key = item.delivery.order?.key;
    return key === undefined ? item : (next.get(key)?.next().value ?? item);
  });
}

const bySequence = ({ delivery: a }: BatchItem, { delivery: b }: BatchItem): number =>
  (a.order?.sequence ?? 0) - (b.order?.sequence ?? 0);

/** The body of a batch: a JSON array of its items. */
export function joinItems(items: readonly BatchItem[]): Buffer {
  const parts = items.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [COMMA, bytes]));
  return Buffer.concat([OPEN, ...parts, CLOSE]);
}

const OPEN = Buffer.from("[");
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("]");

export const digestBody = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

const NO_BODY = Buffer.alloc(0);

/**
 * Returns the delivery that stands for the whole batch on its way: one slot, one turn of the rate, one request. It has the body of the
 * batch, and its members have none.
 */
export function toCarrier(id: Uuid, items: readonly BatchItem[], body: Buffer): DueDelivery {
  const members = items.map(({ delivery }) => ({ ...delivery, body: NO_BODY }));
  const [first] = members;
  if (first === undefined) throw new Error("a batch has members");
  return {
    ...first,
    body,
    // These are of one event, and the batch is of several.
    actor: undefined,
    traceParent: undefined,
    order: undefined,
    batch: { id, members },
  };
}

/** Returns the deliveries that an attempt is of: the members of a batch, or the one delivery. */
export const listMembers = (delivery: DueDelivery): readonly DueDelivery[] =>
  delivery.batch?.members ?? [delivery];
