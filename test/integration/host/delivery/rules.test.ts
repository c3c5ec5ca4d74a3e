/** What the engine does when something goes wrong on this side: nobody else is charged for it, and nothing is lost. */
import { afterEach, describe, expect, test } from "vitest";
import type { ExchangeResult, Outcome } from "../../../../src/egress/index.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { createEngine } from "../../../../src/host/delivery/engine.ts";
import type { Engine } from "../../../../src/host/delivery/engine.ts";
import { NO_OBSERVER } from "../../../../src/host/delivery/observer.ts";
import { closedBreaker } from "../../../../src/host/model/breaker.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { silentLogger } from "../../../../src/logger.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";
import type { Bench, BenchOptions } from "../../../support/with-engine.ts";
import { updateSite } from "../../../../src/host/store/tables/sites.ts";

const open: Bench[] = [];
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.stop();
});

async function started(options: BenchOptions): Promise<Bench> {
  const bench = await startBench("sqlite::memory:", options);
  open.push(bench);
  await bench.addAddon("one", "http://127.0.0.1:9");
  return bench;
}

const result = (outcome: Outcome): ExchangeResult => ({
  outcome,
  timing: { startedAt: 1_000, durationMs: 1 },
});
const ACCEPTING = { post: () => Promise.resolve(result({ kind: "accepted", status: 200 })) };
const LOCAL: Outcome = { kind: "unreachable", reason: "local", detail: "EMFILE" };

function createEngineOn(database: Database, bench: Bench, onPost: () => void = () => undefined): Engine {
  return createEngine({
    database,
    snapshots: bench.snapshots,
    egress: {
      post: () => {
        onPost();
        return ACCEPTING.post();
      },
    },
    findRetrySchedule: () => ({ steps: [50], jitter: 0 }),
    concurrency: { primary: 20, secondary: 10 },
    requestTimeoutMs: 5_000,
    now: database.now,
    random: Math.random,
    logger: silentLogger,
  });
}

describe("a failure of this machine", () => {
  test("spends no attempt, and does not count against the receiver", async () => {
    let posts = 0;
    const post = () => Promise.resolve(result((posts += 1) <= 6 ? LOCAL : { kind: "accepted", status: 200 }));
    const bench = await started({ egress: { post } });

    for (let count = 0; count < 6; count += 1) await bench.post();

    await waitFor(() => expect(posts).toBe(12));
    await waitFor(async () =>
      expect((await bench.attempts()).map(({ number }) => number)).toEqual([1, 1, 1, 1, 1, 1]),
    );
    expect(bench.engine.breakers()).toEqual([closedBreaker(1, expect.any(Number) as never)]);
  });
});

describe("a body that can't be prepared", () => {
  test("ends its delivery, and the next one goes out", async () => {
    const bench = await started({
      egress: ACCEPTING,
    });
    const { site } = bench.snapshots.get(bench.siteNo)!;
    await bench.database.write((tx) =>
      updateSite(tx, site.no, { ...site, options: { userParameters: true } }),
    );
    await bench.snapshots.refresh(bench.database.read);

    // Half of a surrogate pair has no encoding in a URL.
    await bench.post({ user: "\ud800" });
    await bench.post();

    await waitFor(async () =>
      expect((await bench.deliveries()).map(({ because }) => because)).toEqual(["rejected", null]),
    );
    await waitFor(async () => expect(await bench.attempts()).toHaveLength(1));
  });
});

describe("a process that has just started", () => {
  /** Starts an engine with `events` that wait for eight receivers; nothing is recorded before `record` is called. */
  async function startWithWaiting(events: number) {
    let posts = 0;
    let record: () => void = () => undefined;
    const recording = new Promise<void>((resolve) => (record = resolve));
    const bench = await started({ start: false });
    for (let no = 2; no <= 8; no += 1) await bench.addAddon(String(no), `http://127.0.0.1:${no}`);
    for (let count = 0; count < events; count += 1) await bench.post();
    const slow: Database = {
      ...bench.database,
      batch: (batch) => recording.then(() => bench.database.batch(batch)),
    };
    const engine = createEngineOn(slow, bench, () => (posts += 1));
    await engine.start();
    return { engine, posts: () => posts, record };
  }

  test("sends only a few of the deliveries that wait until it has recorded attempts, then all", async () => {
    const { engine, posts, record } = await startWithWaiting(50);
    await waitFor(() => expect(posts()).toBe(32));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(posts()).toBe(32);

    record();
    await waitFor(() => expect(posts()).toBe(400));
    await engine.stop(1_000);
  });

  test("sends all after two seconds, even if it can't record any", async () => {
    const { engine, posts, record } = await startWithWaiting(20);
    await waitFor(() => expect(posts()).toBe(160));
    record();
    await engine.stop(1_000);
  });
});

describe("the trace of an attempt", () => {
  test("ends, also if nothing is sent because the request can't be prepared", async () => {
    const traced: string[] = [];
    const bench = await started({
      egress: ACCEPTING,
      observer: {
        ...NO_OBSERVER,
        trace: ({ id }) => {
          traced.push(`begins ${id}`);
          return { traceParent: undefined, end: () => void traced.push(`ends ${id}`) };
        },
      },
    });
    const { site } = bench.snapshots.get(bench.siteNo)!;
    await bench.database.write((tx) =>
      updateSite(tx, site.no, { ...site, options: { userParameters: true } }),
    );
    await bench.snapshots.refresh(bench.database.read);
    await bench.post({ user: "\ud800" });
    await bench.post();
    await waitFor(() => expect(traced).toHaveLength(4));
    const ended = traced.filter((line) => line.startsWith("ends"));
    expect(ended.map((line) => line.replace("ends", "begins")).toSorted()).toEqual(
      traced.filter((line) => line.startsWith("begins")).toSorted(),
    );
  });
});

describe("a commit whose result was lost", () => {
  test("is not settled twice: the attempt is there once, and counted once", async () => {
    const bench = await started({ start: false });
    const { database } = bench;
    let lost = 0;
    const losing: Database = {
      ...database,
      batch: async (batch) => {
        const isCommitted = await database.batch(batch);
        if (!isCommitted || (lost += 1) > 1) return isCommitted;
        throw new CallboardError("STORAGE", "The connection was lost after the commit");
      },
    };
    const settling = createEngineOn(losing, bench);

    await bench.post();
    await settling.start();

    await waitFor(async () => expect(await bench.attempts()).toHaveLength(1));
    await settling.stop(1_000);
    expect(lost).toBeGreaterThan(0);
    const [figure] = await database.read.query<{ count: number }>("SELECT count FROM callboard_minute");
    expect(figure?.count).toBe(1);
    expect(await bench.attempts()).toHaveLength(1);
  });
});
