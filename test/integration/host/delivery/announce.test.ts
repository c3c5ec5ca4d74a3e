/** Operational events: one for each change, in the transaction of the change, and never to or from what they are about. */
import { afterEach, describe, expect, test } from "vitest";
import { randomUUID } from "node:crypto";
import { createAnnouncer } from "../../../../src/host/events/announce.ts";
import { insertSite, raiseVersion } from "../../../../src/host/store/tables/sites.ts";
import { newPostgresUrl } from "../../../support/databases.ts";
import { answerStatus, startReceiver } from "../../../support/http-receiver.ts";
import type { Receiver } from "../../../support/http-receiver.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { startBench } from "../../../support/with-engine.ts";
import type { Bench, BenchOptions } from "../../../support/with-engine.ts";

const DAY = 86_400_000;
const ALL = [
  "endpoint.failing",
  "endpoint.paused",
  "endpoint.resumed",
  "subscription.gone",
  "delivery.failed",
] as const;

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

interface Told {
  readonly event: string;
  readonly [member: string]: unknown;
}
/** The operational events of the site as they are stored, oldest first. */
async function stored({ database, siteNo }: Bench): Promise<readonly Told[]> {
  const rows = await database.read.query<{ name: string; body: string }>(
    "SELECT name, body FROM callboard_event WHERE site_no = $1 ORDER BY id",
    [siteNo],
  );
  return rows.filter(({ name }) => name.includes(".")).map(({ body }) => JSON.parse(body) as Told);
}
const listNames = (told: readonly Told[]) => told.map(({ event }) => event);
const toldTo = ({ received }: Receiver) =>
  received
    .map(({ body }) => JSON.parse(body.toString("utf8")) as Told)
    .filter(({ event }) => typeof event === "string");

async function failsForDays({ database, siteNo, snapshots }: Bench, origin: string): Promise<void> {
  await database.write(async (tx) => {
    await tx.query(
      `UPDATE callboard_endpoint SET failing_since = $1, failed_attempts = 50, failed_deliveries = 19, failing_stage = 3,
         changed_in = NULL WHERE origin = $2`,
      [database.now() - 6 * DAY, origin],
    );
    await raiseVersion(tx, siteNo);
  });
  await snapshots.refresh(database.read);
}
async function makeProbeDue({ database, siteNo, snapshots }: Bench): Promise<void> {
  await database.write(async (tx) => {
    await tx.query(
      "UPDATE callboard_endpoint SET probe_at = $1, changed_in = NULL WHERE paused_at IS NOT NULL",
      [database.now() - 1],
    );
    await raiseVersion(tx, siteNo);
  });
  await snapshots.refresh(database.read);
}
const isPaused = async ({ database }: Bench, origin: string) => {
  const rows = await database.read.query<{ paused_at: number | null }>(
    "SELECT paused_at FROM callboard_endpoint WHERE origin = $1",
    [origin],
  );
  return rows.some(({ paused_at: at }) => at !== null);
};

describe.each(Object.entries(DATABASES))("on %s", (_name, newUrl) => {
  test("whoever subscribed hears that an endpoint fails; the endpoint itself does not", async () => {
    const addon = await receiver(500);
    const watcher = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url, {}, ["jira:issue_created", ...ALL]);
    await b.addAddon("watcher", watcher.url, {}, ALL);

    for (let each = 0; each < 5; each += 1) await b.post();

    await waitFor(() => expect(listNames(toldTo(watcher))).toContain("endpoint.failing"));
    expect(toldTo(watcher).find(({ event }) => event === "endpoint.failing")).toMatchObject({
      id: expect.stringMatching(/^evt_1_[\da-f]{32}$/) as string,
      at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      site: "jira",
      state: "failing",
      stage: "5-attempts",
      receiver: { kind: "addon", key: "one", name: "one", origin: new URL(addon.url).origin },
      link: `http://callboard.test/admin/endpoints?site=jira&q=${encodeURIComponent(new URL(addon.url).origin)}`,
    });
    expect(listNames(toldTo(addon))).toEqual([]);
    const traces = await b.database.read.query(
      "SELECT trace FROM callboard_event WHERE name = 'endpoint.failing'",
    );
    expect(JSON.stringify(traces)).toContain("the event is about this endpoint");
  }, 30_000);

  test("it hears once that an endpoint is paused, and once that it is back", async () => {
    const addon = await receiver(500);
    const watcher = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url, {}, ["jira:issue_created", ...ALL]);
    await b.addAddon("watcher", watcher.url, {}, ALL);
    await failsForDays(b, new URL(addon.url).origin);
    await b.post();
    await waitFor(() => expect(listNames(toldTo(watcher))).toContain("endpoint.paused"));
    await b.post();
    addon.answer = answerStatus(204);
    await makeProbeDue(b);
    await waitFor(() => expect(listNames(toldTo(watcher))).toContain("endpoint.resumed"), 15_000);

    const turns = toldTo(watcher).filter(({ event }) => event.startsWith("endpoint."));
    expect(turns).toMatchObject([
      { event: "endpoint.paused", state: "paused", since: expect.any(String) as string },
      { event: "endpoint.resumed", state: "healthy", by: "callboard" },
    ]);
    expect(listNames(toldTo(addon))).toEqual([]);
    const kept = (await stored(b)).filter(({ event }) => event.startsWith("endpoint."));
    expect(kept).toEqual(turns);
  }, 40_000);

  test("a 410 is told as subscription.gone, and what fails for good as delivery.failed, once a minute with the count", async () => {
    const addon = await receiver(404);
    const watcher = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url);
    await b.addAddon("watcher", watcher.url, {}, ALL);
    // Enough of the minute is left, so that all of them fail in it.
    if (b.database.now() % 60_000 > 45_000) await new Promise((resolve) => setTimeout(resolve, 16_000));

    const hasFailed = async (count: number) =>
      (await b.deliveries()).filter(({ because }) => because === "rejected").length === count;
    for (let each = 1; each <= 4; each += 1) {
      await b.post();
      await waitFor(async () => expect(await hasFailed(each)).toBe(true));
    }
    await waitFor(() => expect(listNames(toldTo(watcher))).toEqual(["delivery.failed"]));
    expect(toldTo(watcher)[0]).toMatchObject({ count: 1, reason: "rejected", state: "failed" });
    await b.records.tellFailures();
    expect(listNames(await stored(b))).toEqual(["delivery.failed"]);

    // As if its minute was over.
    await b.database.autocommit.query("UPDATE callboard_failure_notice SET told_minute = told_minute - 1");
    await b.records.tellFailures();
    await b.records.tellFailures();
    expect((await stored(b)).map(({ event, count }) => [event, count])).toEqual([
      ["delivery.failed", 1],
      ["delivery.failed", 3],
    ]);

    addon.answer = answerStatus(410);
    await b.post();
    await waitFor(() => expect(listNames(toldTo(watcher))).toContain("subscription.gone"));
    expect(toldTo(watcher).find(({ event }) => event === "subscription.gone")).toMatchObject({
      state: "inactive",
      subscribedTo: "jira:issue_created",
      receiver: { key: "one" },
    });
  }, 40_000);

  test("nothing arises from delivering one: a watcher that fails is paused in silence, with an entry in the audit", async () => {
    const addon = await receiver(404);
    const watcher = await receiver(500);
    const other = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url);
    await b.addAddon("watcher", watcher.url, {}, ALL);
    await b.addAddon("other", other.url, {}, ALL);
    await failsForDays(b, new URL(watcher.url).origin);

    await b.post();

    await waitFor(async () => expect(await isPaused(b, new URL(watcher.url).origin)).toBe(true));
    await waitFor(() => expect(toldTo(other)).toHaveLength(1));
    await b.settled();
    expect(listNames(await stored(b))).toEqual(["delivery.failed"]);
    const audit = await b.database.read.query<{ action: string; object: string }>(
      "SELECT action, object FROM callboard_audit",
    );
    expect(audit).toEqual([{ action: "endpoint.paused", object: "jira/watcher" }]);
  }, 30_000);

  test("all events and * leave them out", async () => {
    const addon = await receiver(404);
    const wild = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url);
    await b.addAddon("wild", wild.url, {}, [undefined, "*", "delivery.*"]);

    await b.post();

    await waitFor(async () => expect(listNames(await stored(b))).toEqual(["delivery.failed"]));
    await b.post();
    await waitFor(() => expect(wild.received.length).toBeGreaterThanOrEqual(2));
    await b.settled();
    expect(listNames(toldTo(wild))).toEqual([]);
  }, 30_000);

  test("a transaction that fails announces nothing, and what it reserved is free again", async () => {
    const watcher = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("watcher", watcher.url, {}, ALL);
    const announcer = createAnnouncer({
      snapshots: b.snapshots,
      slots: () => b.slots,
      baseUrl: () => "http://callboard.test",
      now: b.database.now,
    });
    const announcement = {
      event: "endpoint.paused",
      siteNo: b.siteNo,
      facts: { state: "paused", since: b.database.now() },
    } as const;

    await expect(
      b.database.write(async (tx) => {
        await announcer.announce(tx, [announcement]);
        throw new Error("the work failed");
      }),
    ).rejects.toThrow("the work failed");
    expect(await stored(b)).toEqual([]);
    expect(b.backlog.getWaiting(1)).toBe(0);

    await b.database.write((tx) => announcer.announce(tx, [announcement]));
    await waitFor(() => expect(listNames(toldTo(watcher))).toEqual(["endpoint.paused"]));
    await waitFor(() => expect(b.backlog.getWaiting(1)).toBe(0));
  }, 30_000);

  test("Callboard's own site gets the same event of every site, if somebody there asked for it", async () => {
    const addon = await receiver(404);
    const watcher = await receiver(204);
    const b = await bench(await newUrl());
    await b.addAddon("one", addon.url);
    const own = await b.database.write((tx) =>
      insertSite(tx, {
        key: "callboard",
        product: "callboard",
        name: "Callboard",
        baseUrl: undefined,
        clientKey: randomUUID(),
        retryProfile: undefined,
        installSigning: "signed",
        options: {},
        createdAt: 0,
      }),
    );
    await b.snapshots.refresh(b.database.read);
    const ofOwn = () =>
      b.database.read.query<{ id: string; body: string }>(
        "SELECT id, body FROM callboard_event WHERE site_no = $1",
        [own.no],
      );
    await b.post();
    await waitFor(async () => expect(await stored(b)).toHaveLength(1));
    expect(await ofOwn()).toEqual([]);

    await b.addAddon("watcher", watcher.url, { siteNo: own.no }, ["delivery.failed"]);
    await b.database.autocommit.query("UPDATE callboard_failure_notice SET told_minute = -1");
    await b.post();
    await waitFor(() => expect(addon.received).toHaveLength(2));
    await b.settled();
    await b.database.autocommit.query("UPDATE callboard_failure_notice SET told_minute = told_minute - 1");
    await b.records.tellFailures();

    await waitFor(() => expect(toldTo(watcher).length).toBeGreaterThan(0));
    const copied = await ofOwn();
    const bodies = await b.database.read.query<{ id: string; body: string }>(
      "SELECT id, body FROM callboard_event WHERE site_no = $1 AND name = 'delivery.failed' ORDER BY id",
      [b.siteNo],
    );
    expect(bodies).toEqual(
      expect.arrayContaining(copied.map((row) => expect.objectContaining(row) as object)),
    );
    expect(toldTo(watcher)[0]).toMatchObject({ event: "delivery.failed", site: "jira" });
  }, 30_000);
});

test("three processes tell of a pause and of its end once each, to everybody once", async () => {
  const url = await newPostgresUrl();
  const addon = await receiver(500);
  const watcher = await receiver(204);
  const tookMs: number[] = [];
  const { answer } = watcher;
  watcher.answer = (request, response, count) => {
    const { at } = JSON.parse(request.body.toString("utf8")) as { readonly at: string };
    tookMs.push(Date.now() - Date.parse(at));
    answer(request, response, count);
  };
  const first = await bench(url);
  await first.addAddon("one", addon.url);
  await first.addAddon("watcher", watcher.url, {}, ALL);
  await failsForDays(first, new URL(addon.url).origin);
  const all = [first, await bench(url), await bench(url)];

  await Promise.all(all.flatMap((b) => Array.from({ length: 10 }, () => b.post())));
  await waitFor(() => expect(listNames(toldTo(watcher))).toContain("endpoint.paused"), 10_000);
  await waitFor(() => expect(all.map((b) => b.engine.status().unsettled)).toEqual([0, 0, 0]));
  for (const b of all) await b.post();
  addon.answer = answerStatus(204);
  await makeProbeDue(first);
  await waitFor(() => expect(listNames(toldTo(watcher))).toContain("endpoint.resumed"), 20_000);
  await new Promise((resolve) => setTimeout(resolve, 2_000));

  const names = listNames(await stored(first)).filter((event) => event !== "delivery.failed");
  expect(names).toEqual(["endpoint.paused", "endpoint.resumed"]);
  expect(listNames(toldTo(watcher)).filter((event) => event !== "delivery.failed")).toEqual(names);
  expect(new Set(toldTo(watcher).map(({ id }) => id)).size).toBe(toldTo(watcher).length);
  // From the transition to who subscribed.
  expect(Math.max(...tookMs)).toBeLessThanOrEqual(10_000);
}, 60_000);
