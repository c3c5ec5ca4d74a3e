/**
 * IDs contain their site and sort by time: a prefix, the site's number and a UUIDv7 in hexadecimal.
 *
 * The last 16 bits of an event's UUID are zero, and its deliveries have the UUIDs that follow (…0001, …0002). So the
 * deliveries of an event are one range of the primary key and need no index.
 */
import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";
import { CallboardError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";

/** ID of a row within its site: 32 hexadecimal digits. */
export type Uuid = string;

/** Maximum number of deliveries of one event on one site. */
export const MAX_DELIVERIES_PER_EVENT = 0xffff;

/** Maximum of the 32-bit counter, which precedes the last 16 bits. */
const MAX_COUNTED = 2 ** 32 - 1;

/** Random bytes for many IDs, because a system call for each costs more than the rest of an ID. */
const random = Buffer.alloc(16 * 256);
let used = random.length;

function nextRandom(): Buffer {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  return random.subarray(used, (used += 16));
}

export const newUuid: () => Uuid = createUuids(Date.now, nextRandom);

/** Creates a generator of event IDs on a clock of their own. */
export function createEventIds(now: () => number): () => Uuid {
  const newId = createUuids(now, nextRandom);
  return () => toEventUuid(newId());
}

const toEventUuid = (uuid: Uuid): Uuid => `${uuid.slice(0, 28)}0000`;

/**
 * Creates a generator of strictly increasing UUIDv7s. Within a millisecond, or after the clock is set back, the last time is
 * kept and a counter increases. The last 16 bits stay zero.
 * @param random returns 16 bytes for each UUID
 */
export function createUuids(now: () => number, random: () => Buffer): () => Uuid {
  const bytes = Buffer.alloc(16);
  let at = -Infinity;
  let counter = 0;
  return () => {
    const drawn = random();
    const time = now();
    if (time > at) {
      at = time;
      // Leaves half of the range for counting.
      counter = drawn.readUInt32BE(0) >>> 1;
    } else {
      // A random step, so that the next ID can't be guessed.
      counter += 1 + drawn.readUInt16BE(4);
      if (counter > MAX_COUNTED) {
        at += 1;
        counter = drawn.readUInt32BE(0) >>> 1;
      }
    }
    v7({ msecs: at, seq: counter, random: drawn }, bytes);
    return bytes.toString("hex");
  };
}

export function newEventUuid(): Uuid {
  return toEventUuid(newUuid());
}

/** Returns the UUID of an event's delivery number `index`, from 0. */
export function deliveryUuid(event: Uuid, index: number): Uuid {
  return event.slice(0, 28) + (index + 1).toString(16).padStart(4, "0");
}

export function eventOfDelivery(delivery: Uuid): Uuid {
  return `${delivery.slice(0, 28)}0000`;
}

/** Returns the last UUID that a delivery of this event can have. */
export function toLastDelivery(event: Uuid): Uuid {
  return `${event.slice(0, 28)}ffff`;
}

/** Returns the creation time of an ID, in epoch ms. */
export function madeAt(id: Uuid): number {
  return Number.parseInt(id.slice(0, 12), 16);
}

/** Returns the smallest ID of that time. */
export function firstUuidAt(at: number): Uuid {
  return Math.max(0, Math.floor(at)).toString(16).padStart(12, "0").padEnd(32, "0");
}

export type IdKind = "evt" | "dlv" | "lsn" | "bat";

export interface SiteId {
  readonly siteNo: number;
  readonly id: Uuid;
}

/** Columns of a batch parameter of site numbers and IDs. */
export const SITE_ID_COLUMNS = { site_no: "int", id: "text" } as const;
export const siteIdRows = (ids: readonly SiteId[]): string =>
  JSON.stringify(ids.map(({ siteNo, id }) => [siteNo, id]));

export function formatId(kind: IdKind, siteNo: number, id: Uuid): string {
  return `${kind}_${siteNo}_${id}`;
}

/** The ID of a batch is never asked for by itself: it is a search word of the delivery log. */
type ParsedKind = Exclude<IdKind, "bat">;

const NOT_FOUND: Readonly<Record<ParsedKind, ErrorCode>> = {
  evt: "EVENT_NOT_FOUND",
  dlv: "DELIVERY_NOT_FOUND",
  lsn: "LISTENER_NOT_FOUND",
};

/**
 * Parses an ID.
 * @throws {CallboardError} EVENT_NOT_FOUND, DELIVERY_NOT_FOUND or LISTENER_NOT_FOUND if its form is invalid.
 */
export function parseId(kind: ParsedKind, text: string): SiteId {
  const match = /^([a-z]{3})_(\d{1,9})_([0-9a-f]{32})$/.exec(text);
  if (match === null || match[1] !== kind || match[3] === undefined) {
    throw new CallboardError(
      NOT_FOUND[kind],
      `${JSON.stringify(text.slice(0, 80))} is not an id of this kind`,
    );
  }
  return { siteNo: Number(match[2]), id: match[3] };
}

/** Formats the ID of an outgoing webhook. The product-compatible APIs use its number alone. */
export function formatWebhookId(siteNo: number, no: number): string {
  return `whk_${siteNo}_${no}`;
}

interface WebhookId {
  readonly siteNo: number;
  readonly no: number;
}

/** Returns undefined for a text that is not the ID of an outgoing webhook by its form. */
export function readWebhookId(text: string): WebhookId | undefined {
  const match = /^whk_(\d{1,9})_(\d{1,9})$/.exec(text);
  return match === null ? undefined : { siteNo: Number(match[1]), no: Number(match[2]) };
}

/**
 * Parses the ID of an outgoing webhook.
 * @throws {CallboardError} WEBHOOK_NOT_FOUND if its form is invalid.
 */
export function parseWebhookId(text: string): WebhookId {
  const id = readWebhookId(text);
  if (id !== undefined) return id;
  throw new CallboardError(
    "WEBHOOK_NOT_FOUND",
    `${JSON.stringify(text.slice(0, 80))} is not the id of a webhook`,
  );
}

/** Formats the ID of a replay. */
export function formatReplayId(siteNo: number, no: number): string {
  return `rpl_${siteNo}_${no}`;
}

/**
 * Parses the ID of a replay.
 * @throws {CallboardError} REPLAY_NOT_FOUND if its form is invalid.
 */
export function parseReplayId(text: string): { readonly siteNo: number; readonly no: number } {
  const match = /^rpl_(\d{1,9})_(\d{1,9})$/.exec(text);
  if (match === null) {
    throw new CallboardError(
      "REPLAY_NOT_FOUND",
      `${JSON.stringify(text.slice(0, 80))} is not the ID of a replay`,
    );
  }
  return { siteNo: Number(match[1]), no: Number(match[2]) };
}
