/**
 * Accepts events: what is answered as accepted is committed, with one delivery row per receiver, in one transaction (P1).
 *
 * Group commit without a timer: whatever waits goes into the next transaction, as soon as the last one has ended.
 */
import { createHash } from "node:crypto";
import { buildBody } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import { parseExact } from "../../json/exact.ts";
import { atOnce } from "../store/database.ts";
import type { Database, Queryable } from "../store/database.ts";
import { insertDeliveries, notifyDue } from "../store/deliveries.ts";
import type { DueDelivery, Lease, NewDelivery } from "../store/deliveries.ts";
import { findClientEvents, findEvent, insertEvents, listDeliveriesOf } from "../store/events.ts";
import type { EventRecord, FanOutTrace, Lane } from "../store/events.ts";
import type { Receiver } from "../store/endpoints.ts";
import { isUniqueViolation } from "../store/storage-error.ts";
import { MOST_DELIVERIES_PER_EVENT, deliveryUuid, formatId, newEventUuid } from "../store/ids.ts";
import type { Uuid } from "../store/ids.ts";
import type { SiteSnapshot, Snapshots } from "../store/snapshot.ts";
import { canonicalName, fanOut, resolveUrl } from "./fan-out.ts";
import type { FanOut } from "./fan-out.ts";
import { unknownNameNotes } from "./unknown-name.ts";

/** Rows of one transaction, events and deliveries together. */
const MOST_ROWS = 500;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/** An event as it comes from a caller, its envelope already parsed and checked. */
export interface IncomingEvent {
  readonly siteNo: number;
  readonly event: string;
  /** The payload's own JSON text, byte for byte; empty = `{}`. */
  readonly payload: Buffer;
  readonly project?: string;
  readonly user?: string;
  /** The caller's id: the same id with the same contents is accepted once. */
  readonly id?: string;
  readonly flow?: "primary" | "secondary";
  /** For the host's own events: the add-on that the event is about. */
  readonly aboutAddonKey?: string;
  /** A test send: goes to this subscription only, whatever it asks for, and is never retried. */
  readonly testOf?: number;
}

export interface AcceptedDelivery {
  readonly id: string;
  readonly receiver: Receiver;
  readonly url: string;
}

export interface AcceptedEvent {
  readonly id: string;
  readonly event: string;
  /** True when the id was accepted before; then these are the deliveries of that time. */
  readonly duplicate: boolean;
  readonly deliveries: readonly AcceptedDelivery[];
  readonly notes: readonly string[];
}

/** Who takes over what was just committed. */
export interface HandOff {
  /** A lease when this process will attempt the delivery at once, undefined when the row shall wait for a claim. */
  readonly lease: (endpointNo: number, lane: Lane) => Lease | undefined;
  readonly committed: (deliveries: readonly DueDelivery[]) => void;
  /** The transaction failed: leases that were promised are not needed. */
  readonly aborted: (deliveries: readonly NewDelivery[]) => void;
}

export interface AcceptDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly handOff: HandOff;
  readonly now: () => number;
  /** Throws a CallboardError (OVERLOADED, STORAGE) while nothing more can be taken. */
  readonly assertRoom: () => void;
}

export interface Acceptor {
  /**
   * Resolves once all of them are committed, in one transaction when they are up to 1,000.
   * @throws CallboardError EVENT_SCHEMA, EVENT_CONFLICT, OVERLOADED, STORAGE, SITE_NOT_FOUND; then none was accepted.
   */
  readonly accept: (events: readonly IncomingEvent[]) => Promise<readonly AcceptedEvent[]>;
}

/** An event that is ready for its transaction. */
interface Ready {
  readonly incoming: IncomingEvent;
  readonly name: string;
  readonly body: Buffer;
  readonly notes: readonly string[];
  readonly digest: string | undefined;
  readonly payload: () => unknown;
}

interface Group {
  readonly events: readonly Ready[];
  readonly bytes: number;
  readonly resolve: (accepted: readonly AcceptedEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Planned {
  readonly record: EventRecord;
  readonly deliveries: readonly NewDelivery[];
  readonly due: readonly DueDelivery[];
  readonly accepted: AcceptedEvent;
}

export function createAcceptor({
  database,
  snapshots,
  handOff,
  now,
  assertRoom,
}: AcceptDependencies): Acceptor {
  const waiting: Group[] = [];
  let waitingBytes = 0;
  let running = false;

  function makeReady(incoming: IncomingEvent): Ready {
    const snapshot = snapshots.get(incoming.siteNo);
    if (snapshot === undefined)
      throw new CallboardError("SITE_NOT_FOUND", "The site does not exist any more");
    const { product, options } = snapshot.site;
    const name = canonicalName(product, incoming.event);
    const { bytes, notes } = buildBody(product, {
      event: name,
      payload: incoming.payload,
      receivedAt: now(),
      ...(incoming.project === undefined ? {} : { project: incoming.project }),
      ...(incoming.user === undefined ? {} : { user: incoming.user }),
      ...(options.envelope === undefined ? {} : { envelope: options.envelope }),
    });
    let parsed: { readonly value: unknown } | undefined;
    return {
      incoming,
      name,
      body: bytes,
      notes: [...unknownNameNotes(product, name), ...notes],
      digest: incoming.id === undefined ? undefined : digestOf(incoming),
      payload: () => (parsed ??= { value: parseExact(bytes.toString("utf8")) }).value,
    };
  }

  function plan(ready: Ready, snapshot: SiteSnapshot): Planned {
    const { incoming, name, body } = ready;
    const lane: Lane = incoming.flow === "secondary" ? 1 : 0;
    const eventId = newEventUuid();
    const { planned, trace, ...unlisted } = fanOutOf(ready, snapshot);
    const notes = [...ready.notes, ...unlisted.notes];
    if (planned.length > MOST_DELIVERIES_PER_EVENT) {
      throw new CallboardError(
        "EVENT_SCHEMA",
        `The event has ${planned.length} receivers; 65,535 is the most`,
      );
    }
    const dueAt = now();
    const deliveries = planned.map(({ subscription, matched }, index): NewDelivery => ({
      siteNo: incoming.siteNo,
      id: deliveryUuid(eventId, index),
      endpointNo: subscription.endpointNo,
      subscriptionNo: subscription.no,
      matched,
      lane,
      dueAt,
      test: incoming.testOf !== undefined,
      lease: handOff.lease(subscription.endpointNo, lane),
    }));
    return {
      record: {
        siteNo: incoming.siteNo,
        id: eventId,
        clientId: incoming.id,
        digest: ready.digest,
        name,
        project: incoming.project,
        actor: incoming.user,
        lane,
        aboutAddon: incoming.aboutAddonKey,
        notes,
        trace,
        body: body.toString("utf8"),
        bodySize: body.length,
      },
      deliveries,
      due: deliveries.map((each) => ({
        ...each,
        attempts: 0,
        scheduleFrom: 0,
        redelivery: 0,
        event: name,
        actor: incoming.user,
        body,
      })),
      accepted: {
        id: formatId("evt", incoming.siteNo, eventId),
        event: name,
        duplicate: false,
        deliveries: planned.map(({ subscription, url }, index) => ({
          id: formatId("dlv", incoming.siteNo, deliveryUuid(eventId, index)),
          receiver: subscription.receiver,
          url,
        })),
        notes,
      },
    };
  }

  /** One transaction for all groups. A group with a conflict of its own is answered for itself. */
  async function commit(groups: readonly Group[]): Promise<void> {
    const all: Planned[] = [];
    const answers = new Map<Group, readonly AcceptedEvent[] | CallboardError>();
    try {
      await database.write(async (tx) => {
        all.length = 0;
        await snapshots.refresh(tx);
        const known = await acceptedBefore(tx, groups);
        for (const group of groups) answers.set(group, planGroup(group, known, all));
        if (all.length > 0) {
          await atOnce([
            insertEvents(
              tx,
              all.map(({ record }) => record),
            ),
            insertDeliveries(
              tx,
              all.flatMap(({ deliveries }) => deliveries),
            ),
          ]);
          await notifyDue(
            tx,
            all.flatMap(({ deliveries }) => deliveries.filter(({ lease }) => lease === undefined)),
          );
        }
      });
    } catch (error) {
      handOff.aborted(all.flatMap(({ deliveries }) => deliveries));
      throw error;
    }
    handOff.committed(all.flatMap(({ due }) => due));
    for (const [group, answer] of answers) {
      if (answer instanceof CallboardError) group.reject(answer);
      else group.resolve(answer);
    }
  }

  function planGroup(group: Group, known: Known, all: Planned[]): readonly AcceptedEvent[] | CallboardError {
    const mine: Planned[] = [];
    const accepted: AcceptedEvent[] = [];
    const mineByClientId = new Map<string, { digest: string; accepted: AcceptedEvent }>();
    try {
      for (const ready of group.events) {
        const { id: clientId, siteNo } = ready.incoming;
        const key = clientId === undefined ? undefined : `${siteNo} ${clientId}`;
        const before = key === undefined ? undefined : (known.get(key) ?? mineByClientId.get(key));
        if (before !== undefined) {
          if (before.digest !== ready.digest) {
            throw new CallboardError(
              "EVENT_CONFLICT",
              `The id ${JSON.stringify(clientId)} was used with other contents`,
            );
          }
          accepted.push({ ...before.accepted, duplicate: true });
          continue;
        }
        const snapshot = snapshots.get(siteNo);
        if (snapshot === undefined)
          throw new CallboardError("SITE_NOT_FOUND", "The site does not exist any more");
        const planned = plan(ready, snapshot);
        mine.push(planned);
        accepted.push(planned.accepted);
        if (key !== undefined)
          mineByClientId.set(key, { digest: ready.digest ?? "", accepted: planned.accepted });
      }
    } catch (error) {
      handOff.aborted(mine.flatMap(({ deliveries }) => deliveries));
      if (error instanceof CallboardError) return error;
      throw error;
    }
    for (const [key, value] of mineByClientId) known.set(key, value);
    all.push(...mine);
    return accepted;
  }

  type Known = Map<string, { digest: string; accepted: AcceptedEvent }>;

  async function acceptedBefore(tx: Queryable, groups: readonly Group[]): Promise<Known> {
    const wanted = groups.flatMap(({ events }) =>
      events.flatMap(({ incoming: { siteNo, id } }) => (id === undefined ? [] : [{ siteNo, clientId: id }])),
    );
    const known: Known = new Map();
    for (const { siteNo, clientId, id, digest } of await findClientEvents(tx, wanted)) {
      known.set(`${siteNo} ${clientId}`, {
        digest,
        accepted: await loadAccepted(tx, snapshots.get(siteNo), siteNo, id),
      });
    }
    return known;
  }

  /** Takes the groups that fit one transaction; a group is never split. */
  function nextGroups(): readonly Group[] {
    const groups: Group[] = [];
    let rows = 0;
    for (;;) {
      const [next] = waiting;
      if (next === undefined || (groups.length > 0 && rows + next.events.length > MOST_ROWS)) return groups;
      waiting.shift();
      groups.push(next);
      rows += next.events.length;
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const groups = nextGroups();
      await commitOrReject(groups);
      for (const { bytes } of groups) waitingBytes -= bytes;
    }
    running = false;
  }

  /** What the database refuses of one caller must not fail the others: then each group is committed for itself. */
  async function commitOrReject(groups: readonly Group[]): Promise<void> {
    try {
      await commitWithRetry(groups);
    } catch (error) {
      if (groups.length === 1 || error instanceof CallboardError) {
        for (const group of groups) group.reject(error);
        return;
      }
      for (const group of groups) await commitOrReject([group]);
    }
  }

  /** Two processes may accept the same caller's id at once; the later one then finds it. */
  async function commitWithRetry(groups: readonly Group[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await commit(groups);
        return;
      } catch (error) {
        if (!isUniqueViolation(error) || tries === 3) throw error;
      }
    }
  }

  return {
    accept: async (events) => {
      assertRoom();
      const ready = events.map(makeReady);
      const bytes = ready.reduce((sum, { body }) => sum + body.length, 0);
      if (waitingBytes > 0 && waitingBytes + bytes > MOST_WAITING_BYTES) {
        throw new CallboardError("OVERLOADED", "Too many events are waiting to be written", {
          retryAfterSeconds: 1,
        });
      }
      waitingBytes += bytes;
      return new Promise((resolve, reject) => {
        waiting.push({ events: ready, bytes, resolve, reject });
        if (!running) void run();
      });
    },
  };
}

function digestOf({ event, payload, project, user, flow }: IncomingEvent): string {
  return createHash("sha256")
    .update(JSON.stringify([event, project ?? null, user ?? null, flow ?? "primary"]))
    .update(payload)
    .digest("base64");
}

/** The trace of a test send: nobody but its own subscription was asked. */
const NOBODY_ELSE: FanOutTrace = { others: 0, skipped: [], missing: [] };

function fanOutOf(ready: Ready, snapshot: SiteSnapshot): FanOut {
  const { incoming, name, payload } = ready;
  if (incoming.testOf !== undefined) {
    const subscription = snapshot.subscriptions.get(incoming.testOf);
    if (subscription === undefined) return { planned: [], trace: NOBODY_ELSE, notes: [] };
    const { url } = resolveUrl(subscription, { payload });
    return {
      planned: [{ subscription, matched: [subscription.no], url }],
      trace: NOBODY_ELSE,
      notes: [],
    };
  }
  return fanOut(snapshot, {
    product: snapshot.site.product,
    event: name,
    payload,
    ...(incoming.project === undefined ? {} : { project: incoming.project }),
    ...(incoming.aboutAddonKey === undefined ? {} : { aboutAddonKey: incoming.aboutAddonKey }),
  });
}

/** The answer that was given when the event was accepted first, as far as its receivers still exist. */
async function loadAccepted(
  tx: Queryable,
  snapshot: SiteSnapshot | undefined,
  siteNo: number,
  eventId: Uuid,
): Promise<AcceptedEvent> {
  const event = await findEvent(tx, siteNo, eventId);
  const payload = () => parseExact(event === undefined || event.body === "" ? "{}" : event.body);
  const deliveries = (await listDeliveriesOf(tx, siteNo, eventId)).flatMap(({ id, subscriptionNo }) => {
    const subscription = snapshot?.subscriptions.get(subscriptionNo);
    return subscription === undefined
      ? []
      : [
          {
            id: formatId("dlv", siteNo, id),
            receiver: subscription.receiver,
            url: resolveUrl(subscription, { payload }).url,
          },
        ];
  });
  return {
    id: formatId("evt", siteNo, eventId),
    event: event?.name ?? "",
    duplicate: true,
    deliveries,
    notes: event?.notes ?? [],
  };
}
