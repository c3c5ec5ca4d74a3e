/**
 * Accepts events: what is answered as accepted is committed, with one delivery row per receiver, in one transaction (P1).
 *
 * Group commit without a timer: events that wait go into the next transaction, as soon as the last one has ended.
 */
import type { Catalogue, Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Batch } from "../store/db/batch.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { deliveriesChange, dueNotice } from "../store/tables/deliveries.ts";
import {
  areNewEvents,
  eventsChange,
  findClientEvents,
  findEvent,
  listEventDeliveries,
} from "../store/tables/events.ts";
import type { ClientEvent } from "../store/tables/events.ts";
import { isUniqueViolation } from "../store/db/storage-error.ts";
import { formatId, newEventUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { Limit } from "../model/limits.ts";
import { resolveUrl } from "../model/fan-out.ts";
import { readBodyValue } from "../model/payload.ts";
import { isRefused, refuseOffSchema } from "../model/body-check.ts";
import type { CheckBody } from "../model/body-check.ts";
import { formatKnownKey, plan } from "../model/plan.ts";
import type {
  AcceptedEvent,
  Group,
  IncomingEvent,
  KnownEvent,
  NormalizedEvent,
  Plan,
} from "../model/plan.ts";
import type { DueDelivery } from "../model/delivery.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import { createWaitingBytes } from "./admission.ts";
import { normalizeAll } from "./normalize.ts";
import { withJudgments } from "./policy.ts";
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
  /** Epoch ms, which bodies have as their time. */
  readonly wallTime?: () => number;
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

export function createAcceptor({
  catalogue,
  database,
  snapshots,
  slots,
  checkBody,
  now,
  wallTime = Date.now,
  newEventId = newEventUuid,
  assertCapacity,
}: AcceptDependencies): Acceptor {
  const waiting: WaitingGroup[] = [];
  const waitingBytes = createWaitingBytes((siteNo) => snapshots.get(siteNo)?.site.key ?? String(siteNo));
  let running = false;
  let givenAt = Number.NEGATIVE_INFINITY;

  const planGroups = (
    groups: readonly WaitingGroup[],
    known: ReadonlyMap<string, KnownEvent>,
  ): Plan<WaitingGroup> => plan(groups, { findSite: snapshots.get, known, newEventId, now: now() });

  const normalizing = { catalogue, findSite: snapshots.get, wallTime };
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
    return {
      checks: [
        snapshots.areCurrent(new Set(events.map(({ siteNo }) => siteNo))),
        areNewEvents(dialect, clientEvents(events)),
        dueNotice(dialect, listUnleased(deliveries)),
      ],
      changes: [eventsChange(dialect, events), deliveriesChange(dialect, deliveries, now())],
    };
  }

  /** Brings the registry up to date, looks up the callers' IDs, and plans with that, all in one transaction. */
  function commitInSteps(given: readonly WaitingGroup[]): Promise<Plan<WaitingGroup>["answers"]> {
    return database.write(async (tx) => {
      await snapshots.refresh(tx);
      const groups = await keepUp(given);
      const planned = planGroups(groups, await findAccepted(tx, groups));
      const deliveries = await insertPlan(tx, planned, slots, now());
      return withFailures(planned.answers, deliveries);
    });
  }

  async function findAccepted(
    tx: Queryable,
    groups: readonly Group[],
  ): Promise<ReadonlyMap<string, KnownEvent>> {
    const asked = groups.flatMap(({ events }) =>
      clientEvents(events.map(({ incoming: { siteNo, id } }) => ({ siteNo, clientId: id }))),
    );
    const known = new Map<string, KnownEvent>();
    for (const { siteNo, clientId, id, digest } of await findClientEvents(tx, asked)) {
      known.set(formatKnownKey(siteNo, clientId), {
        digest,
        accepted: await loadAccepted(tx, snapshots.get(siteNo), siteNo, id),
      });
    }
    return known;
  }

  /**
   * Checks events under the policy `refuse`, before they wait with those of others. An ID that was accepted once keeps its first
   * answer: only the transaction knows it for sure.
   *
   * @throws {CallboardError} EVENT_OFF_SCHEMA
   */
  async function judge(
    events: readonly NormalizedEvent[],
    product: Product,
  ): Promise<readonly NormalizedEvent[]> {
    const judged = await withJudgments(events, product, { catalogue, checkBody });
    await refuseUnknown(judged);
    return judged;
  }

  async function refuseUnknown(events: readonly NormalizedEvent[]): Promise<void> {
    const refused = events.filter(isRefused);
    if (refused.length === 0) return;
    const named = clientEvents(refused.map(({ incoming: { siteNo, id } }) => ({ siteNo, clientId: id })));
    const found = named.length < refused.length ? [] : await findClientEvents(database.read, named);
    const known = new Set(found.map(({ clientId }) => clientId));
    const unknown = refused.filter(({ incoming: { id } }) => id === undefined || !known.has(id));
    if (unknown.length > 0) throw refuseOffSchema(unknown);
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

  /** A group that the database refuses must not fail the others: each is then committed alone. */
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
        if (product?.schemaPolicy === "refuse") judged = await judge(normalized, product);
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

const clientEvents = (
  events: readonly { readonly siteNo: number; readonly clientId: string | undefined }[],
): readonly ClientEvent[] =>
  events.flatMap(({ siteNo, clientId }) => (clientId === undefined ? [] : [{ siteNo, clientId }]));

/** Returns the first answer to the event, without receivers that no longer exist. */
async function loadAccepted(
  tx: Queryable,
  snapshot: SiteSnapshot | undefined,
  siteNo: number,
  eventId: Uuid,
): Promise<AcceptedEvent> {
  const event = await findEvent(tx, siteNo, eventId);
  const body = Buffer.from(event?.body ?? "");
  const payload = () => readBodyValue(body).value;
  const deliveries = (await listEventDeliveries(tx, siteNo, eventId)).flatMap(
    ({ id, subscriptionNo, because }) => {
      const subscription = snapshot?.subscriptions.get(subscriptionNo);
      return snapshot === undefined || subscription === undefined
        ? []
        : [
            {
              id: formatId("dlv", siteNo, id),
              receiver: subscription.receiver,
              url: resolveUrl(subscription, { product: snapshot.product, payload }).url,
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
