/**
 * Drives the rules of `src/host/model` and the engine's schedule by arrivals over virtual time: nothing is sent, and the same
 * seed gives the same result. One in `factor` endpoints is simulated with all of its limits, by a `factor`-th of the processes.
 * They are simulated as one: an endpoint has the slots that it has in one process.
 */
import TinyQueue from "tinyqueue";
import type { Outcome } from "../../src/egress/index.ts";
import { createSchedule } from "../../src/host/delivery/schedule.ts";
import type { Schedule } from "../../src/host/delivery/schedule.ts";
import { add, commit, emptyCount, end } from "../../src/host/model/backlog.ts";
import type { BacklogCount } from "../../src/host/model/backlog.ts";
import { afterAttempt } from "../../src/host/model/breaker.ts";
import type { DueDelivery } from "../../src/host/model/delivery.ts";
import { PROBE_EVERY_MS, turnAfter } from "../../src/host/model/endpoint-life.ts";
import { averageAfter, windowAfter } from "../../src/host/model/lanes.ts";
import type { LaneState } from "../../src/host/model/lanes.ts";
import { RETRY_SCHEDULES } from "../../src/host/model/retry-schedules.ts";
import { RECLAIM_EVERY_MS, SLOTS_OF_A_KIND } from "../../src/host/model/slot-pool.ts";
import { judge } from "../../src/host/model/verdict.ts";
import { createRandom } from "../crashlab/random.ts";
import type { Random } from "../crashlab/random.ts";
import { createResult } from "./result.ts";
import type { Recorder, Result } from "./result.ts";
import { createDelivery, respond, toRetry } from "./receiver.ts";
import { DAY_MS, HOUR_MS, rateAt, sampleRates } from "./trace.ts";
import type { Cohort, Rules, Trace } from "./trace.ts";

export interface SimulationOptions {
  readonly trace: Trace;
  readonly rules: Rules;
  /** Endpoints in reality for one that is simulated. */
  readonly factor: number;
  readonly seed: number;
}

interface Endpoint {
  readonly no: number;
  readonly cohort: Cohort;
  /** Deliveries per millisecond, on average. */
  readonly rate: number;
  readonly count: BacklogCount;
  readonly lanes: readonly [LaneState, LaneState];
  /** Deliveries that wait because it is paused; undefined while it isn't. */
  held: DueDelivery[] | undefined;
}

/** Something that happens at a time. */
type Happening =
  | { readonly at: number; readonly kind: "arrival"; readonly endpoint: Endpoint }
  | {
      readonly at: number;
      readonly kind: "retry";
      readonly endpoint: Endpoint;
      readonly delivery: DueDelivery;
    }
  | {
      readonly at: number;
      readonly kind: "response";
      readonly endpoint: Endpoint;
      readonly delivery: DueDelivery;
      readonly outcome: Outcome;
      readonly startedAt: number;
      readonly isProbe: boolean;
    }
  | { readonly at: number; readonly kind: "circuit" | "probe"; readonly endpoint: Endpoint }
  | { readonly at: number; readonly kind: "reclaim" | "pump" };

export function simulate({ trace, rules, factor, seed }: SimulationOptions): Result {
  const random = createRandom(seed);
  const happenings = new TinyQueue<Happening>([], (one, other) => one.at - other.at);
  const endsAt = trace.hours * HOUR_MS;
  let now = 0;
  const schedule = createSchedule({
    snapshots: { get: () => undefined },
    concurrency: rules.concurrency,
    maxQueued: () => Infinity,
    maxInFlight: Infinity,
    slotsOfAKind: Math.max(1, Math.round((rules.processes * SLOTS_OF_A_KIND) / factor)),
    serves: () => true,
    proxy: undefined,
    onRateReached: () => undefined,
    now: () => now,
  });
  const endpoints = createEndpoints(trace, factor, schedule);
  const recorder = createResult(trace, factor);
  const world: World = { ...{ trace, rules, random, happenings, schedule, recorder }, now: () => now };
  const act = createActions(world, (rules.cpuMicros * factor) / rules.processes / 1_000);

  for (const endpoint of endpoints) act.planArrival(endpoint);
  happenings.push({ at: RECLAIM_EVERY_MS, kind: "reclaim" });
  for (let next = happenings.pop(); next !== undefined && next.at <= endsAt; next = happenings.pop()) {
    now = next.at;
    act.happen(next);
    act.pump();
  }
  now = endsAt;
  return recorder.result(countWaiting(endpoints, schedule, happenings.data));
}

/** Counted where the deliveries are, not by adding up. One that was popped beyond the end of the trace is an arrival or nothing. */
function countWaiting(
  endpoints: readonly Endpoint[],
  schedule: Schedule,
  ahead: readonly Happening[],
): number {
  const held = endpoints.reduce((sum, endpoint) => sum + (endpoint.held?.length ?? 0), 0);
  const retries = ahead.filter(({ kind }) => kind === "retry").length;
  return held + retries + schedule.countQueued() + schedule.slots.inFlight();
}

function createEndpoints(trace: Trace, factor: number, schedule: Schedule): readonly Endpoint[] {
  let no = 0;
  return trace.cohorts.flatMap((cohort) =>
    sampleRates(cohort, factor).map((perDay) => {
      no += 1;
      const place = { siteNo: 1, endpointNo: no };
      const lanes = [
        schedule.getLane({ ...place, lane: 0 }),
        schedule.getLane({ ...place, lane: 1 }),
      ] as const;
      return { no, cohort, rate: perDay / DAY_MS, count: emptyCount(), lanes, held: undefined };
    }),
  );
}

interface World {
  readonly trace: Trace;
  readonly rules: Rules;
  readonly random: Random;
  readonly happenings: TinyQueue<Happening>;
  readonly schedule: Schedule;
  readonly recorder: Recorder;
  readonly now: () => number;
}

function createActions(world: World, cpuMs: number) {
  const { trace, rules, random, happenings, schedule, recorder, now } = world;
  let ids = 0;
  let cpuFreeAt = 0;
  let isPumpPlanned = false;
  const byNo = new Map<number, Endpoint>();
  const life = createLife(world, { wait, start });

  /** The next one of a Poisson process whose rate changes over the day: those that are too many are left out. */
  function planArrival(endpoint: Endpoint): void {
    byNo.set(endpoint.no, endpoint);
    let at = now();
    do at += -Math.log(1 - random.next()) / (endpoint.rate * trace.peak);
    while (random.next() * trace.peak > rateAt(trace, at));
    happenings.push({ at, kind: "arrival", endpoint });
  }

  function arrive(endpoint: Endpoint): void {
    planArrival(endpoint);
    recorder.accepted();
    if (!add(endpoint.count, rules.endpointBacklog)) return recorder.refused(endpoint.cohort);
    commit(endpoint.count);
    recorder.began(endpoint.cohort);
    const lane = random.next() < endpoint.cohort.secondaryShare ? 1 : 0;
    wait(endpoint, createDelivery((ids += 1), endpoint.no, lane, now()));
  }

  function wait(endpoint: Endpoint, delivery: DueDelivery): void {
    if (endpoint.held !== undefined) return void endpoint.held.push(delivery);
    const lane = endpoint.lanes[delivery.lane];
    schedule.add(lane, delivery);
    schedule.queue(lane);
  }

  /** Starts what can be started and has a core to run on. */
  function pump(): void {
    while (cpuFreeAt <= now()) {
      const next = schedule.takeNext();
      if (next === undefined) return;
      const endpoint = byNo.get(next.delivery.endpointNo);
      if (endpoint === undefined) continue;
      start(endpoint, next.delivery, false);
      schedule.queue(next.lane);
      cpuFreeAt = Math.max(cpuFreeAt, now()) + cpuMs;
    }
    if (isPumpPlanned) return;
    isPumpPlanned = true;
    happenings.push({ at: cpuFreeAt, kind: "pump" });
  }

  function start(endpoint: Endpoint, delivery: DueDelivery, isProbe: boolean): void {
    const startedAt = now();
    recorder.started(endpoint.cohort, delivery, startedAt);
    endpoint.lanes[delivery.lane].trackedIds.delete(delivery.id);
    schedule.start(endpoint.lanes[delivery.lane], delivery, startedAt);
    const { outcome, afterMs } = respond(endpoint.cohort, startedAt, random);
    const at = startedAt + afterMs;
    happenings.push({ at, kind: "response", endpoint, delivery, outcome, startedAt, isProbe });
  }

  function finish(response: Extract<Happening, { kind: "response" }>): void {
    const { endpoint, delivery, outcome, startedAt, isProbe } = response;
    const lane = endpoint.lanes[delivery.lane];
    const { endpoint: state } = lane;
    schedule.end(lane, delivery);
    state.window = windowAfter(state.window, outcome, schedule.maxSlots);
    state.attemptMs = averageAfter(state.attemptMs, now() - startedAt);
    const verdict = judge(outcome, {
      attempt: delivery.attempts + 1,
      retrySchedule: RETRY_SCHEDULES[rules.retrySchedule],
      test: false,
      redelivery: 0,
      now: now(),
      random: random.next(),
    });
    const isRetried =
      verdict.state === "waiting" || (verdict.state === "failed" && verdict.because === "exhausted");
    if (isProbe && isRetried) endpoint.held?.push(delivery);
    else if (verdict.state === "waiting")
      happenings.push({
        at: verdict.dueAt,
        kind: "retry",
        endpoint,
        delivery: toRetry(delivery, verdict.dueAt),
      });
    else {
      end(endpoint.count);
      recorder.ended(endpoint.cohort, verdict.state);
    }
    life.follow(endpoint, outcome, verdict.state === "failed" && !isProbe);
    endpoint.lanes.forEach(schedule.queue);
  }

  function happen(next: Happening): void {
    switch (next.kind) {
      case "arrival":
        return arrive(next.endpoint);
      case "retry":
        return wait(next.endpoint, next.delivery);
      case "response":
        return finish(next);
      case "circuit":
        return next.endpoint.lanes.forEach(schedule.queue);
      case "probe":
        return life.probe(next.endpoint);
      case "reclaim":
        schedule.slots.reclaim(now());
        happenings.push({ at: now() + RECLAIM_EVERY_MS, kind: "reclaim" });
        return;
      case "pump":
        isPumpPlanned = false;
    }
  }

  return { planArrival, happen, pump };
}

interface LifeActions {
  readonly wait: (endpoint: Endpoint, delivery: DueDelivery) => void;
  readonly start: (endpoint: Endpoint, delivery: DueDelivery, isProbe: boolean) => void;
}

function createLife({ rules, happenings, schedule, recorder, now }: World, { wait, start }: LifeActions) {
  /** The circuit breaker, the pause after days, and the way back. */
  function follow(endpoint: Endpoint, outcome: Outcome, hasEnded: boolean): void {
    const { endpoint: state } = endpoint.lanes[0];
    const before = state.breaker;
    const after = afterAttempt(before, outcome, hasEnded, now());
    state.breaker = rules.hasBreaker ? after : { ...after, openUntil: undefined };
    const { failingSince, failedAttempts, openUntil } = state.breaker;
    if (openUntil !== undefined && openUntil !== before.openUntil) {
      recorder.opened();
      happenings.push({ at: openUntil, kind: "circuit", endpoint });
    }
    const isPaused = endpoint.held !== undefined;
    const turn = turnAfter(
      { failingSince, failedAttempts, isPaused, recorded: state.recorded, hasEnded },
      now(),
    );
    if (turn?.kind === "failing") state.recorded = turn.stage;
    if (turn?.kind === "resumed") resume(endpoint);
    if (turn?.kind === "paused") pause(endpoint);
  }

  function pause(endpoint: Endpoint): void {
    recorder.paused();
    endpoint.held = endpoint.lanes.flatMap(schedule.drain);
    happenings.push({ at: now() + PROBE_EVERY_MS, kind: "probe", endpoint });
  }

  function resume(endpoint: Endpoint): void {
    endpoint.lanes[0].endpoint.recorded = 0;
    const held = endpoint.held ?? [];
    endpoint.held = undefined;
    for (const delivery of held) wait(endpoint, delivery);
  }

  function probe(endpoint: Endpoint): void {
    if (endpoint.held === undefined) return;
    happenings.push({ at: now() + PROBE_EVERY_MS, kind: "probe", endpoint });
    const oldest = endpoint.held.shift();
    if (oldest !== undefined) start(endpoint, oldest, true);
  }

  return { follow, probe };
}
