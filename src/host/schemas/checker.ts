/**
 * Checks bodies against the schemas of their event types. The bodies of each product wait in a queue of their own, and the
 * queues take turns, so that a product with slow schemas delays the bodies of others by one check at most.
 */
import type { EventType, Product } from "../../catalogue/index.ts";
import { CAN_START_THREADS } from "../../own-thread.ts";
import { steadyNow } from "../../steady.ts";
import type { Now } from "../../steady.ts";
import { takeTurn } from "../../turn.ts";
import type { BodyCheck, CheckBody } from "../model/body-check.ts";
import { createSchemaJudge } from "./judge.ts";
import type { Judged, SchemaJudge } from "./judge.ts";
import { createSuspensions } from "./suspensions.ts";
import type { Suspensions } from "./suspensions.ts";
import { createSchemaThread } from "./thread.ts";
import type { BodyToCheck, SchemaThread } from "./thread.ts";

/** The time that a body waits for its check, beyond which it is not checked. */
export const MAX_WAIT_MS = 2_000;
/** A turn is as many bodies of a product as take about this time. */
const TURN_MS = 20;
const MAX_TURN_BODIES = 100;
const MAX_TURN_BYTES = 4 * 1024 * 1024;
/** Assumed of a product before its first turn. */
const FIRST_PACE_MS = 10;
/** After a turn longer than this, a product waits {@link SLOW_FACTOR} times as long while others have bodies. */
const SLOW_TURN_MS = 50;
const SLOW_FACTOR = 4;
/** A start shorter than this was none: the thread ran already. */
const NOTICED_MS = 5;

interface Waiting extends BodyToCheck {
  readonly askedAt: number;
  readonly resolve: (check: BodyCheck) => void;
}

interface Queue {
  readonly waiting: Waiting[];
  readonly suspensions: Suspensions;
  /** Average time of a check, in ms. */
  pace: number;
  /** Its next turn while other products have bodies. */
  nextTurnAt: number;
}

/** Without a thread, bodies are checked on this one: only the sources run so. */
export function createBodyChecker(
  thread: SchemaThread = CAN_START_THREADS ? createSchemaThread() : createOwnThread(),
  steady: Now = steadyNow,
): CheckBody {
  /** By product value: a change of the product makes a new one, whose suspensions begin anew. */
  const known = new WeakMap<Product, Queue>();
  /** Those with bodies, whose turn is longest ago first. */
  const queues = new Set<Queue>();
  let isRunning = false;
  /** End of the thread's last start. Time before it is charged to no schema. */
  let startedAt = Number.NEGATIVE_INFINITY;

  function getQueue(product: Product): Queue {
    const queue = known.get(product) ?? {
      waiting: [],
      suspensions: createSuspensions(),
      pace: FIRST_PACE_MS,
      nextTurnAt: Number.NEGATIVE_INFINITY,
    };
    known.set(product, queue);
    return queue;
  }

  async function run(): Promise<void> {
    isRunning = true;
    for (let queue = nextQueue(); queue !== undefined; queue = nextQueue()) {
      queues.delete(queue);
      if (await start()) await runTurn(queue);
      else
        for (const { resolve } of queue.waiting.splice(0)) resolve({ kind: "unchecked", reason: "failed" });
      if (queue.waiting.length > 0) queues.add(queue);
    }
    isRunning = false;
  }

  async function start(): Promise<boolean> {
    const before = steady();
    const isStarted = await thread.start();
    if (steady() - before > NOTICED_MS) startedAt = steady();
    return isStarted;
  }

  function nextQueue(): Queue | undefined {
    const now = steady();
    const all = [...queues];
    return all.find(({ nextTurnAt }) => nextTurnAt <= now) ?? all[0];
  }

  async function runTurn(queue: Queue): Promise<void> {
    const taken = takeBodies(queue);
    if (taken.length === 0) return;
    const begun = steady();
    let done = 0;
    const end = await thread.run(taken, (index, judged) => {
      done = index + 1;
      taken[index]?.resolve(toCheck(judged));
    });
    const tookMs = steady() - begun;
    queue.pace = (queue.pace + tookMs / Math.max(1, done)) / 2;
    if (tookMs > SLOW_TURN_MS) queue.nextTurnAt = steady() + SLOW_FACTOR * tookMs;
    if (end === "done") return;
    const [stopped, ...rest] = taken.slice(done);
    if (end === "failed") {
      for (const { resolve } of taken.slice(done)) resolve({ kind: "unchecked", reason: "failed" });
      return;
    }
    if (stopped !== undefined) queue.suspensions.add(stopped.type.event, steady());
    stopped?.resolve({ kind: "unchecked", reason: "late" });
    queue.waiting.unshift(...rest);
  }

  /** Takes the bodies of one turn, and lets go those that are not checked. */
  function takeBodies({ waiting, suspensions, pace }: Queue): readonly Waiting[] {
    const now = steady();
    const most = Math.min(MAX_TURN_BODIES, Math.max(1, Math.floor(TURN_MS / pace)));
    const taken: Waiting[] = [];
    let bytes = 0;
    for (let next = waiting[0]; next !== undefined && taken.length < most; next = waiting[0]) {
      if (taken.length > 0 && bytes + next.body.length > MAX_TURN_BYTES) break;
      waiting.shift();
      if (now - Math.max(next.askedAt, startedAt) > MAX_WAIT_MS)
        next.resolve({ kind: "unchecked", reason: "busy" });
      else if (suspensions.has(next.type.event, now))
        next.resolve({ kind: "unchecked", reason: "suspended" });
      else {
        taken.push(next);
        bytes += next.body.length;
      }
    }
    return taken;
  }

  return (product, type, body) => {
    const queue = getQueue(product);
    if (queue.suspensions.has(type.event, steady()))
      return Promise.resolve({ kind: "unchecked", reason: "suspended" });
    return new Promise((resolve) => {
      queue.waiting.push({ type, body, askedAt: steady(), resolve });
      queues.add(queue);
      if (!isRunning) void run();
    });
  };
}

const toCheck = (judged: Judged): BodyCheck =>
  judged.kind === "unusable" ? { kind: "unchecked", reason: "failed" } : judged;

/** Checks on this thread, one body between two turns of everything else. */
function createOwnThread(): SchemaThread {
  let judge: SchemaJudge | undefined;
  const numbers = new WeakMap<EventType, number>();
  let lastNo = 0;
  return {
    start: () => Promise.resolve(true),
    run: async (bodies, onResult) => {
      for (const [index, { type, body }] of bodies.entries()) {
        await takeTurn();
        judge ??= createSchemaJudge();
        const no = numbers.get(type) ?? (lastNo += 1);
        if (!numbers.has(type)) judge.add(no, JSON.stringify(type.schema()));
        numbers.set(type, no);
        onResult(index, judge.judge(no, body));
      }
      return "done";
    },
  };
}
