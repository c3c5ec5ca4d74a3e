/** Order by key beside what else happens: keys that an earlier version left behind, operational events, receivers that are gone. */
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { ORPHANS_LOOKED_FOR_MS } from "../../src/host/delivery/ordered-keys.ts";
import { placeInOrder } from "../../src/host/events/place.ts";
import { insertPlan } from "../../src/host/events/reserve.ts";
import type { DueDelivery } from "../../src/host/model/delivery.ts";
import { readNotice, readWaitingLanes } from "../../src/host/store/tables/deliveries.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { holdKeys } from "../../src/host/store/tables/order.ts";
import { silentLogger } from "../../src/logger.ts";
import { describeOn, describeOnEach } from "../support/databases.ts";
import { answer204 } from "../support/http-receiver.ts";
import { newDelivery, newEvent } from "../support/rows.ts";
import { stopAtEnd } from "../support/stop-at-end.ts";
import { waitFor } from "../support/wait-for.ts";
import { addOrderedWebhook, ofIssue, readStep } from "../support/with-order.ts";
import type { Bench } from "../support/with-engine.ts";

const { started, receiving } = stopAtEnd();

function noting() {
  const warnings: string[] = [];
  return { warnings, logger: { ...silentLogger, warn: (event: string) => void warnings.push(event) } };
}
/** As a version without order ends a delivery. */
const endFirst = ({ database }: Bench) =>
  database.autocommit.query(
    "UPDATE callboard_delivery SET state = 2 WHERE id = (SELECT MIN(id) FROM callboard_delivery WHERE state = 0)",
  );

describeOnEach((newUrl, name) => {
  test("a key that an earlier version left behind goes on at the start", async () => {
    const receiver = await receiving();
    const { warnings, logger } = noting();
    const b = await started(await newUrl(), { start: false, logger });
    await addOrderedWebhook(b, receiver.url);
    for (let step = 0; step < 4; step += 1) await b.post(ofIssue("1", step));
    await endFirst(b);

    await b.engine.start();
    await waitFor(() => expect(receiver.received.map(readStep)).toEqual([1, 2, 3]));

    expect(warnings).toEqual(["delivery.orphaned-keys"]);
  });

  test("lanes in which something waits are read once at the start", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl(), { start: false });
    await addOrderedWebhook(b, receiver.url);
    for (let step = 0; step < 2; step += 1) await b.post(ofIssue("1", step));
    const query = vi.spyOn(b.database.read, "query");
    onTestFinished(() => query.mockRestore());
    await readWaitingLanes(b.database.read);
    const statement = query.mock.calls[0]?.[0];
    query.mockClear();

    await b.engine.start();

    expect(query.mock.calls.filter(([sql]) => sql === statement)).toHaveLength(1);
  });

  test("a delivery that fails when it is reserved lets the next one of its key go", async () => {
    const url = await newUrl();
    const b = await started(url, { start: false });
    const notices = name === "PostgreSQL" ? await listenForDue(url) : undefined;
    const event = newEvent(b.siteNo);
    const planned = [0, 1].map(
      (index) =>
        newDelivery(b.siteNo, event.id, index, {
          order: { key: "w1 1", sequence: undefined, isBehind: true },
        }) as DueDelivery,
    );
    const full = { reserve: fullForFirst };
    await b.database.write(async (tx) => {
      await placeInOrder(tx, planned, 1_000);
      await insertPlan(tx, { events: [], deliveries: planned }, full, 1_000);
    });

    expect((await b.deliveries()).map(({ state, lane, sequence }) => [state, lane, sequence])).toEqual([
      [3, 0, 1],
      [0, 0, 2],
    ]);
    // Another process may be the one that delivers.
    if (notices === undefined) return;
    await waitFor(() => expect(notices).toHaveLength(1));
    expect(notices.map(readNotice)).toEqual([[{ siteNo: b.siteNo, endpointNo: 1, lane: 0 }]]);
  });

  test("ordered deliveries are planned on the registry of their transaction", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl());
    await addOrderedWebhook(b, receiver.url);
    await b.post(ofIssue("1", 0));
    await waitFor(() => expect(receiver.received).toHaveLength(1));

    // By another process, which this one has not heard of.
    await b.database.write(async (tx) => {
      await tx.query("UPDATE callboard_subscription SET active = 0, changed_in = NULL");
      await raiseVersion(tx, b.siteNo);
    });
    const [accepted] = await b.post(ofIssue("1", 1));

    expect(accepted?.deliveries).toEqual([]);
    expect(await b.deliveries()).toHaveLength(1);
  });
});

const fullForFirst = (deliveries: readonly DueDelivery[]) => ({
  deliveries: deliveries.map((delivery, index) =>
    index === 0 ? { ...delivery, failed: "backlog-full" as const } : delivery,
  ),
  end: () => undefined,
});

describeOn("PostgreSQL", (newUrl) => {
  test("a key that another process left behind goes on within a minute", async () => {
    const receiver = await receiving((_request, response) => void response.writeHead(503).end());
    let ahead = 0;
    const b: Bench = await started(await newUrl(), {
      start: false,
      now: () => b.database.now() + ahead,
      findRetrySchedule: () => ({ steps: [3_600_000], jitter: 0 }),
    });
    await addOrderedWebhook(b, receiver.url);
    await b.engine.start();
    for (let step = 0; step < 2; step += 1) await b.post(ofIssue("1", step));
    await waitFor(async () => expect(await b.attempts()).toHaveLength(1));
    await b.settled();
    receiver.answer = answer204;
    await endFirst(b);

    b.engine.wake();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.received.map(readStep)).toEqual([0]);
    ahead = ORPHANS_LOOKED_FOR_MS;
    b.engine.wake();
    await waitFor(() => expect(receiver.received.map(readStep)).toEqual([0, 1]));
  });

  test("transactions that hold keys announce events of each other's keys, and none waits for the other", async () => {
    const receiver = await receiving();
    const url = await newUrl();
    const [one, two] = [await started(url), await started(url)];
    await addOrderedWebhook(one, receiver.url, { events: ["endpoint.paused"], orderBy: "/state" });
    await two.snapshots.refresh(two.database.read);
    const arrived = createBarrier(2);
    const announce = ({ database, announcer, siteNo }: Bench, held: string, told: string) =>
      database.write(async (tx) => {
        await announcer.prepare(tx);
        // As a settlement holds the keys of its deliveries, before it records that an endpoint is paused.
        await holdKeys(tx, [{ siteNo, key: `w1 ${held}` }]);
        await arrived();
        await announcer.announce(tx, [
          { siteNo, event: "endpoint.paused", facts: { state: told, since: 1 } },
        ]);
      });
    for (const state of ["a", "b"])
      await one.database.write((tx) =>
        one.announcer.announce(tx, [
          { siteNo: one.siteNo, event: "endpoint.paused", facts: { state, since: 1 } },
        ]),
      );
    await waitFor(() => expect(receiver.received).toHaveLength(2));

    await Promise.all([announce(one, "a", "b"), announce(two, "b", "a")]);
    await waitFor(() => expect(receiver.received).toHaveLength(4));

    const numbers = receiver.received.map(({ headers, body }) => [
      (JSON.parse(body.toString()) as { readonly state: string }).state,
      headers["webhook-sequence"],
    ]);
    expect(numbers.toSorted()).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["b", "1"],
      ["b", "2"],
    ]);
  });

  test("a receiver that is gone is switched off by several processes at once, and none waits for another", async () => {
    const release: (() => void)[] = [];
    const receiver = await receiving((_request, response) => {
      release.push(() => void response.writeHead(410).end());
    });
    const url = await newUrl();
    const { warnings, logger } = noting();
    const processes = [await started(url, { logger }), await started(url, { logger })];
    await addOrderedWebhook(processes[0]!, receiver.url);
    await processes[1]!.snapshots.refresh(processes[1]!.database.read);
    for (const [index, b] of processes.entries()) {
      // The first one of its key is leased by the process that accepts it, or claimed by either.
      for (let step = 0; step < 3; step += 1) await b.post(ofIssue(index, step));
    }
    await waitFor(() => expect(release).toHaveLength(2));

    for (const answer of release) answer();
    await waitFor(async () => {
      const rows = await processes[0]!.deliveries();
      expect(rows.map(({ because }) => because)).toEqual(Array.from({ length: 6 }, () => "gone"));
    });
    expect(warnings.filter((event) => event === "delivery.settle-delayed")).toEqual([]);
  });
});

/** Notices of deliveries that are due, as they come. */
async function listenForDue(url: string): Promise<readonly string[]> {
  const notices: string[] = [];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  client.on("notification", ({ payload = "" }) => notices.push(payload));
  await client.query("LISTEN callboard_due");
  return notices;
}

/** Resolves for all of them once so many have called. */
function createBarrier(count: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === count) for (const go of waiting) go();
    });
}
