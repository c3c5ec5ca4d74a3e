/**
 * Commits groups of accepted events: a plan for all of them, and its events and deliveries in one transaction (P1). A group is
 * committed whole or not at all.
 */
import type { Product } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Batch } from "../store/db/batch.ts";
import type { Database } from "../store/db/database.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { deliveriesChange, dueNotice } from "../store/tables/deliveries.ts";
import { areNewEvents, eventsChange, limitIdWait } from "../store/tables/events.ts";
import { isLockTimeout, isUniqueViolation } from "../store/db/storage-error.ts";
import { plan } from "../model/plan.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { AcceptedEvent, Group, KnownEvent, NormalizedEvent, Plan } from "../model/plan.ts";
import type { DueDelivery } from "../model/delivery.ts";
import type { Uuid } from "../model/ids.ts";
import { clientEvents, findAccepted } from "./accepted-before.ts";
import { normalizeAll } from "./normalize.ts";
import type { NormalizeContext } from "./normalize.ts";
import { placeAhead, placeInOrder } from "./place.ts";
import type { PlacedAhead } from "./place.ts";
import { freesOthers, insertPlan, listUnleased, withFailures } from "./reserve.ts";
import type { Slots } from "./reserve.ts";

/** Events that came together. */
export interface PendingGroup extends Group {
  readonly siteNo: number;
  /** The product that its bodies were made by. */
  readonly product: Product | undefined;
  readonly resolve: (accepted: readonly AcceptedEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

type KnownEvents = ReadonlyMap<string, KnownEvent>;

/** A plan as if no event's ID were known, and the registry that it was made with. */
interface FirstPlan {
  readonly groups: readonly PendingGroup[];
  readonly planned: Plan<PendingGroup>;
  readonly sites: ReadonlyMap<number, SiteSnapshot | undefined>;
}

export interface GroupCommitParts {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly slots: Slots;
  /** The database's time. */
  readonly now: () => number;
  readonly newEventId: () => Uuid;
  readonly normalizing: NormalizeContext;
}

/** Returns a function that commits groups, and resolves or rejects each of them. It never rejects itself. */
export function createGroupCommit(
  parts: GroupCommitParts,
): (groups: readonly PendingGroup[]) => Promise<void> {
  const { database, snapshots, slots, now, newEventId, normalizing } = parts;
  const planGroups = (groups: readonly PendingGroup[], known: KnownEvents): Plan<PendingGroup> =>
    plan(groups, { findSite: snapshots.get, known, newEventId, now: now() });
  const listSites = (groups: readonly PendingGroup[]): FirstPlan["sites"] =>
    new Map(groups.map(({ siteNo }) => [siteNo, snapshots.get(siteNo)]));

  /** Makes the bodies of a product that has changed since again. Rejects groups that it refuses now, and leaves them out. */
  async function keepUp(groups: readonly PendingGroup[]): Promise<readonly PendingGroup[]> {
    if (groups.every(({ siteNo, product }) => product === snapshots.get(siteNo)?.product)) return groups;
    const kept: PendingGroup[] = [];
    for (const group of groups) {
      const product = snapshots.get(group.siteNo)?.product;
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

  async function commit(given: readonly PendingGroup[]): Promise<void> {
    const groups = await keepUp(given);
    await slots.beforePlan(groups.reduce((sum, { events }) => sum + events.length, 0));
    const first = { groups, planned: planGroups(groups, new Map()), sites: listSites(groups) };
    const answers = (await commitInOneStatement(first)) ?? (await commitInSteps(first));
    for (const [group, answer] of answers) {
      if (answer instanceof CallboardError) group.reject(answer);
      else group.resolve(answer);
    }
  }

  /**
   * Fast path: the cached registry is current, no event ID is known, nothing is refused, and keys need no steps. Resolves to undefined
   * otherwise, with nothing written.
   */
  async function commitInOneStatement({
    planned,
    sites,
  }: FirstPlan): Promise<Plan<PendingGroup>["answers"] | undefined> {
    if (hasRefusals(planned)) return undefined;
    const placed = await placeAhead(database.read, planned.deliveries, now());
    if (placed === undefined) return undefined;
    const reservation = slots.reserve(planned.deliveries);
    let isCommitted = false;
    try {
      if (reservation.deliveries.some(freesOthers)) return undefined;
      isCommitted = await database.batch(toBatch({ planned, sites }, reservation.deliveries, placed));
    } finally {
      reservation.end(isCommitted);
    }
    return isCommitted ? withFailures(planned.answers, reservation.deliveries) : undefined;
  }

  function toBatch(
    { planned: { events }, sites }: Pick<FirstPlan, "planned" | "sites">,
    deliveries: readonly DueDelivery[],
    placed: PlacedAhead,
  ): Batch {
    const { dialect } = database;
    const ids = clientEvents(events);
    const unleased = listUnleased(deliveries);
    return {
      checks: [
        snapshots.areCurrent(sites),
        areNewEvents(dialect, ids),
        limitIdWait(dialect, ids),
        dueNotice(dialect, unleased),
        ...placed.checks,
      ],
      changes: [
        ...placed.changes,
        eventsChange(dialect, events),
        deliveriesChange(dialect, deliveries, now()),
      ],
    };
  }

  /**
   * Brings the registry up to date, looks up the callers' IDs, and plans again if either is not as it was in the first plan, all in
   * one transaction.
   */
  function commitInSteps(first: FirstPlan): Promise<Plan<PendingGroup>["answers"]> {
    return database.write(async (tx) => {
      await snapshots.refresh(tx);
      const groups = await keepUp(first.groups);
      const known = await findAccepted(tx, groups, snapshots.get);
      const isCurrent = [...first.sites].every(([siteNo, site]) => site === snapshots.get(siteNo));
      const planned = isCurrent && known.size === 0 ? first.planned : planGroups(groups, known);
      const limit = limitIdWait(tx.dialect, clientEvents(planned.events));
      if (limit !== undefined) await tx.query(`SELECT ${limit.sql}`, limit.bind);
      await placeInOrder(tx, planned.deliveries, now());
      const deliveries = await insertPlan(tx, planned, slots, now());
      return withFailures(planned.answers, deliveries);
    });
  }

  /**
   * A group that the database refuses, or that waits for a transaction with its ID, must not fail the others: each is then
   * committed alone.
   */
  async function commitOrReject(groups: readonly PendingGroup[]): Promise<void> {
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
  async function commitWithRetry(groups: readonly PendingGroup[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await commit(groups);
        return;
      } catch (error) {
        if (!isUniqueViolation(error) || tries === 3) throw error;
      }
    }
  }

  return commitOrReject;
}

const pickJudgment = (event: NormalizedEvent | undefined): Pick<NormalizedEvent, "judgment"> =>
  event?.judgment === undefined ? {} : { judgment: event.judgment };

const hasRefusals = ({ answers }: Plan<Group>): boolean =>
  [...answers.values()].some((answer) => answer instanceof CallboardError);
