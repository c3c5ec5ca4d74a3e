/**
 * How many deliveries wait for each endpoint, in memory: an endpoint with as many as it may have gets no more, and nobody
 * else notices. Test deliveries, those that were asked for again and those of replays do not count.
 *
 * Counted as it happens, and read from the database at the start and now and then: other processes, cancellations and
 * deleted subscriptions end deliveries as well.
 */
import type { Fields, Logger, SparseLog } from "../../logger.ts";
import { steadyNow } from "../../steady.ts";
import {
  DEFAULT_ENDPOINT_BACKLOG,
  MAX_UNSEEN,
  add,
  commit,
  emptyCount,
  end,
  isDoubtful,
  mustLookFirst,
  takeBack,
} from "../model/backlog.ts";
import type { BacklogCount } from "../model/backlog.ts";
import { highestLevel } from "../model/highest-level.ts";
import type { Limit } from "../model/limits.ts";
import { countWaiting, readWaitingLanes } from "../store/tables/deliveries.ts";
import type { Database } from "../store/db/database.ts";
import type { EndpointAt, NewDelivery } from "../model/delivery.ts";

const RECOUNT_AGAIN_MS = 1_000;

export interface BacklogDependencies {
  readonly database: Database;
  /** Waiting deliveries that an endpoint can have. */
  readonly most: number;
  readonly logger: Logger;
  readonly sparse: SparseLog;
  /** Returns the fields of a log line that name the endpoint. */
  readonly describeEndpoint: (endpoint: EndpointAt) => Fields;
}

export interface Backlog {
  readonly limit: Limit;
  /** Reads what waits. To be called before the first event is accepted. */
  readonly start: () => Promise<void>;
  /** Deliveries that wait for the endpoint, as far as this process knows. */
  readonly getWaiting: (endpointNo: number) => number;
  /** Counts one that will be committed. False, and not counted, when the endpoint has as many as it may have. */
  readonly reserve: (endpoint: EndpointAt) => boolean;
  readonly committed: (deliveries: readonly Counted[]) => void;
  readonly aborted: (deliveries: readonly Counted[]) => void;
  /** What became of deliveries: those that ended wait no longer. */
  readonly settled: (batch: readonly (Counted & { readonly state: string })[]) => void;
  /** Resolves when `rows` more events can be planned without exceeding what several processes may add unseen. */
  readonly beforePlan: (rows: number) => Promise<void>;
  /**
   * Deliveries ended in another way than by an attempt of this process. Endpoints with fewer waiting than `least` are far
   * from their limit, and can be left for later.
   */
  readonly recount: (least?: number) => void;
}

export type Counted = Pick<NewDelivery, "siteNo" | "endpointNo" | "test" | "failed" | "replayNo"> & {
  readonly redelivery?: number;
};

const counts = ({ test, failed, replayNo, redelivery = 0 }: Counted): boolean =>
  !test && failed === undefined && replayNo === undefined && redelivery === 0;

interface Known extends BacklogCount {
  readonly siteNo: number;
  /** Raised with everything that happens, so that a look at the database can tell whether it still holds. */
  changes: number;
  lookedAt: number;
}

export function createBacklog(parts: BacklogDependencies): Backlog {
  const { database, most, logger, sparse, describeEndpoint } = parts;
  const isShared = database.dialect.isShared;
  const known = new Map<number, Known>();
  /** Endpoints with so many unseen deliveries that a few more could exceed the limit. */
  const crowded = new Set<number>();
  const doubtful = new Set<number>();
  let recounting: Promise<void> | undefined;

  function of({ siteNo, endpointNo }: EndpointAt): Known {
    let count = known.get(endpointNo);
    if (count === undefined) {
      count = { ...emptyCount(), siteNo, changes: 0, lookedAt: -Infinity };
      known.set(endpointNo, count);
    }
    return count;
  }

  function forgetIfEmpty(endpointNo: number, { waiting, uncommitted, unseen }: BacklogCount): void {
    if (waiting + uncommitted + unseen === 0) known.delete(endpointNo);
  }

  function doubt(endpointNo: number, { lookedAt }: Known): void {
    if (steadyNow() - lookedAt < RECOUNT_AGAIN_MS) return;
    doubtful.add(endpointNo);
    recounting ??= recountDoubtful();
  }

  /** Endpoints are counted one after the other, because no request waits for it. */
  async function recountDoubtful(): Promise<void> {
    try {
      for (const endpointNo of doubtful) {
        doubtful.delete(endpointNo);
        await look([endpointNo]);
      }
    } catch (error) {
      logger.warn("backlog.recount-failed", { error });
    } finally {
      recounting = undefined;
    }
  }

  async function look(endpointNos: readonly number[]): Promise<void> {
    const asked = endpointNos.flatMap((endpointNo) => {
      const count = known.get(endpointNo);
      if (count === undefined) return [];
      count.lookedAt = steadyNow();
      return [{ endpointNo, count, before: { ...count } }];
    });
    const found = await countWaiting(
      database.read,
      asked.map(({ endpointNo, count: { siteNo } }) => ({ siteNo, endpointNo })),
      most + 1,
    );
    for (const { endpointNo, count, before } of asked) {
      const waiting = found.get(endpointNo) ?? 0;
      if (isShared) {
        const unseen = Math.max(count.uncommitted, count.waiting - before.waiting);
        // What was on its way into the database when it was read may or may not be in the number.
        const fewest = waiting + unseen;
        const likely = Math.min(Math.max(count.waiting, fewest), fewest + before.uncommitted);
        Object.assign(count, { waiting: likely, unseen });
        crowded.delete(endpointNo);
      } else if (before.uncommitted === 0 && count.changes === before.changes) {
        // Otherwise, what happened meanwhile may or may not be in the number.
        count.waiting = waiting;
      }
      forgetIfEmpty(endpointNo, count);
    }
  }

  function logRefusal(endpoint: EndpointAt): void {
    sparse.write(String(endpoint.endpointNo), "warn", "backlog.full", {
      ...describeEndpoint(endpoint),
      waiting: most,
      setting: "CALLBOARD_ENDPOINT_BACKLOG",
      hint: "Further deliveries to this endpoint are recorded as failed (backlog-full) until some of these end",
    });
  }

  return {
    limit: {
      name: "Waiting deliveries",
      setting: "CALLBOARD_ENDPOINT_BACKLOG",
      default: DEFAULT_ENDPOINT_BACKLOG,
      max: most,
      unit: "deliveries",
      per: "endpoint",
      refusal: "202; the delivery fails as `backlog-full`",
      level: () =>
        highestLevel([...known].map(([endpointNo, { waiting }]) => [`endpoint ${endpointNo}`, waiting])),
    },
    start: async () => {
      const { next } = await readWaitingLanes(database.read);
      for (const place of next) of(place);
      await look([...known.keys()]);
    },
    getWaiting: (endpointNo) => known.get(endpointNo)?.waiting ?? 0,
    reserve: (endpoint) => {
      const count = of(endpoint);
      const isReserved = add(count, most);
      if (!isReserved) logRefusal(endpoint);
      else count.changes += 1;
      if (isShared && count.unseen > MAX_UNSEEN / 2) crowded.add(endpoint.endpointNo);
      if (isDoubtful(count, most)) doubt(endpoint.endpointNo, count);
      return isReserved;
    },
    committed: (deliveries) => {
      for (const delivery of deliveries) {
        if (!counts(delivery)) continue;
        const count = of(delivery);
        commit(count);
        count.changes += 1;
      }
    },
    aborted: (deliveries) => {
      for (const delivery of deliveries) {
        if (!counts(delivery)) continue;
        const count = of(delivery);
        takeBack(count);
        count.changes += 1;
      }
    },
    settled: (batch) => {
      for (const delivery of batch) {
        const count = known.get(delivery.endpointNo);
        const hasEnded = delivery.state === "delivered" || delivery.state === "failed";
        if (count === undefined || !hasEnded || !counts(delivery)) continue;
        end(count);
        count.changes += 1;
        forgetIfEmpty(delivery.endpointNo, count);
      }
    },
    beforePlan: async (rows) => {
      if (!isShared) return;
      const some = rows > MAX_UNSEEN / 2 ? known.keys() : crowded;
      const unsure = [...some].filter((endpointNo) => {
        const count = known.get(endpointNo);
        return count !== undefined && mustLookFirst(count, rows);
      });
      if (unsure.length > 0) await look(unsure);
    },
    recount: (least = 1) => {
      for (const [endpointNo, { waiting }] of known) if (waiting >= least) doubtful.add(endpointNo);
      if (doubtful.size > 0) recounting ??= recountDoubtful();
    },
  };
}
