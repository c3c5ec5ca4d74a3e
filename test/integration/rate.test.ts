/** The rate of an endpoint over any 10 s, by the clock of its receiver: with four delivering processes on PostgreSQL, and with one on SQLite. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, onTestFinished, test } from "vitest";
import { countWindows, fullWindow } from "../../bench/rate-windows.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CLI = join(import.meta.dirname, "../../bin/callboard.cjs");
const PROCESSES = 4;
const PER_SECOND = 20;
const MEASURED_MS = 20_000;
const TOLERANCE = 0.05;
const BATCH = 20;
const EVENT = { event: "jira:issue_created", payload: {} };

interface Measured {
  /** When each delivery came, in ms of the receiver's clock. */
  readonly times: readonly number[];
  /** The longest time for which the receiver stood still, in ms. */
  readonly stillMs: number;
}

/** Publishes more than the rate allows in the time. */
async function measure(host: TestHost): Promise<Measured> {
  const times: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  onTestFinished(() => void delay.disable());
  const receiver = await startReceiver((request, response, count) => {
    times.push(performance.now());
    answer204(request, response, count);
  });
  onTestFinished(receiver.close);
  const other = await startReceiver();
  onTestFinished(other.close);
  const create = (name: string, url: string, pace: object | null) =>
    host.call("POST", "/api/v1/sites/jira/webhooks", { name, url, events: ["jira:issue_created"], pace });
  const created = await create("Paced", receiver.url, { rate: { count: PER_SECOND, per: "second" } });
  expect(created.status).toBe(201);
  expect((await create("Other", other.url, null)).status).toBe(201);
  const events = PER_SECOND * ((MEASURED_MS + 6_000) / 1_000);
  for (let left = events; left > 0; left -= BATCH) {
    const body = { events: Array.from({ length: BATCH }, () => EVENT) };
    expect((await host.call("POST", "/api/v1/sites/jira/events/batch", body)).status).toBe(202);
  }
  // A receiver with a rate holds up no other.
  await waitFor(() => expect(other.received).toHaveLength(events), 15_000);
  expect(times.length).toBeLessThan(events);
  await waitFor(() => expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(MEASURED_MS), 40_000);

  const { items } = (await host.call("GET", "/api/v1/deliveries?state=waiting&limit=200")).body as {
    items: { attempts: number }[];
  };
  expect(items.length).toBeGreaterThan(0);
  expect(items.every(({ attempts }) => attempts === 0)).toBe(true);
  return { times, stillMs: delay.max / 1e6 };
}

/**
 * A receiver that stands still counts what came meanwhile afterwards, so that ten seconds of its clock have more than ten seconds of
 * arrivals. Too few is a matter of load, which `npm run bench -- --only rate` shows; half of the rate is used on any machine.
 */
function expectRate({ times, stillMs }: Measured): void {
  const { fewest, most, windows } = countWindows(times, MEASURED_MS);
  const full = fullWindow(PER_SECOND);
  expect(windows).toBeGreaterThan(full / 2);
  expect(most).toBeLessThanOrEqual(full * (1 + TOLERANCE) + (PER_SECOND * stillMs) / 1_000);
  expect(fewest).toBeGreaterThan(full / 2);
}

test("four processes on PostgreSQL send at most 5% more than a rate over any 10 s", async () => {
  const env = environmentOfSeveral(await newPostgresUrl());
  const host = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
  onTestFinished(host.stop);
  await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const directory = mkdtempSync(join(tmpdir(), "callboard-rate-"));
      const worker = await startServeProcess({
        command: process.execPath,
        args: [CLI, "serve", "--role", "worker"],
        cwd: directory,
        env: { ...env, CALLBOARD_PORT: "0", CALLBOARD_DATA_DIR: directory },
      });
      onTestFinished(async () => {
        worker.send("SIGKILL");
        await worker.ended;
        rmSync(directory, { recursive: true, force: true });
      });
    }),
  );
  expectRate(await measure(host));
}, 120_000);

test("one process on SQLite sends at most 5% more than a rate over any 10 s", async () => {
  const host = await startTestHost();
  onTestFinished(host.stop);
  expectRate(await measure(host));
}, 120_000);
