/**
 * Accepts events: what is answered as accepted is committed, with one delivery row per receiver, in one transaction (P1).
 *
 * Group commit without a timer: whatever waits goes into the next transaction, as soon as the last one has ended.
 */
import { CallboardError } from "../../errors.ts";
import type { Batch } from "../store/db/batch.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { deliveriesChange, dueNotice, insertDeliveries, notifyDue } from "../store/tables/deliveries.ts";
import {
  areNewEvents,
  eventsChange,
  findClientEvents,
  findEvent,
  insertEvents,
  listDeliveriesOf,
} from "../store/tables/events.ts";
import type { ClientEvent } from "../store/tables/events.ts";
import { isUniqueViolation } from "../store/db/storage-error.ts";
import { formatId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { highestLevel } from "../model/highest-level.ts";
import type { Limit } from "../model/limits.ts";
import { exceededShare } from "../model/shares.ts";
import type { Shares } from "../model/shares.ts";
import type { Backlog } from "./backlog.ts";
import { resolveUrl } from "../model/fan-out.ts";
import { readBodyValue } from "../model/payload.ts";
import { createPlanner, knownKey } from "./plan.ts";
import type { AcceptedEvent, Group, IncomingEvent, KnownEvent, Plan, Planner, Ready } from "./plan.ts";
import { prepareSite } from "./prepare-site.ts";
import type { DueDelivery, Lease, NewDelivery } from "../model/delivery.ts";
import type { Lane } from "../model/event.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** Rows of one transaction, events and deliveries together. */
const MOST_ROWS = 500;
/** Bytes of events that wait to be committed. */
const WAITING_BYTES: Shares = { each: 64 * 1024 * 1024, all: 256 * 1024 * 1024 };

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
  readonly backlog: Pick<Backlog, "reserve" | "committed" | "aborted" | "beforePlan">;
  /** Throws a CallboardError (STORAGE) while nothing more can be taken. */
  readonly assertRoom: () => void;
}

export interface Acceptor {
  /**
   * Resolves once all of them are committed, in one transaction when they are up to 1,000.
   * @throws CallboardError EVENT_SCHEMA, EVENT_CONFLICT, OVERLOADED, STORAGE, SITE_NOT_FOUND; then none was accepted.
   */
  readonly accept: (events: readonly IncomingEvent[]) => Promise<readonly AcceptedEvent[]>;
  readonly limits: readonly Limit[];
}

interface WaitingGroup extends Group {
  readonly siteNo: number;
  readonly bytes: number;
  readonly resolve: (accepted: readonly AcceptedEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

export function createAcceptor({
  database,
  snapshots,
  handOff,
  now,
  backlog,
  assertRoom,
}: AcceptDependencies): Acceptor {
  const planner = createPlanner({
    snapshots,
    lease: handOff.lease,
    reserve: backlog.reserve,
    aborted,
    now,
  });
  const waiting: WaitingGroup[] = [];
  const waitingBytes = createWaitingBytes((siteNo) => snapshots.get(siteNo)?.site.key ?? String(siteNo));
  let running = false;

  function aborted(deliveries: readonly NewDelivery[]): void {
    handOff.aborted(deliveries);
    backlog.aborted(deliveries);
  }

  async function commit(groups: readonly WaitingGroup[]): Promise<void> {
    await backlog.beforePlan(groups.reduce((sum, { events }) => sum + events.length, 0));
    const plan = (await commitWhole(groups)) ?? (await commitInSteps(groups));
    backlog.committed(plan.deliveries);
    handOff.committed(plan.deliveries.filter(({ failed }) => failed === undefined));
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
      if (!isCommitted) aborted(plan.deliveries);
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
      aborted(planned);
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
      for (const { siteNo, bytes } of groups) waitingBytes.remove(siteNo, bytes);
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
      const siteNo = events[0]?.siteNo ?? 0;
      const snapshot = snapshots.get(siteNo);
      const preparing = snapshot === undefined ? undefined : prepareSite(snapshot);
      if (preparing !== undefined) await preparing;
      const ready = await makeReady(planner, events);
      const bytes = ready.reduce((sum, { body }) => sum + body.length, 0);
      waitingBytes.add(siteNo, bytes);
      return new Promise((resolve, reject) => {
        waiting.push({ events: ready, siteNo, bytes, resolve, reject });
        if (!running) void run();
      });
    },
    limits: waitingBytes.limits,
  };
}

/** Payloads of this size in all, and this number of events, are made ready without a turn for others. */
const READY_AT_ONCE_BYTES = 1024 * 1024;
const READY_AT_ONCE = 50;
/** A larger payload has turns for others in between. */
const LARGE_PAYLOAD_BYTES = 256 * 1024;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function makeReady(planner: Planner, events: readonly IncomingEvent[]): Promise<readonly Ready[]> {
  const ready: Ready[] = [];
  let sinceTurn = 0;
  for (const event of events) {
    if (event.payload.length > LARGE_PAYLOAD_BYTES) {
      ready.push(await planner.makeReadyInTurns(event, turn));
      continue;
    }
    sinceTurn += Math.max(event.payload.length, READY_AT_ONCE_BYTES / READY_AT_ONCE);
    if (sinceTurn > READY_AT_ONCE_BYTES) {
      await turn();
      sinceTurn = 0;
    }
    ready.push(planner.makeReady(event));
  }
  return ready;
}

/** The bytes of events that wait to be committed, by the site that sent them. */
export function createWaitingBytes(nameOf: (siteNo: number) => string) {
  const bySite = new Map<number, number>();
  let all = 0;
  const refusal = "503 `OVERLOADED` with Retry-After";
  const limits: readonly Limit[] = [
    {
      name: "Bytes waiting to be committed",
      default: WAITING_BYTES.each,
      max: WAITING_BYTES.each,
      unit: "bytes",
      per: "site",
      refusal,
      level: () => highestLevel([...bySite].map(([siteNo, bytes]) => [`site ${nameOf(siteNo)}`, bytes])),
    },
    {
      name: "Bytes waiting to be committed, all sites",
      default: WAITING_BYTES.all,
      max: WAITING_BYTES.all,
      unit: "bytes",
      per: "host",
      refusal: `${refusal}, for the sites above an equal share`,
      level: () => ({ highest: all }),
    },
  ];
  return {
    limits,
    /** @throws CallboardError OVERLOADED when the site is over its share */
    add: (siteNo: number, bytes: number): void => {
      const own = bySite.get(siteNo) ?? 0;
      const users = bySite.size + (own === 0 ? 1 : 0);
      const share = exceededShare({ own, all, users }, bytes, WAITING_BYTES);
      if (share !== undefined) {
        const name = JSON.stringify(nameOf(siteNo));
        throw new CallboardError(
          "OVERLOADED",
          share === "own"
            ? `Events of site ${name} with ${own} bytes are waiting to be written; its share is ${WAITING_BYTES.each} bytes`
            : `Events of all sites with ${all} bytes are waiting to be written, and site ${name} has more than its equal share of ${WAITING_BYTES.all} bytes`,
          { retryAfterSeconds: 1, extra: { share: share === "own" ? "site" : "server" } },
        );
      }
      bySite.set(siteNo, own + bytes);
      all += bytes;
    },
    remove: (siteNo: number, bytes: number): void => {
      const left = (bySite.get(siteNo) ?? 0) - bytes;
      if (left > 0) bySite.set(siteNo, left);
      else bySite.delete(siteNo);
      all -= bytes;
    },
  };
}

const hasRefusals = ({ answers }: Plan<Group>): boolean =>
  [...answers.values()].some((answer) => answer instanceof CallboardError);

const unleased = (deliveries: readonly DueDelivery[]): readonly DueDelivery[] =>
  deliveries.filter(({ lease, failed }) => lease === undefined && failed === undefined);

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
  const body = Buffer.from(event?.body ?? "");
  const payload = () => readBodyValue(body).value;
  const deliveries = (await listDeliveriesOf(tx, siteNo, eventId)).flatMap(
    ({ id, subscriptionNo, because }) => {
      const subscription = snapshot?.subscriptions.get(subscriptionNo);
      return subscription === undefined
        ? []
        : [
            {
              id: formatId("dlv", siteNo, id),
              receiver: subscription.receiver,
              url: resolveUrl(subscription, { payload }).url,
              ...(because === "backlog-full" ? { failed: "backlog-full" as const } : {}),
            },
          ];
    },
  );
  return {
    id: formatId("evt", siteNo, eventId),
    event: event?.name ?? "",
    duplicate: true,
    deliveries,
    notes: event?.notes ?? [],
  };
}
