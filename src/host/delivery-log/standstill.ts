/** Why nothing is being sent right now: gathers what the rule needs to know. */
import type { HostContext } from "../context.ts";
import type { Hold, HostFacts, Standstill, WaitingEndpoint } from "../model/standstill.ts";
import { findStandstill } from "../model/standstill.ts";
import { isAway } from "../model/listener.ts";
import { listListeners } from "../store/tables/listeners.ts";
import type { Queryable } from "../store/db/database.ts";
import { listQueues } from "../store/tables/endpoint-queues.ts";
import type { StandingEndpoint } from "./standing-endpoints.ts";

export interface StandstillContext extends Pick<HostContext, "config" | "database" | "now"> {
  /** Reports whether this process uses all slots of an endpoint. */
  readonly engine: { readonly isFull: (endpointNo: number) => boolean };
  readonly hostFacts: () => Promise<HostFacts>;
}

/** Why nothing is being sent to these endpoints; undefined when something is, or will be in a moment. */
export async function standstillAmong(
  { config, database, engine, hostFacts, now }: StandstillContext,
  standing: readonly StandingEndpoint[],
): Promise<Standstill | undefined> {
  const limits = { isFull: engine.isFull, slots: config.endpointConcurrency.primary };
  const away = await listAway(database.read, standing, now());
  const waiting = await waitingEndpoints(await database.lists(), standing, { ...limits, away });
  return findStandstill(await hostFacts(), waiting, now());
}

/** The listeners that nothing was heard of for a while, by their IDs. */
async function listAway(
  q: Queryable,
  standing: readonly StandingEndpoint[],
  now: number,
): Promise<ReadonlySet<string>> {
  if (standing.every(({ listenerId }) => listenerId === undefined)) return new Set();
  const listeners = await listListeners(q);
  return new Set(listeners.filter((listener) => isAway(listener, now)).map(({ id }) => id));
}

/** Endpoints that are looked at for free slots; beyond them, some has one. */
const MAX_LOOKED_AT = 20;

/** The endpoints that something waits for, with what holds it back. `isFull` knows what this process sends. */
async function waitingEndpoints(
  q: Queryable,
  standing: readonly StandingEndpoint[],
  limits: {
    readonly isFull: (endpointNo: number) => boolean;
    readonly slots: number;
    readonly away: ReadonlySet<string>;
  },
): Promise<readonly WaitingEndpoint[]> {
  const found = standing.flatMap((endpoint) =>
    endpoint.dueAt === undefined ? [] : [{ ...endpoint, due: endpoint.dueAt }],
  );
  const free = found.filter((endpoint) => toHold(endpoint, limits.away) === undefined);
  const places = free.slice(0, MAX_LOOKED_AT).map(({ siteNo, no }) => ({ siteNo, endpointNo: no }));
  const queues = await listQueues(q, places, limits.slots);
  return found.map((endpoint) => {
    const hold = toHold(endpoint, limits.away);
    return {
      hold,
      dueAt: endpoint.due,
      until: hold === "paused" ? endpoint.probeAt : hold === "circuit-open" ? endpoint.openUntil : undefined,
      isFull: limits.isFull(endpoint.no) || (queues.get(endpoint.no)?.leased ?? 0) >= limits.slots,
    };
  });
}

function toHold(
  { receiverState, state, listenerId = "" }: StandingEndpoint,
  away: ReadonlySet<string>,
): Hold | undefined {
  if (receiverState !== "active") return receiverState;
  if (away.has(listenerId)) return "listener-away";
  return state === "paused" || state === "circuit-open" ? state : undefined;
}
