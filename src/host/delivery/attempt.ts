/** One attempt: prepare → POST → judge. What it comes to goes to the settler, as a value. */
import type { Outcome } from "../../egress/index.ts";
import { isBeforeReceiver, isProxyOutage } from "../../egress/outcome.ts";
import type { Logger } from "../../logger.ts";
import { toAttemptRecord, withTimeout } from "../model/attempt-record.ts";
import type { Sent, SignedRequest } from "../model/attempt-record.ts";
import { afterAttempt } from "../model/breaker.ts";
import { listMembers } from "../model/batch.ts";
import type { DueDelivery } from "../model/delivery.ts";
import type { BreakerState } from "../model/endpoint.ts";
import { turnAfter } from "../model/endpoint-life.ts";
import type { Turn } from "../model/endpoint-life.ts";
import { formatId } from "../model/ids.ts";
import { averageAfter, windowAfter } from "../model/lanes.ts";
import type { LaneState } from "../model/lanes.ts";
import { prepare } from "../model/prepare.ts";
import type { Prepared } from "../model/prepare.ts";
import { findWord } from "../model/receiver-word.ts";
import { NO_RETRIES } from "../model/retry-schedules.ts";
import type { FindRetrySchedule } from "../model/find-retry-schedule.ts";
import { isExpired } from "../model/terms.ts";
import { goneBy, judge } from "../model/verdict.ts";
import type { Verdict } from "../model/verdict.ts";
import type { DeliveryWord } from "../../protocol/headers.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { AttemptTrace, DeliveryObserver } from "./observer.ts";
import type { FitAttempt } from "./response-budget.ts";
import type { Schedule } from "./schedule.ts";
import type { ToSettle } from "./settler.ts";
import type { Transport } from "./transport.ts";

/** A failure of this machine (no socket, shutting down) is not charged to the receiver: the delivery waits for this time. */
const LOCAL_PAUSE_MS = 1_000;

export interface AttemptDependencies {
  readonly snapshots: Pick<Snapshots, "get">;
  readonly transport: Pick<Transport, "send">;
  readonly findRetrySchedule: FindRetrySchedule;
  readonly fitAttempt: FitAttempt;
  /** The database's time. */
  readonly now: () => number;
  /** The time that receivers judge signatures by. */
  readonly signingTime: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: DeliveryObserver;
  readonly schedule: Schedule;
  readonly settle: (settled: ToSettle) => void;
  readonly onBreakerChanged: (lane: LaneState, before: BreakerState) => void;
  /** The lane and its endpoint may have something else to start. */
  readonly onEnded: (lane: LaneState) => void;
}

/** Starts an attempt of a delivery that left the queue of its lane. */
export type StartAttempt = (lane: LaneState, delivery: DueDelivery, isProbe: boolean) => void;

interface Started {
  readonly lane: LaneState;
  readonly delivery: DueDelivery;
  readonly isProbe: boolean;
  readonly trace: AttemptTrace | undefined;
}

interface Ended {
  readonly outcome: Outcome;
  readonly word: DeliveryWord | undefined;
  readonly endedAt: number;
  /** Of all members of a batch: they are retried together. */
  readonly random: number;
}

export function createAttempts(dependencies: AttemptDependencies): StartAttempt {
  const { snapshots, transport, now, random, logger, observer, schedule, settle } = dependencies;

  function postpone(delivery: DueDelivery): void {
    settleWithout(delivery, { state: "postponed", dueAt: now() + LOCAL_PAUSE_MS }).forEach(settle);
  }

  function finish(started: Started, request: SignedRequest, result: Sent): void {
    const { lane, delivery, isProbe, trace } = started;
    const { outcome } = result;
    schedule.end(lane, delivery);
    if (outcome.kind === "unreachable" && outcome.reason === "local") {
      trace?.end(undefined);
      postpone(delivery);
      return dependencies.onEnded(lane);
    }
    const { endpoint } = lane;
    endpoint.window = windowAfter(endpoint.window, outcome, schedule.maxSlots);
    if (!isBeforeReceiver(outcome)) {
      endpoint.attemptMs = averageAfter(endpoint.attemptMs, result.timing.durationMs);
    }
    const endedAt = now();
    const word = findWord(result.answer?.headers);
    const ended: Ended = { outcome, word, endedAt, random: random() };
    const verdict = judgeAttempt(started, ended);
    const record = toAttemptRecord(delivery.attempts + 1, request, result);
    const attempt = dependencies.fitAttempt(delivery, record);
    const settled: ToSettle = {
      delivery: delivery.batch?.members[0] ?? delivery,
      attempt,
      settlement: verdict,
      test: delivery.test,
      gone: goneBy(outcome, word),
      batchId: delivery.batch?.id,
      isProbe: isProbe || isProxyOutage(outcome),
      turn: delivery.test ? undefined : countAttempt(lane, outcome, verdict.state === "failed", endedAt),
    };
    trace?.end(attempt);
    observer.attempted(settled);
    settle(settled);
    // The other members of a batch have the same attempt. What it changes of the endpoint is counted once, with the first.
    for (const member of delivery.batch?.members.slice(1) ?? []) {
      const other: ToSettle = {
        ...settled,
        delivery: member,
        attempt: dependencies.fitAttempt(member, record),
        settlement: judgeAttempt({ ...started, delivery: member }, ended),
        gone: undefined,
        turn: undefined,
      };
      observer.attempted(other);
      settle(other);
    }
    dependencies.onEnded(lane);
  }

  function judgeAttempt({ lane, delivery, isProbe }: Started, ended: Ended): Verdict {
    const { outcome, word, endedAt } = ended;
    const site = snapshots.get(delivery.siteNo);
    const verdict = judge(outcome, {
      attempt: delivery.attempts + 1 - delivery.scheduleFrom,
      retrySchedule: site === undefined ? NO_RETRIES : dependencies.findRetrySchedule(site, delivery),
      test: delivery.test,
      terms: delivery.terms,
      redelivery: delivery.redelivery,
      word,
      now: endedAt,
      random: ended.random,
    });
    const isRetried =
      verdict.state === "waiting" || (verdict.state === "failed" && verdict.because === "exhausted");
    if (!isProbe || !isRetried) return verdict;
    // A probe leaves the delivery waiting as before. At a paused endpoint it goes behind the others: the receiver may be unable
    // to take just this one.
    const isPaused = schedule.getGate(lane.endpoint) === "paused";
    return { state: "waiting", dueAt: isPaused ? endedAt : Math.max(delivery.dueAt, endedAt) };
  }

  /** Counts the attempt for its endpoint, and returns what it changes there. */
  function countAttempt(
    lane: LaneState,
    outcome: Outcome,
    hasEnded: boolean,
    endedAt: number,
  ): Turn | undefined {
    if (isBeforeReceiver(outcome)) return undefined;
    const { endpoint } = lane;
    const isPaused = schedule.getGate(endpoint) === "paused";
    const before = endpoint.breaker;
    endpoint.breaker = afterAttempt(before, outcome, hasEnded, endedAt);
    if (endpoint.breaker !== before) dependencies.onBreakerChanged(lane, before);
    const { failingSince, failedAttempts } = endpoint.breaker;
    const { recorded } = endpoint;
    const turn = turnAfter({ failingSince, failedAttempts, isPaused, recorded, hasEnded }, endedAt);
    if (turn?.kind === "failing") endpoint.recorded = turn.stage;
    if (turn?.kind === "resumed") endpoint.recorded = 0;
    return turn;
  }

  return (lane, delivery, isProbe) => {
    const at = now();
    if (delivery.batch?.members.some((member) => isExpired(member, at)) === true) {
      // It goes back to the table, where it is taken apart.
      return settleWithout(delivery, { state: "postponed", dueAt: at }).forEach(settle);
    }
    const trace = observer.trace?.(delivery);
    const prepared = prepareSafely(delivery, at, trace?.traceParent, dependencies);
    if (prepared.kind !== "request") {
      trace?.end(undefined);
      const settlement: ToSettle["settlement"] =
        prepared.kind === "held"
          ? { state: "postponed", dueAt: prepared.until }
          : { state: "failed", because: prepared.because };
      return settleWithout(delivery, settlement).forEach(settle);
    }
    schedule.start(lane, delivery, at);
    observer.started(delivery, Math.max(0, at - delivery.dueAt));
    const started = { lane, delivery, isProbe, trace };
    const { saved, pace } = lane.endpoint;
    const timed = withTimeout(prepared, pace?.timeoutMs);
    void transport.send(saved?.listenerId, delivery, timed).then(
      (result) => finish(started, prepared, result),
      (error: unknown) => {
        trace?.end(undefined);
        logger.error("delivery.send-failed", { deliveryId: formatDeliveryId(delivery), error });
        schedule.end(lane, delivery);
        postpone(delivery);
      },
    );
  };
}

/** A defect of ours, such as a body that can't be read, is logged and not retried for ever. */
function prepareSafely(
  delivery: DueDelivery,
  at: number,
  traceParent: string | undefined,
  { snapshots, signingTime, logger }: AttemptDependencies,
): Prepared {
  const site = snapshots.get(delivery.siteNo);
  try {
    return prepare(delivery, { site, now: at, signedAt: signingTime(), traceParent });
  } catch (error) {
    logger.error("delivery.prepare-failed", { deliveryId: formatDeliveryId(delivery), error });
    return { kind: "ended", because: "rejected" };
  }
}

/** What is settled without an attempt, each member of a batch alike. */
const settleWithout = (delivery: DueDelivery, settlement: ToSettle["settlement"]): readonly ToSettle[] =>
  listMembers(delivery).map((member) => ({
    delivery: member,
    attempt: undefined,
    settlement,
    test: member.test,
    gone: undefined,
    batchId: delivery.batch?.id,
  }));

const formatDeliveryId = ({ siteNo, id }: DueDelivery): string => formatId("dlv", siteNo, id);
