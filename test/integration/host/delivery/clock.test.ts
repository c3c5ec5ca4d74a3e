/** Due times that a clock has left too far away, because it was set back after they were written. */
import { afterEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../../src/logger.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import { answerStatus, answer204, startReceiver } from "../../../support/http-receiver.ts";
import type { Answer, Receiver } from "../../../support/http-receiver.ts";
import { describeOn, describeOnEach } from "../../../support/databases.ts";
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

  test("what is held for a disabled add-on stays held", async () => {
    const addon = await receiver(answer204);
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (event: string) => void warnings.push(event) };
    const b = await bench(await newUrl(), { start: false, logger });
    await b.addAddon("one", addon.url);
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

/** A database whose clock a test can set: the server's own function is hidden behind one of the same name. */
async function withClock(url: string): Promise<{ readonly set: (by: string) => Promise<void> }> {
  const database = await openDatabase(url);
  open.push({ stop: database.close });
  const name = new URL(url).pathname.slice(1);
  for (const statement of [
    "CREATE SCHEMA skewed",
    "CREATE TABLE skewed.clock (by interval NOT NULL)",
    "INSERT INTO skewed.clock VALUES ('0')",
    `CREATE FUNCTION skewed.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
       AS 'SELECT pg_catalog.statement_timestamp() + (SELECT by FROM skewed.clock)'`,
    `ALTER DATABASE ${name} SET search_path = skewed, pg_catalog, public`,
  ]) {
    await database.autocommit.query(statement);
  }
  return {
    set: async (by) => {
      await database.autocommit.query("UPDATE skewed.clock SET by = $1::interval", [by]);
    },
  };
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

      await clock.set("-2 hours");

      await waitFor(() => expect(flaky.received).toHaveLength(2), 30_000);
      expect(Math.abs(b.database.now() - (Date.now() - 2 * HOUR))).toBeLessThan(60_000);
    });

    test("is hours away from that of the process, deliveries and retries are on it all the same", async () => {
      const url = await newUrl();
      const clock = await withClock(url);
      await clock.set("5 hours");
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
