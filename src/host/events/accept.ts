/**
 * Accepts events: what is answered as accepted is committed, with one delivery row per receiver, in one transaction (P1).
 *
 * Group commit without a timer: whatever waits goes into the next transaction, as soon as the last one has ended.
 */
import { CallboardError } from "../../errors.ts";
import { parseExact } from "../../json/exact.ts";
import type { Batch } from "../store/batch.ts";
import type { Database, Queryable } from "../store/database.ts";
import { deliveriesChange, dueNotice, insertDeliveries, notifyDue } from "../store/deliveries.ts";
import type { DueDelivery, Lease, NewDelivery } from "../store/deliveries.ts";
import {
  areNewEvents,
  eventsChange,
  findClientEvents,
  findEvent,
  insertEvents,
  listDeliveriesOf,
} from "../store/events.ts";
import type { ClientEvent, Lane } from "../store/events.ts";
import { isUniqueViolation } from "../store/storage-error.ts";
import { formatId } from "../store/ids.ts";
import type { Uuid } from "../store/ids.ts";
import type { SiteSnapshot, Snapshots } from "../store/snapshot.ts";
import { resolveUrl } from "./fan-out.ts";
import { createPlanner, knownKey } from "./plan.ts";
import type { AcceptedEvent, Group, IncomingEvent, KnownEvent, Plan } from "./plan.ts";

/** Rows of one transaction, events and deliveries together. */
const MOST_ROWS = 500;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

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
  /** The database's time. */
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

interface WaitingGroup extends Group {
  readonly bytes: number;
  readonly resolve: (accepted: readonly AcceptedEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

export function createAcceptor({
  database,
  snapshots,
  handOff,
  now,
  assertRoom,
}: AcceptDependencies): Acceptor {
  const planner = createPlanner({ snapshots, lease: handOff.lease, aborted: handOff.aborted, now });
  const waiting: WaitingGroup[] = [];
  let waitingBytes = 0;
  let running = false;

  async function commit(groups: readonly WaitingGroup[]): Promise<void> {
    const plan = (await commitWhole(groups)) ?? (await commitInSteps(groups));
    handOff.committed(plan.deliveries);
    for (const [group, answer] of plan.answers) {
      if (answer instanceof CallboardError) group.reject(answer);
      else group.resolve(answer);
    }
  }

  /**
   * As it is nearly always: the registry is what is in memory, nobody sent these ids before, and there is nothing to refuse.
   * Resolves to undefined, and nothing is written, when that is not so.
   */
  async function commitWhole(groups: readonly WaitingGroup[]): Promise<Plan<WaitingGroup> | undefined> {
    const plan = planner.plan(groups, new Map());
    let isCommitted = false;
    try {
      isCommitted = hasRefusals(plan) ? false : await database.batch(batchOf(plan));
    } finally {
      if (!isCommitted) handOff.aborted(plan.deliveries);
    }
    return isCommitted ? plan : undefined;
  }

  function batchOf({ events, deliveries }: Plan<WaitingGroup>): Batch {
    const { dialect } = database;
    return {
      checks: [
        snapshots.areCurrent(new Set(events.map(({ siteNo }) => siteNo))),
        areNewEvents(dialect, clientEvents(events)),
        dueNotice(dialect, unleased(deliveries)),
      ],
      changes: [eventsChange(dialect, events), deliveriesChange(dialect, deliveries, now())],
    };
  }

  /** Brings the registry up to date, looks up the callers' ids, and plans with that, all in one transaction. */
  async function commitInSteps(groups: readonly WaitingGroup[]): Promise<Plan<WaitingGroup>> {
    let planned: readonly DueDelivery[] = [];
    try {
      return await database.write(async (tx) => {
        await snapshots.refresh(tx);
        const plan = planner.plan(groups, await acceptedBefore(tx, groups));
        planned = plan.deliveries;
        await insertEvents(tx, plan.events);
        await insertDeliveries(tx, plan.deliveries, now());
        await notifyDue(tx, unleased(plan.deliveries));
        return plan;
      });
    } catch (error) {
      handOff.aborted(planned);
      throw error;
    }
  }

  async function acceptedBefore(
    tx: Queryable,
    groups: readonly Group[],
  ): Promise<ReadonlyMap<string, KnownEvent>> {
    const wanted = groups.flatMap(({ events }) =>
      clientEvents(events.map(({ incoming: { siteNo, id } }) => ({ siteNo, clientId: id }))),
    );
    const known = new Map<string, KnownEvent>();
    for (const { siteNo, clientId, id, digest } of await findClientEvents(tx, wanted)) {
      known.set(knownKey(siteNo, clientId), {
        digest,
        accepted: await loadAccepted(tx, snapshots.get(siteNo), siteNo, id),
      });
    }
    return known;
  }

  /** Takes the groups that fit one transaction; a group is never split. */
  function nextGroups(): readonly WaitingGroup[] {
    const groups: WaitingGroup[] = [];
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
  async function commitOrReject(groups: readonly WaitingGroup[]): Promise<void> {
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
  async function commitWithRetry(groups: readonly WaitingGroup[]): Promise<void> {
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
      const ready = events.map(planner.makeReady);
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

const hasRefusals = ({ answers }: Plan<Group>): boolean =>
  [...answers.values()].some((answer) => answer instanceof CallboardError);

const unleased = (deliveries: readonly DueDelivery[]): readonly DueDelivery[] =>
  deliveries.filter(({ lease }) => lease === undefined);

const clientEvents = (
  events: readonly { readonly siteNo: number; readonly clientId: string | undefined }[],
): readonly ClientEvent[] =>
  events.flatMap(({ siteNo, clientId }) => (clientId === undefined ? [] : [{ siteNo, clientId }]));

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
