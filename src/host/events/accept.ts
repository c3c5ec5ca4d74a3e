/**
 * Accepts events: what is answered as accepted is committed, with one delivery row per receiver, in one transaction (P1).
 *
 * Group commit without a timer: events that wait go into the next transaction, as soon as the last one has ended.
 */
import { realClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Catalogue, Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Batch } from "../store/db/batch.ts";
import type { Database } from "../store/db/database.ts";
import { deliveriesChange, dueNotice } from "../store/tables/deliveries.ts";
import { areNewEvents, eventsChange, limitIdWait } from "../store/tables/events.ts";
import { isLockTimeout, isUniqueViolation } from "../store/db/storage-error.ts";
import { newEventUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { Limit } from "../model/limits.ts";
import type { CheckBody } from "../model/body-check.ts";
import { plan } from "../model/plan.ts";
import type {
  AcceptedEvent,
  Group,
  IncomingEvent,
  KnownEvent,
  NormalizedEvent,
  Plan,
} from "../model/plan.ts";
import type { DueDelivery } from "../model/delivery.ts";
import { clientEvents, findAccepted, judge } from "./accepted-before.ts";
import { createWaitingBytes } from "./admission.ts";
import { normalizeAll } from "./normalize.ts";
import { prepareSite } from "./prepare-site.ts";
import { insertPlan, listUnleased, withFailures } from "./reserve.ts";
import type { Slots } from "./reserve.ts";

/** Rows of one transaction, events and deliveries together. */
const MAX_ROWS = 500;

export interface AcceptDependencies {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly slots: Slots;
  readonly checkBody: CheckBody;
  /** The database's time. */
  readonly now: () => number;
  /** The time that bodies have; the computer's when left out. */
  readonly clock?: Pick<Clock, "now">;
  readonly newEventId?: () => Uuid;
  /** @throws {CallboardError} STORAGE while no event can be accepted */
  readonly assertCapacity: () => void;
}

export interface Acceptor {
  /**
   * Resolves once all of them are committed, in one transaction when they are up to 1,000.
   *
   * @throws {CallboardError} EVENT_SCHEMA, EVENT_OFF_SCHEMA, EVENT_CONFLICT, OVERLOADED, STORAGE, SITE_NOT_FOUND; then none was accepted
   */
  readonly accept: (events: readonly IncomingEvent[]) => Promise<readonly AcceptedEvent[]>;
  /** Milliseconds since it was given events; Infinity before the first. */
  readonly quietMs: () => number;
  readonly limits: readonly Limit[];
}

interface WaitingGroup extends Group {
  readonly siteNo: number;
  /** The product that its bodies were made by. */
  readonly product: Product | undefined;
  readonly bytes: number;
  readonly resolve: (accepted: readonly AcceptedEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

type KnownEvents = ReadonlyMap<string, KnownEvent>;

export function createAcceptor({
  catalogue,
  database,
  snapshots,
  slots,
  checkBody,
  now,
  clock = realClock,
  newEventId = newEventUuid,
  assertCapacity,
}: AcceptDependencies): Acceptor {
  const waiting: WaitingGroup[] = [];
  const waitingBytes = createWaitingBytes((siteNo) => snapshots.get(siteNo)?.site.key ?? String(siteNo));
  let running = false;
  let givenAt = Number.NEGATIVE_INFINITY;

  const planGroups = (groups: readonly WaitingGroup[], known: KnownEvents): Plan<WaitingGroup> =>
    plan(groups, { findSite: snapshots.get, known, newEventId, now: now() });

  const normalizing = { catalogue, findSite: snapshots.get, wallTime: clock.now };
  const judging = { catalogue, checkBody, read: database.read };
  const findProduct = (siteNo: number): Product | undefined => snapshots.get(siteNo)?.product;

  /** Makes the bodies of a product that has changed since again. Rejects groups that it refuses now, and leaves them out. */
  async function keepUp(groups: readonly WaitingGroup[]): Promise<readonly WaitingGroup[]> {
    if (groups.every(({ siteNo, product }) => product === findProduct(siteNo))) return groups;
    const kept: WaitingGroup[] = [];
    for (const group of groups) {
      const product = findProduct(group.siteNo);
      try {
        const incoming = group.events.map((event) => event.incoming);
        const again = product === group.product ? group.events : await normalizeAll(incoming, normalizing);
        // Judged as the product was when they came: a check takes time that a transaction doesn't have.
        const events = again.map((event, index) => ({ ...event, ...pickJudgment(group.events[index]) }));
        kept.push({ ...group, product, events });
      } catch (error) {
        group.reject(error);
      }
    }
    return kept;
  }

  async function commit(given: readonly WaitingGroup[]): Promise<void> {
    const groups = await keepUp(given);
    await slots.beforePlan(groups.reduce((sum, { events }) => sum + events.length, 0));
    const answers = (await commitInOneStatement(groups)) ?? (await commitInSteps(groups));
    for (const [group, answer] of answers) {
      if (answer instanceof CallboardError) group.reject(answer);
      else group.resolve(answer);
    }
  }

  /**
   * Fast path: the cached registry is current, no event ID is known and nothing is refused. Resolves to undefined otherwise,
   * with nothing written.
   */
  async function commitInOneStatement(
    groups: readonly WaitingGroup[],
  ): Promise<Plan<WaitingGroup>["answers"] | undefined> {
    const planned = planGroups(groups, new Map());
    if (hasRefusals(planned)) return undefined;
    const reservation = slots.reserve(planned.deliveries);
    let isCommitted = false;
    try {
      isCommitted = await database.batch(toBatch(planned, reservation.deliveries));
    } finally {
      reservation.end(isCommitted);
    }
    return isCommitted ? withFailures(planned.answers, reservation.deliveries) : undefined;
  }

  function toBatch({ events }: Plan<WaitingGroup>, deliveries: readonly DueDelivery[]): Batch {
    const { dialect } = database;
    const ids = clientEvents(events);
    const unleased = listUnleased(deliveries);
    return {
      checks: [
        snapshots.areCurrent(new Set(events.map(({ siteNo }) => siteNo))),
        areNewEvents(dialect, ids),
        limitIdWait(dialect, ids),
        dueNotice(dialect, unleased),
      ],
      changes: [eventsChange(dialect, events), deliveriesChange(dialect, deliveries, now())],
    };
  }

  /** Brings the registry up to date, looks up the callers' IDs, and plans with that, all in one transaction. */
  function commitInSteps(given: readonly WaitingGroup[]): Promise<Plan<WaitingGroup>["answers"]> {
    return database.write(async (tx) => {
      await snapshots.refresh(tx);
      const groups = await keepUp(given);
      const planned = planGroups(groups, await findAccepted(tx, groups, snapshots.get));
      const limit = limitIdWait(tx.dialect, clientEvents(planned.events));
      if (limit !== undefined) await tx.query(`SELECT ${limit.sql}`);
      const deliveries = await insertPlan(tx, planned, slots, now());
      return withFailures(planned.answers, deliveries);
    });
  }

  /** Takes the groups that fit one transaction; a group is never split. */
  function nextGroups(): readonly WaitingGroup[] {
    const groups: WaitingGroup[] = [];
    let rows = 0;
    for (;;) {
      const [next] = waiting;
      if (next === undefined || (groups.length > 0 && rows + next.events.length > MAX_ROWS)) return groups;
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

  /**
   * A group that the database refuses, or that waits for a transaction with its ID, must not fail the others: each is then
   * committed alone.
   */
  async function commitOrReject(groups: readonly WaitingGroup[]): Promise<void> {
    try {
      await commitWithRetry(groups);
    } catch (error) {
      if (groups.length === 1 || (error instanceof CallboardError && !isLockTimeout(error))) {
        for (const group of groups) group.reject(error);
        return;
      }
      for (const group of groups) await commitOrReject([group]);
    }
  }

  /** Two processes may accept the same caller's ID at once; the later one then finds it. */
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
      givenAt = performance.now();
      assertCapacity();
      const siteNo = events[0]?.siteNo ?? 0;
      const snapshot = snapshots.get(siteNo);
      const preparing = snapshot === undefined ? undefined : prepareSite(snapshot);
      if (preparing !== undefined) await preparing;
      const product = findProduct(siteNo);
      const normalized = await normalizeAll(events, normalizing);
      const bytes = normalized.reduce((sum, { body }) => sum + body.length, 0);
      waitingBytes.add(siteNo, bytes);
      let judged = normalized;
      try {
        if (product?.schemaPolicy === "refuse") judged = await judge(normalized, product, judging);
      } catch (error) {
        waitingBytes.remove(siteNo, bytes);
        throw error;
      }
      return new Promise((resolve, reject) => {
        waiting.push({ events: judged, siteNo, product, bytes, resolve, reject });
        if (!running) void run();
      });
    },
    quietMs: () => performance.now() - givenAt,
    limits: waitingBytes.limits,
  };
}

const pickJudgment = (event: NormalizedEvent | undefined): Pick<NormalizedEvent, "judgment"> =>
  event?.judgment === undefined ? {} : { judgment: event.judgment };

const hasRefusals = ({ answers }: Plan<Group>): boolean =>
  [...answers.values()].some((answer) => answer instanceof CallboardError);
