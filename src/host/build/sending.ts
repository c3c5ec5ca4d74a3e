/** What sends deliveries: the engine with its backlog, and the two ways to a receiver. Gives the context of all other rooms. */
import type { Closers } from "../../closers.ts";
import type { HostContext } from "../context.ts";
import { createAccessTokens } from "../delivery/access-tokens.ts";
import { createAuthenticatedPost } from "../delivery/authenticated-post.ts";
import { createEngine } from "../delivery/engine.ts";
import type { Engine } from "../delivery/engine.ts";
import { createResponseBudget } from "../delivery/response-budget.ts";
import { createTokenServer } from "../delivery/token-server.ts";
import type { Transport } from "../delivery/transport.ts";
import { createAnnouncer } from "../events/announce.ts";
import { createBacklog } from "../events/backlog.ts";
import { createSlots } from "../events/reserve.ts";
import { createExchange } from "../listen/exchange.ts";
import type { Exchange } from "../listen/exchange.ts";
import { createRetryScheduleFinder } from "../model/find-retry-schedule.ts";
import type { Listener } from "../model/listener.ts";
import { describeEndpointAt } from "../model/receiver.ts";
import { createDeliveryLines } from "../observe/delivery-lines.ts";
import { createObserver } from "../observe/observer.ts";
import { createEndpointRecords } from "../registry/endpoint-records.ts";
import type { Base } from "./base.ts";
import type { Doorway } from "./doorway.ts";
import type { Network } from "./network.ts";
import type { Signals } from "./signals.ts";

interface SendingParts {
  readonly base: Base;
  readonly network: Network;
  readonly doorway: Doorway;
  readonly signals: Signals;
}

export type Sending = Awaited<ReturnType<typeof buildSending>>;

export async function buildSending({ base, network, doorway, signals }: SendingParts, closers: Closers) {
  const { config, clock, logger, database, seal, now } = base;
  const { snapshots } = signals;
  const { sparse } = doorway;
  const { egress } = network;
  const { requestTimeoutMs } = config;
  const responseBudget = createResponseBudget({
    ...base,
    findReceiver: (siteNo, endpointNo) => snapshots.get(siteNo)?.endpoints.get(endpointNo)?.receiver,
    findSiteKey: (siteNo) => snapshots.get(siteNo)?.site.key,
  });
  await responseBudget.start();
  closers.add(() => responseBudget.stop());
  const backlog = createBacklog({
    database,
    most: config.endpointBacklog,
    logger,
    sparse,
    describeEndpoint: (endpoint) => describeEndpointAt(snapshots.get(endpoint.siteNo), endpoint),
  });
  const context: HostContext & Base = {
    ...base,
    snapshots,
    // The engine announces what it does, and is handed what is announced.
    announcer: createAnnouncer({ ...base, snapshots, slots: () => slots }),
    changed: async (siteNo) => {
      await snapshots.refresh(database.read, siteNo);
      backlog.recount(config.endpointBacklog / 10);
      engine.wake();
    },
  };
  const records = createEndpointRecords(context);
  const exchange = createWakingExchange(context, () => engine);
  const fetchToken = createTokenServer({ egress, now });
  const posting = { post: egress.post, requestTimeoutMs, now, startedAt: clock.now };
  const tokens = createAccessTokens({ database, seal, fetchToken, logger });
  const attempts = { ...base, egress, requestTimeoutMs, fitAttempt: responseBudget.fit };
  const engine = createEngine({
    ...attempts,
    transport: createTransport(config.role, exchange, createAuthenticatedPost({ ...posting, tokens })),
    snapshots,
    findRetrySchedule: createRetryScheduleFinder(config),
    concurrency: config.endpointConcurrency,
    mostInFlight: network.mostInFlight,
    random: Math.random,
    observer: createEngineObserver(base, doorway, signals),
    tell: records,
    onTurned: (turned) => {
      records.log(turned);
      backlog.recount();
    },
  });
  engine.onSettled(backlog.settled);
  const slots = createSlots(engine, backlog);
  const drop: Engine["drop"] = (deliveries) => {
    engine.drop(deliveries);
    backlog.recount();
  };
  return {
    context,
    responseBudget,
    backlog,
    records,
    exchange,
    fetchToken,
    posting,
    attempts,
    engine,
    slots,
    drop,
  };
}

/** Listeners that come and go wake the engine, which is made after it. */
function createWakingExchange(
  { config, clock, snapshots }: Pick<HostContext, "config" | "clock" | "snapshots">,
  engine: () => Engine,
): Exchange {
  const listTaken = ({ id, siteNo }: Pick<Listener, "id" | "siteNo">) =>
    [...(snapshots.get(siteNo)?.endpoints.values() ?? [])].filter(({ listenerId }) => listenerId === id);
  return createExchange({
    requestTimeoutMs: config.requestTimeoutMs,
    now: clock.now,
    onReady: (listener) => {
      const taken = listTaken(listener).flatMap(({ siteNo, no }) =>
        ([0, 1] as const).map((lane) => ({ siteNo, endpointNo: no, lane })),
      );
      // This process may not know yet what the listener takes.
      engine().wake(taken.length === 0 ? undefined : taken);
    },
    onDetached: (listener) => engine().release(listTaken(listener).map(({ no }) => no)),
  });
}

/** A delivery goes to its URL, or to the listener that has its receiver's place. */
function createTransport(
  role: Base["config"]["role"],
  exchange: Exchange,
  sendSigned: ReturnType<typeof createAuthenticatedPost>,
): Transport {
  return {
    serves: (listenerId) => (listenerId === undefined ? role !== "api" : exchange.canTake(listenerId)),
    send: (listenerId, delivery, signed) =>
      listenerId === undefined ? sendSigned(signed) : exchange.handOver(listenerId, delivery, signed.request),
  };
}

function createEngineObserver(
  { config, logger, now }: Base,
  { sparse }: Doorway,
  { snapshots, figures, tracing, lookups }: Signals,
) {
  const tellsAttempts = config.logLevel === "debug";
  return createObserver({
    figures,
    lines: createDeliveryLines({ snapshots, logger, sparse, tellsAttempts, now }),
    tracing,
    snapshots,
    onLookup: lookups.met,
    now,
  });
}
