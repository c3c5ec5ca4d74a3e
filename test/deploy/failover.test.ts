/**
 * What fails in a set-up of three processes on one PostgreSQL, behind the nginx of deploy/, under load: a process, the database
 * server, the pooler. Prints the figures of docs/high-availability.md. Senders repeat a request that failed each second.
 */
import { afterEach, expect, test } from "vitest";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { waitFor } from "../support/wait-for.ts";
import { describeWith } from "./programs.ts";
import type { Sending } from "./sending.ts";
import { openStage } from "./stage.ts";
import type { Stage, StageOptions } from "./stage.ts";

const LIMIT_MS = 240_000;
/** Of load before the failure and after it. */
const BEFORE_MS = 5_000;
const AFTER_MS = 10_000;
/** How long the database or the pooler is away. */
const AWAY_MS = 3_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The longest time between two of these, from the last one before the failure. */
function longestGap(times: readonly number[], since: number): number {
  const from = times.findLast((at) => at <= since) ?? since;
  const after = [from, ...times.filter((at) => at > since)];
  return Math.max(...after.slice(1).map((at, index) => at - after[index]!));
}

describeWith(["nginx"], "three processes under load", () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  interface Failure {
    readonly name: string;
    readonly options?: StageOptions;
    readonly fail: (stage: Stage) => Promise<void>;
    /** Deliveries that may arrive twice: those that were in flight. */
    readonly mostDoubled: number;
  }

  async function measure({ name, options, fail, mostDoubled }: Failure): Promise<void> {
    stage = await openStage({ responseMs: 100, ...options });
    const sending = stage.startSending(Infinity);
    await pause(BEFORE_MS);
    const failedAt = performance.now();
    await fail(stage);
    await pause(AFTER_MS);
    await sending.stop();
    const stoppedAt = performance.now();

    const { arrivals } = stage;
    const expected = sending.accepted.toSorted();
    await waitFor(() => {
      expect(new Set(arrivals.map(({ key }) => key))).toEqual(new Set(expected));
    }, 60_000);
    // For requests that were in flight, and are sent again.
    await pause(1_000);
    console.log(`${name}: ${describeFigures(sending, stage, { failedAt, stoppedAt })}`);
    expect(sending.failed).toEqual([]);
    expect(arrivals.length - expected.length).toBeLessThanOrEqual(mostDoubled);
  }

  test("a killed process: nothing is lost", { timeout: LIMIT_MS }, async () => {
    await measure({
      name: "a process is killed",
      fail: async ({ servers }) => {
        servers[0]!.send("SIGKILL");
        await servers[0]!.ended;
      },
      mostDoubled: 50,
    });
  });

  test("a restart of PostgreSQL after a crash: nothing is lost", { timeout: LIMIT_MS }, async () => {
    await measure({
      name: "PostgreSQL crashes and restarts",
      fail: ({ postgres }) => postgres.restart("immediate"),
      mostDoubled: 100,
    });
  });

  test(`PostgreSQL away for ${AWAY_MS} ms: nothing is lost`, { timeout: LIMIT_MS }, async () => {
    await measure({
      name: `PostgreSQL is away for ${AWAY_MS} ms`,
      fail: async ({ postgres }) => {
        await postgres.halt();
        await pause(AWAY_MS);
        await postgres.resume();
      },
      mostDoubled: 100,
    });
  });

  test.skipIf(!hasPgBouncer)("a killed pooler: nothing is lost", { timeout: LIMIT_MS }, async () => {
    await measure({
      name: `PgBouncer is killed and starts ${AWAY_MS} ms later`,
      options: { pooler: (server) => startPgBouncer({ server, mode: "transaction" }) },
      fail: async ({ pool }) => {
        await pool!.kill();
        await pause(AWAY_MS);
        await pool!.resume();
      },
      mostDoubled: 100,
    });
  });
});

const shown = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

interface Span {
  readonly failedAt: number;
  readonly stoppedAt: number;
}

function describeFigures(sending: Sending, { arrivals }: Stage, { failedAt, stoppedAt }: Span): string {
  const accepted = sending.requests.filter(({ problem }) => problem === undefined);
  const refused = sending.requests.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const acceptedAt = new Map(accepted.map(({ key, endedAt }) => [key, endedAt]));
  const firstArrival = new Map(arrivals.toReversed().map(({ key, at }) => [key, at]));
  // Every tenth event is refused once by its receiver, and retried 4 to 6 s later.
  const waits = [...firstArrival].flatMap(([key, at]) =>
    key.endsWith("0") ? [] : [at - (acceptedAt.get(key) ?? at)],
  );
  const late = waits.filter((ms) => ms > 5_000).length;
  const acceptedTimes = accepted.map(({ endedAt }) => endedAt);
  const arrivalTimes = arrivals.map(({ at }) => at).filter((at) => at < stoppedAt);
  return [
    `${sending.accepted.length} events`,
    `${refused.length} requests failed (${[...new Set(refused.map((problem) => problem.slice(0, 3)))].join(", ")})`,
    `no event accepted for ${shown(longestGap(acceptedTimes, failedAt))}`,
    `no delivery for ${shown(longestGap(arrivalTimes, failedAt))}`,
    `longest from 202 to the receiver ${shown(Math.max(...waits))} (${late} later than 5 s)`,
    `${arrivals.length - sending.accepted.length} delivered twice`,
  ].join(", ");
}
