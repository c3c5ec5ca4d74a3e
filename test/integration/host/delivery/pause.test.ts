/** Endpoints at which nothing gets through for days: paused, probed, and back by themselves; and subscriptions after a 410. */
import { afterEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../../src/logger.ts";
import { resumeEndpoints } from "../../../../src/host/store/tables/endpoint-life.ts";
import { raiseVersion } from "../../../../src/host/store/tables/sites.ts";
import { switchOn } from "../../../../src/host/store/tables/switch-off.ts";
import { newPostgresUrl } from "../../../support/databases.ts";
import { answerStatus, startReceiver } from "../../../support/http-receiver.ts";
import type { Receiver } from "../../../support/http-receiver.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";
import type { Bench, BenchOptions } from "../../../support/with-engine.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FAILED = 3;

const open: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function receiver(status: number): Promise<Receiver> {
  const started = await startReceiver(answerStatus(status));
  open.push({ stop: started.close });
  return started;
}
async function bench(url: string, options?: BenchOptions): Promise<Bench> {
  const started = await startBench(url, { findRetrySchedule: () => ({ steps: [], jitter: 0 }), ...options });
  open.push(started);
  return started;
}

const DATABASES = {
  SQLite: () => Promise.resolve("sqlite::memory:"),
  PostgreSQL: newPostgresUrl,
};
const findEndpoint = async ({ database }: Bench) =>
  (await database.read.query<Record<string, number | null>>("SELECT * FROM callboard_endpoint"))[0];
const listStates = async (b: Bench) => (await b.deliveries()).map(({ state, because }) => because ?? state);
const audited = async ({ database }: Bench) =>
  (await database.read.query<{ action: string }>("SELECT action FROM callboard_audit ORDER BY id")).map(
    ({ action }) => action,
  );

/** As an endpoint stands that has failed for so long that one more failed delivery pauses it. */
async function failsForDays({ database, siteNo, snapshots }: Bench, failed = 19): Promise<void> {
  const since = database.now() - 6 * DAY;
  await database.write(async (tx) => {
    await tx.query(
      `UPDATE callboard_endpoint SET failing_since = $1, failed_attempts = 50, failed_deliveries = $2, failing_stage = 3,
         changed_in = NULL`,
      [since, failed],
    );
    await raiseVersion(tx, siteNo);
  });
  await snapshots.refresh(database.read);
}
async function makeProbeDue({ database, siteNo, snapshots }: Bench): Promise<void> {
  await database.write(async (tx) => {
    await tx.query("UPDATE callboard_endpoint SET probe_at = $1, changed_in = NULL", [database.now() - 1]);
    await raiseVersion(tx, siteNo);
  });
  await snapshots.refresh(database.read);
}
async function pausedBench(url: string, status: number, options?: BenchOptions) {
  const addon = await receiver(status);
  const b = await bench(url, options);
  await b.addAddon("one", addon.url);
  await failsForDays(b);
  await b.post();
  await waitFor(async () => expect((await findEndpoint(b))?.["paused_at"]).not.toBeNull());
  await waitFor(() =>
    expect([...(b.snapshots.get(b.siteNo)?.endpoints.values() ?? [])][0]?.pausedAt).toBeDefined(),
  );
  return { addon, b };
}

test("a receiver that is dead for six days gets all that waited, within an hour after it is back", async () => {
  let passed = 0;
  const lines: (readonly [string, unknown])[] = [];
  const logger = {
    ...silentLogger,
    info: (event: string, fields?: unknown) => void lines.push([event, fields]),
    warn: (event: string, fields?: unknown) => void lines.push([event, fields]),
  };
  const addon = await receiver(503);
  const b = await bench("sqlite::memory:", { now: () => Date.now() + passed, logger });
  await b.addAddon("one", addon.url);

  for (; passed < 5 * DAY; passed += DAY / 4) {
    const before = addon.received.length;
    await b.post();
    await waitFor(() => expect(addon.received.length).toBe(before + 1));
    // The attempt has ended before its time moves on.
    await b.settled();
  }
  await b.post();
  await waitFor(() => expect(lines.map(([event]) => event)).toContain("endpoint.paused"));
  const attempted = addon.received.length;
  for (let each = 0; each < 10; each += 1) await b.post();

  // It takes effect in the process that is running.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(addon.received.length).toBe(attempted);
  passed += HOUR + 1;
  await waitFor(() => expect(addon.received.length).toBe(attempted + 1));
  await waitFor(async () =>
    expect((await b.deliveries()).filter(({ state }) => state === 0)).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ attempts: 1, schedule_from: 1 })]) as object,
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(addon.received.length).toBe(attempted + 1);

  addon.answer = answerStatus(204);
  passed += HOUR + 1;
  await waitFor(async () => expect((await listStates(b)).filter((state) => state === 2)).toHaveLength(10));
  const because = (await b.deliveries()).map((row) => row["because"]);
  expect(new Set(because)).toEqual(new Set([null, "exhausted"]));
  expect(await findEndpoint(b)).toMatchObject({ paused_at: null, failing_since: null, failing_stage: 0 });
  await waitFor(() =>
    expect(lines.map(([event]) => event).filter((event) => event.startsWith("endpoint."))).toEqual([
      "endpoint.failing",
      "endpoint.failing",
      "endpoint.failing",
      "endpoint.paused",
      "endpoint.resumed",
    ]),
  );
  expect(lines.find(([event]) => event === "endpoint.paused")?.[1]).toMatchObject({
    site: "jira",
    addon: "one",
    origin: addon.url,
  });
  expect(await audited(b)).toEqual(["endpoint.paused", "endpoint.resumed"]);
}, 60_000);

describe.each(Object.entries(DATABASES))("on %s", (_name, newUrl) => {
  test("a probe that is rejected ends its delivery, and the next one decides", async () => {
    const { addon, b } = await pausedBench(await newUrl(), 500);
    await b.post();
    await b.post();
    addon.answer = answerStatus(404);
    await makeProbeDue(b);
    await waitFor(async () => expect(await listStates(b)).toContain("rejected"));
    expect((await listStates(b)).filter((state) => state === 0)).toHaveLength(1);

    addon.answer = answerStatus(204);
    await makeProbeDue(b);

    await waitFor(
      async () => expect((await listStates(b)).filter((state) => state === 2)).toHaveLength(1),
      15_000,
    );
    await waitFor(async () => expect((await findEndpoint(b))?.["paused_at"]).toBeNull());
  }, 30_000);

  test("one delivery that the receiver can't take does not keep it paused", async () => {
    const { addon, b } = await pausedBench(await newUrl(), 500);
    await b.post();
    await b.post();
    await makeProbeDue(b);
    await waitFor(() => expect(addon.received.length).toBe(2));
    await b.settled();
    await makeProbeDue(b);
    await waitFor(() => expect(addon.received.length).toBe(3), 15_000);

    const attempts = (await b.deliveries()).filter(({ state }) => state === 0 || state === 1);
    await b.settled();
    expect(attempts).toHaveLength(2);
    expect(
      new Set(addon.received.slice(1).map(({ headers }) => headers["x-atlassian-webhook-identifier"])).size,
    ).toBe(2);
  }, 30_000);

  test("a person resumes it at once, and failures that were before count no more", async () => {
    const { addon, b } = await pausedBench(await newUrl(), 500);
    await b.post();
    addon.answer = answerStatus(204);

    const resumed = await b.database.write((tx) => resumeEndpoints(tx, b.siteNo, [1], b.database.now()));
    await b.snapshots.refresh(b.database.read);
    b.engine.wake();

    expect(resumed).toEqual([1]);
    await waitFor(async () => expect((await listStates(b)).filter((state) => state === 2)).toHaveLength(1));
    addon.answer = answerStatus(500);
    await b.post();
    await waitFor(async () =>
      expect((await listStates(b)).filter((state) => state === "exhausted")).toHaveLength(2),
    );
    expect(await findEndpoint(b)).toMatchObject({ paused_at: null, failed_deliveries: 1 });
    expect(await b.database.write((tx) => resumeEndpoints(tx, b.siteNo, [1], b.database.now()))).toEqual([]);
  }, 30_000);

  test("what another process delivered meanwhile forbids a pause", async () => {
    const addon = await receiver(500);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url);
    await failsForDays(b);
    await b.database.autocommit.query(
      `INSERT INTO callboard_minute (site_no, minute, endpoint_no, outcome, count, ms_total, within_50, within_200, within_1000, within_5000)
       VALUES ($1, $2, 1, 'accepted', 1, 1, 1, 1, 1, 1)`,
      [b.siteNo, Math.floor((b.database.now() - DAY) / 60_000)],
    );

    await b.post();

    await waitFor(async () => expect(await listStates(b)).toEqual(["exhausted"]));
    expect((await findEndpoint(b))?.["paused_at"]).toBeNull();
    expect(await audited(b)).toEqual([]);
  });

  test("what was held for a disabled add-on for a day ends as expired, and nobody cancelled it", async () => {
    const addon = await receiver(204);
    const b = await bench(await newUrl(), { start: false });
    await b.addAddon("one", addon.url);
    await b.post();
    const { autocommit, now } = b.database;
    await autocommit.query(
      "UPDATE callboard_installation SET state = 'disabled', disabled_at = $1, updated_at = $1, changed_in = NULL",
      [now() - DAY - 1],
    );
    await autocommit.query("UPDATE callboard_site SET version = version + 1");
    await b.snapshots.refresh(b.database.read);

    await b.engine.start();

    await waitFor(async () => expect(await listStates(b)).toEqual(["expired"]));
    expect(addon.received).toEqual([]);
  });

  test("after a 410 what waits ends as gone, new events skip it and say why, until it is switched on", async () => {
    const addon = await receiver(503);
    const b = await bench(await newUrl(), { findRetrySchedule: () => ({ steps: [HOUR], jitter: 0 }) });
    await b.addAddon("one", addon.url);
    await b.post();
    await waitFor(() => expect(addon.received.length).toBe(1));
    await b.settled();
    addon.answer = answerStatus(410);
    await b.post();

    await waitFor(async () => expect(await listStates(b)).toEqual(["gone", "gone"]));
    await waitFor(() => expect(b.snapshots.get(b.siteNo)?.subscriptions.get(1)?.active).toBe(false));
    const [skipped] = await b.post();
    expect(skipped?.deliveries).toEqual([]);
    expect(JSON.stringify(await b.database.read.query("SELECT trace FROM callboard_event"))).toMatch(
      /inactive: 410 since \d{4}-\d\d-\d\dT/,
    );
    expect(await audited(b)).toEqual(["subscription.gone"]);

    addon.answer = answerStatus(204);
    const one = { kind: "addon", addonKey: "one" } as const;
    expect(
      await b.database.write((tx) =>
        switchOn(tx, { siteNo: b.siteNo, receiver: one, endpointNo: undefined, now: b.database.now() }),
      ),
    ).toBe(1);
    await b.snapshots.refresh(b.database.read);
    await b.post();
    await waitFor(async () => expect((await listStates(b)).filter((state) => state === 2)).toHaveLength(1));
  }, 20_000);
});

test("three processes pause an endpoint once, probe it once, and resume it once", async () => {
  const url = await newPostgresUrl();
  const addon = await receiver(500);
  const first = await bench(url);
  await first.addAddon("one", addon.url);
  await failsForDays(first);
  const others = [await bench(url), await bench(url)];
  const all = [first, ...others];

  await Promise.all(all.flatMap((b) => Array.from({ length: 10 }, () => b.post())));
  await waitFor(async () => expect(await audited(first)).toContain("endpoint.paused"));
  await waitFor(
    () =>
      expect(all.every((b) => b.snapshots.get(b.siteNo)?.endpoints.get(1)?.pausedAt !== undefined)).toBe(
        true,
      ),
    10_000,
  );
  await waitFor(() => expect(all.map((b) => b.engine.status().unsettled)).toEqual([0, 0, 0]));
  for (const b of all) await b.post();
  const attempted = addon.received.length;
  await makeProbeDue(first);
  await waitFor(() => expect(addon.received.length).toBe(attempted + 1), 10_000);
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  expect(addon.received.length).toBe(attempted + 1);

  addon.answer = answerStatus(204);
  await makeProbeDue(first);
  await waitFor(
    async () => expect((await listStates(first)).filter((state) => state === 0 || state === 1)).toEqual([]),
    20_000,
  );
  expect((await listStates(first)).filter((state) => state === FAILED || state === "cancelled")).toEqual([]);
  expect(await audited(first)).toEqual(["endpoint.paused", "endpoint.resumed"]);
}, 60_000);
