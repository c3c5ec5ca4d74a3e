/**
 * Keeps the rates of endpoints. A process asks for a window of time when it has deliveries to send in it; on a database that others
 * share the window is taken from a row of the endpoint, so that all of them keep the rate together.
 */
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { EndpointState } from "../model/lanes.ts";
import {
  addGiven,
  countToReserve,
  findNextTime,
  giveWindow,
  isHeldLong,
  toAskedWindow,
} from "../model/rate.ts";
import type { AskedWindow, GivenWindow, RateState } from "../model/rate.ts";
import type { Database } from "../store/db/database.ts";
import { reserveWindow } from "../store/tables/rates.ts";

const PAUSE_AFTER_FAILURE_MS = 1_000;

export interface PacingParts {
  readonly database: Pick<Database, "dialect" | "autocommit">;
  /** The database's time. */
  readonly now: () => number;
  readonly clock: Pick<Clock, "schedule" | "maxTimerMs">;
  readonly logger: Logger;
  /** Counts the endpoint's deliveries in memory. */
  readonly countQueued: (endpoint: EndpointState) => number;
  /** The endpoint may have something to start now. */
  readonly onReady: (endpoint: EndpointState) => void;
  /** What is in memory for the endpoint waits so long for its rate that another process may have it. */
  readonly onHeldLong: (endpoint: EndpointState) => void;
}

export interface Pacing {
  /** Makes sure that the endpoint is looked at again when its rate allows the next attempt. */
  readonly wait: (endpoint: EndpointState) => void;
  readonly isAsking: () => boolean;
  readonly stop: () => void;
}

type Reserve = (endpoint: EndpointState, asked: AskedWindow) => Promise<GivenWindow>;

/** Of a process that has the database to itself. What it gave out is forgotten when it ends. */
function createLocalReserve(now: () => number): Reserve {
  const ends = new Map<number, number>();
  return ({ no }, asked) => {
    const { given, nextAt } = giveWindow(ends.get(no), asked, now());
    ends.set(no, nextAt);
    return Promise.resolve(given);
  };
}

export function createPacing(parts: PacingParts): Pacing {
  const { database, now, clock, logger, countQueued, onReady, onHeldLong } = parts;
  const reserve: Reserve = database.dialect.isShared
    ? ({ siteNo, no }, asked) => reserveWindow(database.autocommit, { siteNo, endpointNo: no }, asked)
    : createLocalReserve(now);
  let asking = 0;
  let isStopped = false;

  function setAlarm(endpoint: EndpointState, state: RateState, at: number): void {
    if (isStopped || at >= state.alarmAt) return;
    state.alarmAt = at;
    const ms = Math.min(Math.max(1, Math.ceil(at - now())), clock.maxTimerMs);
    clock
      .schedule(ms, () => {
        // An earlier one was set meanwhile, or the rate is another one.
        if (state.alarmAt !== at || endpoint.rate !== state) return;
        state.alarmAt = Infinity;
        if (!isStopped) onReady(endpoint);
      })
      .unref();
  }

  async function ask(endpoint: EndpointState, state: RateState, count: number): Promise<void> {
    state.isAsking = true;
    asking += 1;
    try {
      addGiven(state, await reserve(endpoint, toAskedWindow(state, count)), count);
    } catch (error) {
      logger.warn("delivery.rate-failed", { endpointId: endpoint.no, error });
      state.isAsking = false;
      state.fullUntil = now() + PAUSE_AFTER_FAILURE_MS;
    } finally {
      asking -= 1;
    }
    if (isStopped || endpoint.rate !== state) return;
    if (isHeldLong(state, now())) {
      onHeldLong(endpoint);
      // Nothing is in memory then that would wait.
      setAlarm(endpoint, state, state.fullUntil);
    }
    onReady(endpoint);
  }

  return {
    wait: (endpoint) => {
      const { rate } = endpoint;
      if (rate === undefined || isStopped) return;
      const at = now();
      const count = countToReserve(rate, countQueued(endpoint), at);
      if (count > 0) void ask(endpoint, rate, count);
      const next = findNextTime(rate, at);
      if (next !== undefined) setAlarm(endpoint, rate, next);
    },
    isAsking: () => asking > 0,
    stop: () => {
      isStopped = true;
    },
  };
}
