/** One chunk of a replay: looks at the next events of its window, and writes what follows in one transaction. */
import { takeTurn } from "../../turn.ts";
import { leftOutBefore, planReplayed } from "../model/replay.ts";
import type { EventResult, LeftOutKind, WantedDelivery } from "../model/replay.ts";
import { fanOut, isNamed } from "../model/fan-out.ts";
import { readAhead, readBodyValue } from "../model/payload.ts";
import type { Queryable } from "../store/db/database.ts";
import { isSameReceiver } from "../model/receiver.ts";
import { MAX_DELIVERIES_PER_EVENT, deliveryUuid, firstUuidAt, formatId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { earlierDeliveries } from "../store/tables/replay-deliveries.ts";
import { nextEventHeads, readBodies, testEvents } from "../store/tables/replay-events.ts";
import type { ReplayedRow } from "../store/tables/replay-deliveries.ts";
import type { EventHead } from "../store/tables/replay-events.ts";
import type { ReplayWindow } from "../store/tables/replays.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** Bodies that are in memory at once: this many, and no more after this many bytes. */
const BODIES_AT_ONCE = 50;
const BODY_BYTES_AT_ONCE = 4 * 1024 * 1024;
/** A larger body is read with turns for others in between. */
const LARGE_BODY_BYTES = 256 * 1024;
/** After this time, others have their turn. */
const SLICE_MS = 8;

/** A new delivery before it has an ID. */
export interface CreatedDelivery {
  readonly event: Uuid;
  /** Deliveries that the event had at the endpoints of the receiver. */
  readonly seen: number;
  readonly wanted: WantedDelivery;
}

/** What one chunk came to, and what is to be written. */
export interface Chunk {
  /** The registry that it was decided with. */
  readonly version: number;
  readonly cursor: Uuid;
  /** The window has no more events. */
  readonly isLast: boolean;
  readonly results: readonly EventResult[];
  readonly reopened: readonly ReplayedRow[];
  readonly created: readonly CreatedDelivery[];
  readonly endpointNos: readonly number[];
}

export interface ChunkRequest {
  readonly window: ReplayWindow;
  readonly snapshot: SiteSnapshot;
  /** The last event that was looked at. */
  readonly after: Uuid;
  /** Looks at no more events than this. */
  readonly maxEvents: number;
  /** Ends the chunk once so many deliveries are wanted. */
  readonly maxDeliveries: number;
  /** Retention deletes the bodies of events before this one, or is about to. */
  readonly keptFrom: Uuid;
  /** Events that have as many deliveries as an event can have. */
  readonly full: ReadonlySet<Uuid>;
}

const REASONS = {
  delivered: "already delivered",
  waiting: "a delivery is already waiting or being sent",
  "body-deleted": "its body was deleted after the retention period",
  test: "the event is a test delivery",
  "too-many-deliveries": "the event has 65,535 deliveries already",
} as const satisfies Partial<Record<LeftOutKind, string>>;

/** @returns the first events of the window after the cursor, decided, and nothing written */
export async function examineChunk(q: Queryable, request: ChunkRequest): Promise<Chunk> {
  const { window, snapshot, after, maxEvents, maxDeliveries, keptFrom, full } = request;
  const { siteNo, receiver, until, onlyMissing } = window;
  const own = onlyReceiver(snapshot, receiver);
  const endpointNos = [...snapshot.endpoints.values()]
    .filter((endpoint) => isSameReceiver(endpoint.receiver, receiver))
    .map(({ no }) => no);
  const heads = await nextEventHeads(q, window, { after, before: firstUuidAt(until), limit: maxEvents });
  const earlier = await earlierDeliveries(q, siteNo, endpointNos, heads);
  const tests = await testEvents(q, siteNo, heads);
  const turns = createSlices();

  const decided = new Map<Uuid, EventResult>();
  const leftOut = ({ id }: EventHead, kind: LeftOutKind, reason: string): EventResult => ({
    kind: "left-out",
    example: { event: formatId("evt", siteNo, id), kind, reason },
  });
  for (const head of heads) {
    const past = {
      earlier: earlier.get(head.id) ?? [],
      isTest: tests.has(head.id),
      isBodyDeleted: head.isBodyDeleted || head.id < keptFrom,
    };
    const kind = full.has(head.id) ? "too-many-deliveries" : leftOutBefore(past, onlyMissing);
    if (kind !== undefined) decided.set(head.id, leftOut(head, kind, REASONS[kind]));
    else if (!isNamed(own, head.name))
      decided.set(head.id, leftOut(head, "not-subscribed", `not subscribed to ${head.name}`));
  }

  const results: EventResult[] = [];
  const allReopened: ReplayedRow[] = [];
  const allCreated: CreatedDelivery[] = [];
  let bodies: ReadonlyMap<Uuid, Buffer> = new Map();
  let looked = 0;
  const room = (): number => maxDeliveries - allReopened.length - allCreated.length;
  for (const head of heads) {
    if (room() <= 0) break;
    looked += 1;
    const early = decided.get(head.id);
    if (early !== undefined) {
      results.push(early);
      continue;
    }
    if (!bodies.has(head.id)) {
      bodies = await readBodies(q, siteNo, nextBodies(heads.slice(looked - 1), decided, room()));
    }
    await turns.takeTurn();
    const body = bodies.get(head.id);
    if (body === undefined) {
      results.push(leftOut(head, "body-deleted", REASONS["body-deleted"]));
      continue;
    }
    if (body.length > LARGE_BODY_BYTES) await readAhead(body, turns.turn);
    const matched = match(own, head, body);
    if (typeof matched === "string") {
      results.push(leftOut(head, "not-matched", matched));
      continue;
    }
    const deliveries = earlier.get(head.id) ?? [];
    const { reopened, created } = planReplayed(deliveries, matched);
    if (allReopened.length + allCreated.length > 0 && matched.length > room()) {
      looked -= 1;
      break;
    }
    allReopened.push(...reopened);
    allCreated.push(...created.map((wanted) => ({ event: head.id, seen: deliveries.length, wanted })));
    results.push({ kind: "sent", created: created.length, redelivered: reopened.length });
  }
  return {
    results,
    reopened: allReopened,
    created: allCreated,
    version: snapshot.site.version,
    cursor: heads[looked - 1]?.id ?? after,
    isLast: looked === heads.length && heads.length < maxEvents,
    endpointNos,
  };
}

/** The IDs of new deliveries: behind the last one of their event. Resolves to an event that has no room for them otherwise. */
export function numberCreated(
  created: readonly CreatedDelivery[],
  last: ReadonlyMap<Uuid, Uuid>,
): { readonly rows: readonly (ReplayedRow & { readonly seen: number })[] } | { readonly full: Uuid } {
  const used = new Map<Uuid, number>();
  const rows: (ReplayedRow & { readonly seen: number })[] = [];
  for (const { event, seen, wanted } of created) {
    const known = used.get(event) ?? Number.parseInt(last.get(event)?.slice(28) ?? "0", 16);
    if (known >= MAX_DELIVERIES_PER_EVENT) return { full: event };
    used.set(event, known + 1);
    rows.push({ id: deliveryUuid(event, known), seen, wanted });
  }
  return { rows };
}

const restricted = new WeakMap<SiteSnapshot, Map<string, SiteSnapshot>>();

/** The site as if this receiver were the only one; kept with the snapshot, so that its filters are compiled once. */
function onlyReceiver(snapshot: SiteSnapshot, receiver: Receiver): SiteSnapshot {
  const kept = restricted.get(snapshot) ?? new Map<string, SiteSnapshot>();
  restricted.set(snapshot, kept);
  const key = JSON.stringify(receiver);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const own = [...snapshot.subscriptions].filter(([, subscription]) =>
    isSameReceiver(subscription.receiver, receiver),
  );
  const site: SiteSnapshot = { ...snapshot, subscriptions: new Map(own) };
  kept.set(key, site);
  return site;
}

const MAX_REASONS = 3;

/** The deliveries that today's subscriptions ask for, or why they ask for none. */
function match(site: SiteSnapshot, head: EventHead, body: Buffer): readonly WantedDelivery[] | string {
  const { planned, trace } = fanOut(site, {
    product: site.product,
    event: head.name,
    payload: () => readBodyValue(body).value,
    ...(head.project === undefined ? {} : { project: head.project }),
    ...(head.aboutAddon === undefined ? {} : { aboutAddonKey: head.aboutAddon }),
  });
  if (planned.length === 0)
    return [...new Set(trace.skipped.map(({ because }) => because))].slice(0, MAX_REASONS).join("; ");
  return planned.map(({ subscription: { endpointNo, no }, matched }) => ({
    endpointNo,
    subscriptionNo: no,
    matched,
  }));
}

/** The next events that need their body: no more than may be sent, and at least one. */
function nextBodies(
  heads: readonly EventHead[],
  decided: ReadonlyMap<Uuid, unknown>,
  room: number,
): readonly Uuid[] {
  const ids: Uuid[] = [];
  const most = Math.min(room, BODIES_AT_ONCE);
  let bytes = 0;
  for (const { id, bodySize } of heads) {
    if (decided.has(id)) continue;
    if (ids.length > 0 && (ids.length === most || bytes + bodySize > BODY_BYTES_AT_ONCE)) break;
    ids.push(id);
    bytes += bodySize;
  }
  return ids;
}

function createSlices() {
  let startedAt = performance.now();
  const turn = async (): Promise<void> => {
    await takeTurn();
    startedAt = performance.now();
  };
  return {
    turn,
    takeTurn: async (): Promise<void> => {
      if (performance.now() - startedAt > SLICE_MS) await turn();
    },
  };
}
