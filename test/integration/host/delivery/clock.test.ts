/** Due times that a clock has left too far away, because it was set back after they were written. */
import { afterEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../../src/logger.ts";
import { answerStatus, answer204, startReceiver } from "../../../support/http-receiver.ts";
import type { Answer, Receiver } from "../../../support/http-receiver.ts";
import { describeOn, describeOnEach } from "../../../support/databases.ts";
import { createServerClock } from "../../../support/server-clock.ts";
import type { ServerClock } from "../../../support/server-clock.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";
import type { Bench, BenchOptions } from "../../../support/with-engine.ts";

const HOUR = 3_600_000;

const open: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function receiver(answer: Answer): Promise<Receiver> {
  const started = await startReceiver(answer);
  open.push({ stop: started.close });
  return started;
}
async function bench(url: string, options?: BenchOptions): Promise<Bench> {
  const started = await startBench(url, options);
  open.push(started);
  return started;
}
/** An engine that does not run yet, an add-on that accepts everything, and the warnings of the log. */
async function prepare(url: string, options: BenchOptions = {}) {
  const addon = await receiver(answer204);
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (event: string) => void warnings.push(event) };
  const b = await bench(url, { start: false, logger, ...options });
  await b.addAddon("one", addon.url);
  return { addon, b, warnings };
}

describeOnEach((newUrl) => {
  test("what is due further away than its schedule allows counts as due at the start; the rest waits", async () => {
    const addon = await receiver(answer204);
    const b = await bench(await newUrl(), {
      start: false,
      findRetrySchedule: () => ({ steps: [60_000, HOUR], jitter: 0 }),
    });
    await b.addAddon("one", addon.url);
    // Attempts made, and how far away the next one is due.
    const rows = [
      [0, HOUR],
      [1, 2 * HOUR],
      [1, 90_000],
      [2, HOUR],
      [2, 3 * HOUR],
      [9, HOUR],
    ] as const;
    for (const [attempts, ms] of rows) {
      await b.post();
      await b.database.autocommit.query(
        `UPDATE callboard_delivery SET attempts = $1, due_at = $2 WHERE id = (SELECT MAX(id) FROM callboard_delivery)`,
        [attempts, b.database.now() + ms],
      );
    }
    // The next one of its lane is what the lane is judged by, and here it may wait.
    await b.database.autocommit.query("UPDATE callboard_delivery SET lane = 1 WHERE attempts <> 1");

    await b.engine.start();

    await waitFor(() => expect(addon.received.length).toBeGreaterThanOrEqual(3));
    await waitFor(async () => {
      const left = (await b.deliveries()).filter(({ state }) => state === 0);
      expect(left.map((row) => row["attempts"]).toSorted()).toEqual([1, 1, 2]);
    });
  });

  test("what its publisher planned for a time beyond its schedule waits for that time", async () => {
    const { addon, b, warnings } = await prepare(await newUrl(), {
      findRetrySchedule: () => ({ steps: [60_000], jitter: 0 }),
    });
    await b.post({ terms: { deliverAfter: { delayMs: 24 * HOUR } } });

    await b.engine.start();
    await b.post();

    await waitFor(() => expect(addon.received).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await b.deliveries()).map(({ state }) => state).sort()).toEqual([0, 2]);
    expect(addon.received).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["stays due as it was", true],
    ["stays due as it was where the pause was not heard of yet", false],
  ])("what waits for a paused endpoint %s", async (_name, isKnown) => {
    const { addon, b, warnings } = await prepare(await newUrl());
    await b.post();
    const { autocommit, now } = b.database;
    const dueAt = now() + 24 * HOUR;
    await autocommit.query("UPDATE callboard_delivery SET due_at = $1", [dueAt]);
    await autocommit.query("UPDATE callboard_endpoint SET paused_at = $1, probe_at = $2, changed_in = NULL", [
      now(),
      dueAt,
    ]);
    await autocommit.query("UPDATE callboard_site SET version = version + 1");
    if (isKnown) await b.snapshots.refresh(b.database.read);

    await b.engine.start();
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(await b.deliveries()).toMatchObject([{ state: 0, due_at: dueAt }]);
    expect([warnings, addon.received]).toEqual([[], []]);
  });

  test("what is held for a disabled add-on stays held", async () => {
    const { addon, b, warnings } = await prepare(await newUrl());
    await b.post();
    const { autocommit, now } = b.database;
    await autocommit.query(
      "UPDATE callboard_installation SET state = 'disabled', disabled_at = $1, changed_in = NULL",
      [now()],
    );
    await autocommit.query("UPDATE callboard_site SET version = version + 1");
    await b.snapshots.refresh(b.database.read);
    await b.engine.start();
    const isHeld = async () =>
      expect(await b.deliveries()).toMatchObject([
        { state: 0, due_at: expect.closeTo(now() + 24 * HOUR, -5) as number },
      ]);
    await waitFor(isHeld);

    await b.engine.stop(1_000);
    await b.engine.start();
    await new Promise((resolve) => setTimeout(resolve, 300));

    await isHeld();
    expect(warnings).toEqual([]);
    expect(addon.received).toEqual([]);
  });
});

async function withClock(url: string): Promise<ServerClock> {
  const clock = await createServerClock(url);
  open.push({ stop: clock.close });
  return clock;
}

describeOn("PostgreSQL", (newUrl) => {
  describe("when its clock", () => {
    test("is set back while a retry waits, the retry does not wait for the step", async () => {
      const url = await newUrl();
      const clock = await withClock(url);
      const flaky = await receiver((request, response, count) =>
        (count === 1 ? answerStatus(503) : answer204)(request, response, count),
      );
      const b = await bench(url, { findRetrySchedule: () => ({ steps: [1_000], jitter: 0 }) });
      await b.addAddon("one", flaky.url);
      await b.post();
      await waitFor(async () => expect(await b.deliveries()).toMatchObject([{ state: 0, attempts: 1 }]));

      await clock.forward(-2 * HOUR);

      await waitFor(() => expect(flaky.received).toHaveLength(2), 30_000);
      expect(Math.abs(b.database.now() - (Date.now() - 2 * HOUR))).toBeLessThan(60_000);
    });

    test("is hours away from that of the process, deliveries and retries are on it all the same", async () => {
      const url = await newUrl();
      const clock = await withClock(url);
      await clock.forward(5 * HOUR);
      const flaky = await receiver((request, response, count) =>
        (count === 1 ? answerStatus(503) : answer204)(request, response, count),
      );
      const b = await bench(url, { findRetrySchedule: () => ({ steps: [200], jitter: 0 }) });
      await b.addAddon("one", flaky.url);

      await b.post();

      await waitFor(() => expect(flaky.received).toHaveLength(2));
      await waitFor(async () => expect(await b.deliveries()).toMatchObject([{ state: 2 }]));
      const [row] = await b.deliveries();
      expect(row!["due_at"]).toBeGreaterThan(Date.now() + 4 * HOUR);
    });
  });
});
