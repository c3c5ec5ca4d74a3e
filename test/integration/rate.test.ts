/** The rate of an endpoint over any 10 s: with four delivering processes on PostgreSQL, and with one on SQLite. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import { startPostgres } from "../support/postgres.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CLI = join(import.meta.dirname, "../../bin/callboard.cjs");
const PROCESSES = 4;
const PER_SECOND = 20;
const WINDOW_MS = 10_000;
const MEASURED_MS = 20_000;
const TOLERANCE = 0.05;
const BATCH = 20;
const EVENT = { event: "jira:issue_created", payload: {} };

/** Publishes more than the rate allows in the time, and returns when each delivery came. */
async function measure(host: TestHost): Promise<readonly number[]> {
  const times: number[] = [];
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
  return times;
}

/** Attempts in each 10 s of the measured time, once it runs evenly. */
function countWindows(times: readonly number[]): readonly number[] {
  const [first = 0] = times;
  const starts = times.filter((at) => at >= first + 1_000 && at + WINDOW_MS <= first + MEASURED_MS);
  return starts.map((start) => times.filter((at) => at >= start && at < start + WINDOW_MS).length);
}

function expectRate(times: readonly number[]): void {
  const counts = countWindows(times);
  const allowed = PER_SECOND * (WINDOW_MS / 1_000);
  expect(counts.length).toBeGreaterThan(allowed / 2);
  expect(Math.max(...counts)).toBeLessThanOrEqual(allowed * (1 + TOLERANCE));
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(allowed * (1 - TOLERANCE));
}

test("four processes on PostgreSQL keep a rate within 5% over any 10 s", async () => {
  const postgres = await startPostgres();
  onTestFinished(postgres.stop);
  const env = environmentOfSeveral(await postgres.newUrl());
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

test("one process on SQLite keeps a rate within 5% over any 10 s", async () => {
  const host = await startTestHost();
  onTestFinished(host.stop);
  expectRate(await measure(host));
}, 120_000);
