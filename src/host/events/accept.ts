/**
 * Accepts events: what is answered as accepted is committed, with one delivery row per receiver, in one transaction (P1).
 *
 * Group commit without a timer: events that wait go into the next transaction, as soon as the last one has ended.
 */
import { realClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Catalogue } from "../../catalogue/index.ts";
import { newEventUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { Limit } from "../model/limits.ts";
import type { CheckBody } from "../model/body-check.ts";
import type { AcceptedEvent, IncomingEvent } from "../model/plan.ts";
import { judge } from "./accepted-before.ts";
import { createWaitingBytes } from "./admission.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { GroupCommitParts, PendingGroup } from "./group-commit.ts";
import { normalizeAll } from "./normalize.ts";
import { prepareSite } from "./prepare-site.ts";

/** Rows of one transaction, events and deliveries together. */
const MAX_ROWS = 500;

export interface AcceptDependencies extends Omit<GroupCommitParts, "newEventId" | "normalizing"> {
  readonly catalogue: Catalogue;
  readonly checkBody: CheckBody;
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

interface WaitingGroup extends PendingGroup {
  readonly bytes: number;
}

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
  /** Groups that wait, in the order in which they came: in one line, or one for each site where a transaction is of one site. */
  const lines = new Map<number, WaitingGroup[]>();
  const waitingBytes = createWaitingBytes((siteNo) => snapshots.get(siteNo)?.site.key ?? String(siteNo));
  let givenAt = Number.NEGATIVE_INFINITY;

  const normalizing = { catalogue, findSite: snapshots.get, wallTime: clock.now };
  const judging = { catalogue, checkBody, read: database.read };
  const commitOrReject = createGroupCommit({ database, snapshots, slots, now, newEventId, normalizing });

  /** Takes the groups that fit one transaction; a group is never split. */
  function nextGroups(waiting: WaitingGroup[]): readonly WaitingGroup[] {
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

  async function run(line: number, waiting: WaitingGroup[]): Promise<void> {
    while (waiting.length > 0) {
      const groups = nextGroups(waiting);
      await commitOrReject(groups);
      for (const { siteNo, bytes } of groups) waitingBytes.remove(siteNo, bytes);
    }
    lines.delete(line);
  }

  function enqueue(group: WaitingGroup): void {
    const line = database.dialect.isDistributed ? group.siteNo : 0;
    const waiting = lines.get(line);
    if (waiting !== undefined) {
      waiting.push(group);
      return;
    }
    const begun = [group];
    lines.set(line, begun);
    void run(line, begun);
  }

  return {
    accept: async (events) => {
      givenAt = performance.now();
      assertCapacity();
      const siteNo = events[0]?.siteNo ?? 0;
      if (!snapshots.isLoaded(siteNo)) await snapshots.load([siteNo]);
      const snapshot = snapshots.get(siteNo);
      const preparing = snapshot === undefined ? undefined : prepareSite(snapshot);
      if (preparing !== undefined) await preparing;
      const product = snapshots.get(siteNo)?.product;
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
        enqueue({ events: judged, siteNo, product, bytes, resolve, reject });
      });
    },
    quietMs: () => performance.now() - givenAt,
    limits: waitingBytes.limits,
  };
}
