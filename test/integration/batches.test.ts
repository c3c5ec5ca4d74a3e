/** Batches: several events in one request, and a failed batch is retried as it was. */
import { expect, test } from "vitest";
import { cancelOne, redeliverOne } from "../../src/host/delivery-log/redeliver.ts";
import { createBatchClaims } from "../../src/host/delivery/batch-claims.ts";
import { NO_OBSERVER } from "../../src/host/delivery/observer.ts";
import { MAX_BATCH_BYTES } from "../../src/host/model/batch-settings.ts";
import { formatId, newUuid } from "../../src/host/model/ids.ts";
import { createEndpoint, createLane, push } from "../../src/host/model/lanes.ts";
import type { Queryable } from "../../src/host/store/db/database.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { listWebhooks, saveWebhook } from "../../src/host/store/tables/webhooks.ts";
import { describeOnEach } from "../support/databases.ts";
import { answer204, answerStatus } from "../support/http-receiver.ts";
import type { Received } from "../support/http-receiver.ts";
import { stopAtEnd } from "../support/stop-at-end.ts";
import { waitFor } from "../support/wait-for.ts";
import { addBatchingWebhook, readBatchId, readItems, readSteps } from "../support/with-batches.ts";
import { ofIssue } from "../support/with-order.ts";
import { redeliveryContext, startBench } from "../support/with-engine.ts";
import type { Bench, BenchOptions } from "../support/with-engine.ts";
import type { Webhook } from "../../src/host/model/webhook.ts";

const { open, started, receiving } = stopAtEnd();

const BY = { actor: "token test", address: "127.0.0.1" };
const listStates = async (b: Bench) => (await b.deliveries()).map(({ state }) => state);
const hasEnded = (b: Bench, count: number) =>
  waitFor(async () => {
    const states = await listStates(b);
    expect(states).toHaveLength(count);
    expect(states.every((state) => Number(state) >= 2)).toBe(true);
  });

async function postSteps(b: Bench, count: number, issue: (step: number) => string = String): Promise<void> {
  await b.acceptor.accept(
    Array.from({ length: count }, (_, step) => ({ siteNo: b.siteNo, ...ofIssue(issue(step), step) })),
  );
}

async function changeWebhook(b: Bench, change: Partial<Webhook>): Promise<void> {
  await b.database.write(async (tx) => {
    const [webhook] = await listWebhooks(tx, b.seal, b.siteNo);
    if (webhook === undefined) throw new Error("no webhook");
    await saveWebhook(tx, b.seal, { ...webhook, ...change });
    await raiseVersion(tx, b.siteNo);
  });
  await b.snapshots.refresh(b.database.read);
}

/** Retries soon, as often as a test needs. */
const QUICK: BenchOptions = {
  findRetrySchedule: () => ({ steps: Array.from({ length: 50 }, () => 40), jitter: 0 }),
};
const distinct = (requests: readonly Received[]) => new Set(requests.map(({ body }) => body.toString()));

describeOnEach((newUrl) => {
  test("as many as fit are sent at once, the rest within the time, each with its own ID", async () => {
    const times: number[] = [];
    const receiver = await receiving((request, response, count) => {
      times.push(performance.now());
      answer204(request, response, count);
    });
    const b = await started(await newUrl());
    await addBatchingWebhook(b, receiver.url, { batch: { max: 10, withinMs: 3_000 } });
    const before = performance.now();

    await postSteps(b, 25);
    await waitFor(() => expect(receiver.received).toHaveLength(3));
    const [, second = 0, third = 0] = times;
    expect(third - before).toBeGreaterThanOrEqual(2_990);
    // Were a full batch to wait as well, all three would go out within the time that it takes to post.
    expect(third - second).toBeGreaterThan(1_000);
    await hasEnded(b, 25);

    expect(receiver.received.flatMap(readSteps)).toEqual(Array.from({ length: 25 }, (_, step) => step));
    const rows = await b.deliveries();
    expect(receiver.received.flatMap(readItems).map(({ id }) => id)).toEqual(
      rows.map(({ id }) => formatId("dlv", b.siteNo, String(id))),
    );
    expect(new Set(receiver.received.map(readBatchId))).toEqual(
      new Set(rows.map(({ batch_id }) => formatId("bat", b.siteNo, String(batch_id)))),
    );
    const [first] = receiver.received.flatMap(readItems);
    expect(first?.type).toBe("jira:issue_created");
    expect(Date.now() - Date.parse(first?.timestamp ?? "")).toBeLessThan(60_000);
    expect((await b.attempts()).map(({ number, status }) => [number, status])).toEqual(
      Array.from({ length: 25 }, () => [1, 204]),
    );
  });

  test("events of one request are in one batch, also when it gathers for less time than their commit takes", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl());
    await addBatchingWebhook(b, receiver.url, { batch: { max: 100, withinMs: 1 } });
    await b.post(ofIssue("first", 0));
    await hasEnded(b, 1);
    await postSteps(b, 60);
    await hasEnded(b, 61);
    expect(receiver.received.map((request) => readItems(request).length)).toEqual([1, 60]);
    expect(receiver.received.every((request) => readBatchId(request).startsWith("bat_"))).toBe(true);
  });

  test("a failed batch is retried as it was, alone, whatever came meanwhile", async () => {
    let isBroken = true;
    const receiver = await receiving((_request, response) => {
      response.writeHead(isBroken ? 503 : 204).end();
    });
    const b = await started(await newUrl(), QUICK);
    await addBatchingWebhook(b, receiver.url, { batch: { max: 3, withinMs: 50 } });

    await postSteps(b, 3);
    await waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2));
    await postSteps(b, 2);
    await waitFor(() => expect(distinct(receiver.received).size).toBe(2));
    isBroken = false;
    await hasEnded(b, 5);

    expect(distinct(receiver.received).size).toBe(2);
    for (const id of new Set(receiver.received.map(readBatchId)))
      expect(distinct(receiver.received.filter((request) => readBatchId(request) === id)).size).toBe(1);
    expect(await listStates(b)).toEqual([2, 2, 2, 2, 2]);
  });

  test.each([
    ["", {}],
    [", also if batches are no longer wanted", { batch: undefined }],
  ])(
    "a process that starts later retries the batch of another with the same bytes%s",
    async (_also, change) => {
      const url = await newUrl();
      const receiver = await receiving(answerStatus(503));
      const first = await startBench(url, { findRetrySchedule: () => ({ steps: [300, 300], jitter: 0 }) });
      await addBatchingWebhook(first, receiver.url);
      await postSteps(first, 7);
      await waitFor(() => expect(receiver.received).toHaveLength(1));
      await first.settled();
      await changeWebhook(first, change);
      receiver.answer = answer204;
      // What is in memory ends with its process.
      const isInMemory = first.database.file === undefined && !first.database.dialect.isShared;
      if (isInMemory) open.push(first);
      else await first.stop();
      await hasEnded(isInMemory ? first : await started(url, QUICK), 7);

      expect(receiver.received.map(readBatchId)[1]).toBe(receiver.received.map(readBatchId)[0]);
      expect(distinct(receiver.received).size).toBe(1);
    },
  );

  test("what is left of a batch of which one was canceled goes into another, with another ID", async () => {
    let isBroken = true;
    const receiver = await receiving((_request, response) => {
      response.writeHead(isBroken ? 503 : 204).end();
    });
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [400, 400], jitter: 0 }),
    });
    await addBatchingWebhook(b, receiver.url, { batch: { max: 4, withinMs: 100 } });
    await postSteps(b, 4);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await b.settled();
    isBroken = false;

    const rows = await b.deliveries();
    await cancelOne(redeliveryContext(b), formatId("dlv", b.siteNo, String(rows[1]?.["id"])), BY);
    await hasEnded(b, 4);

    expect(await listStates(b)).toEqual([2, 3, 2, 2]);
    expect(receiver.received.map(readSteps)).toEqual([
      [0, 1, 2, 3],
      [0, 2, 3],
    ]);
    expect(receiver.received.map(readBatchId)[1]).not.toBe(receiver.received.map(readBatchId)[0]);
  });

  test("one that is canceled while its batch waits in memory is not sent", async () => {
    const waiting: (() => void)[] = [];
    const receiver = await receiving((_request, response) => {
      waiting.push(() => response.writeHead(204).end());
    });
    const b = await started(await newUrl());
    await addBatchingWebhook(b, receiver.url, { pace: { slots: 1 }, batch: { max: 2, withinMs: 50 } });
    await postSteps(b, 4);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    const rows = await b.deliveries();
    await cancelOne(redeliveryContext(b), formatId("dlv", b.siteNo, String(rows[3]?.["id"])), BY);
    receiver.answer = answer204;
    waiting.forEach((respond) => respond());
    await hasEnded(b, 4);

    expect(receiver.received.map(readSteps)).toEqual([[0, 1], [2]]);
    expect(await listStates(b)).toEqual([2, 2, 2, 3]);
  });

  test("the members of a batch are settled in one transaction, however long the response is", async () => {
    const settled: number[] = [];
    const receiver = await receiving((_request, response) => response.writeHead(503).end("x".repeat(60_000)));
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [], jitter: 0 }),
      observer: { ...NO_OBSERVER, settled: (moved) => void settled.push(moved.length) },
    });
    await addBatchingWebhook(b, receiver.url, { batch: { max: 40, withinMs: 2_000 } });
    await postSteps(b, 40);
    await hasEnded(b, 40);

    expect(settled).toEqual([40]);
  });

  test("a batch of which an event changed is not sent under its ID", async () => {
    let isBroken = true;
    const receiver = await receiving((_request, response) => {
      response.writeHead(isBroken ? 503 : 204).end();
    });
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [400, 400], jitter: 0 }),
    });
    await addBatchingWebhook(b, receiver.url, { batch: { max: 2, withinMs: 100 } });
    await postSteps(b, 2);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await b.settled();
    isBroken = false;
    await b.database.write((tx) =>
      tx.query(`UPDATE callboard_event SET body = '{"step":9}' WHERE body LIKE '%"step":0%'`),
    );
    await hasEnded(b, 2);

    expect(receiver.received.map(readSteps)).toEqual([
      [0, 1],
      [9, 1],
    ]);
    expect(new Set(receiver.received.map(readBatchId)).size).toBe(2);
  });

  test("deliveries of a key are in order within a batch and over batches, and none overtakes", async () => {
    let count = 0;
    const receiver = await receiving((_request, response) => {
      count += 1;
      response.writeHead(count % 3 === 1 ? 503 : 204).end();
    });
    const b = await started(await newUrl(), QUICK);
    await addBatchingWebhook(b, receiver.url, { orderBy: "/issue/id", batch: { max: 10, withinMs: 50 } });

    for (let round = 0; round < 4; round += 1) await postSteps(b, 15, (step) => `${step % 3}`);
    await hasEnded(b, 60);

    expect(await listStates(b)).toEqual(Array.from({ length: 60 }, () => 2));
    const seen = new Map<string, number>();
    for (const request of receiver.received)
      for (const { data, sequence = 0 } of readItems(request)) {
        const key = String(data?.issue.id);
        const last = seen.get(key) ?? 0;
        expect(sequence).toBeLessThanOrEqual(last + 1);
        seen.set(key, Math.max(last, sequence));
      }
    expect([...seen.values()]).toEqual([20, 20, 20]);
    expect(receiver.received.some((request) => readItems(request).length === 10)).toBe(true);
    expect(receiver.received.length).toBeLessThan(40);
  });

  test("of a key, several are in one batch; what is left of a broken one keeps its order", async () => {
    let isBroken = true;
    const receiver = await receiving((_request, response) => {
      response.writeHead(isBroken ? 503 : 204).end();
    });
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [300, 300], jitter: 0 }),
    });
    await addBatchingWebhook(b, receiver.url, { orderBy: "/issue/id", batch: { max: 5, withinMs: 50 } });
    await postSteps(b, 8, () => "same");
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await b.settled();
    expect(receiver.received.map(readSteps)).toEqual([[0, 1, 2, 3, 4]]);
    isBroken = false;
    const rows = await b.deliveries();
    await cancelOne(redeliveryContext(b), formatId("dlv", b.siteNo, String(rows[0]?.["id"])), BY);
    await hasEnded(b, 8);

    expect(receiver.received.slice(1).flatMap(readSteps)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("two processes: each batch is sent by one of them, nothing is lost, and nothing is twice", async () => {
    const url = await newUrl();
    const receiver = await receiving();
    const one = await started(url);
    await addBatchingWebhook(one, receiver.url, { orderBy: "/issue/id", batch: { max: 20, withinMs: 100 } });
    const isShared = one.database.dialect.isShared;
    const other = isShared ? await started(url) : one;
    for (let round = 0; round < 6; round += 1) {
      await postSteps(one, 30, (step) => `${step % 7}`);
      await postSteps(other, 30, (step) => `${step % 7}`);
      other.engine.wake();
    }
    await hasEnded(one, 360);

    const ids = receiver.received.flatMap(readItems).map(({ id }) => id);
    expect(new Set(ids).size).toBe(360);
    expect(ids).toHaveLength(360);
    expect(new Set(receiver.received.map(readBatchId)).size).toBe(receiver.received.length);
  });

  test("a claim reads nothing whole of the batches that are in memory, and the one after them", async () => {
    const b = await startBench(await newUrl(), { start: false });
    open.push(b);
    await addBatchingWebhook(b, "https://receiver.example/", { batch: { max: 3, withinMs: 50 } });
    await postSteps(b, 9);
    const whole: unknown[] = [];
    const watched = (q: Queryable): Queryable => ({
      ...q,
      query: async <Row extends object>(sql: string, bind?: readonly unknown[]) => {
        const rows = await q.query<Row>(sql, bind);
        whole.push(...rows.filter((row) => "batch_id" in row && "attempts" in row));
        return rows;
      },
    });
    const { database, snapshots, siteNo } = b;
    const claims = createBatchClaims({
      database: { ...database, read: watched(database.read), autocommit: watched(database.autocommit) },
      snapshots,
      newLease: (now) => (database.dialect.isShared ? { id: newUuid(), until: now + 60_000 } : undefined),
    });
    const site = snapshots.get(siteNo);
    const lane = createLane(
      createEndpoint({ siteNo, endpointNo: [...(site?.endpoints.keys() ?? [])][0] ?? 0 }, site),
      0,
    );
    const claim = async (slots: number) => (await claims.claim(lane, slots, database.now() + 60)).due;

    for (const delivery of await claim(2)) push(lane, delivery);
    expect(lane.trackedIds.size).toBe(6);
    expect((await claim(1)).map(({ batch }) => batch?.members.length)).toEqual([3]);
    expect(whole).toEqual([]);
  });

  test("a process that dies between writing a batch and sending it: another sends it as it was written", async () => {
    const url = await newUrl();
    const receiver = await receiving();
    const dying = await startBench(url, { start: false });
    await addBatchingWebhook(dying, receiver.url, { batch: { max: 3, withinMs: 50 } });
    await postSteps(dying, 3);
    const claims = createBatchClaims({
      database: dying.database,
      snapshots: dying.snapshots,
      newLease: (now) => (dying.database.dialect.isShared ? { id: newUuid(), until: now + 300 } : undefined),
    });
    const [endpointNo = 0] = [...(dying.snapshots.get(dying.siteNo)?.endpoints.keys() ?? [])];
    const endpoint = createEndpoint({ siteNo: dying.siteNo, endpointNo }, dying.snapshots.get(dying.siteNo));
    const { due } = await claims.claim(createLane(endpoint, 0), 5, dying.database.now());
    expect(due.map(({ batch }) => batch?.members.length)).toEqual([3]);
    expect((await dying.deliveries()).map(({ lane }) => lane)).toEqual([4, 4, 4]);
    if (dying.database.file === undefined && !dying.database.dialect.isShared) {
      await dying.engine.start();
      open.push(dying);
      await hasEnded(dying, 3);
    } else {
      await dying.stop();
      await hasEnded(await started(url), 3);
    }

    expect(receiver.received.map(readBatchId)).toEqual([
      formatId("bat", dying.siteNo, due[0]?.batch?.id ?? ""),
    ]);
    expect(receiver.received.map(({ body }) => body.toString())).toEqual([due[0]?.body.toString()]);
  });

  test("a batch is one request of the rate, and one failure of the circuit, whose probe is a batch as it was", async () => {
    const receiver = await receiving((_request, response) => response.destroy());
    const b = await started(await newUrl(), QUICK);
    await addBatchingWebhook(b, receiver.url, {
      pace: { rate: { count: 4, per: "second" } },
      batch: { max: 10, withinMs: 30 },
    });
    await postSteps(b, 40);
    await waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(4));
    expect(b.engine.breakers().map(({ failures }) => failures)[0]).toBeLessThanOrEqual(5);
    receiver.answer = answer204;
    await waitFor(async () => expect((await listStates(b)).every((state) => state === 2)).toBe(true), 20_000);

    const steps = receiver.received.map((request) => readSteps(request).length);
    expect(new Set(steps)).toEqual(new Set([10]));
    expect(distinct(receiver.received).size).toBe(4);
  });

  test("what is left of a batch goes in the order of its key, also when it no longer fits one", async () => {
    let inFlight = 0;
    let most = 0;
    const receiver = await receiving(answerStatus(503));
    const b = await started(await newUrl(), { findRetrySchedule: () => ({ steps: [300, 300], jitter: 0 }) });
    await addBatchingWebhook(b, receiver.url, { orderBy: "/issue/id", batch: { max: 6, withinMs: 50 } });
    await postSteps(b, 6, () => "same");
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await b.settled();
    await changeWebhook(b, { batch: { max: 2, withinMs: 50 } });
    const rows = await b.deliveries();
    await cancelOne(redeliveryContext(b), formatId("dlv", b.siteNo, String(rows[5]?.["id"])), BY);
    receiver.answer = (_request, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.writeHead(204).end();
      }, 40);
    };
    await hasEnded(b, 6);

    expect(receiver.received.slice(1).flatMap(readSteps)).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(1);
  });

  test("a redelivery and a test are sent alone, as a batch of one", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl());
    await addBatchingWebhook(b, receiver.url);
    const [subscriptionNo = 0] = [...(b.snapshots.get(b.siteNo)?.subscriptions.keys() ?? [])];
    await postSteps(b, 3);
    await hasEnded(b, 3);

    const id = formatId("dlv", b.siteNo, String((await b.deliveries())[1]?.["id"]));
    await redeliverOne(redeliveryContext(b), id, BY);
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    await b.post({ ...ofIssue("t", 7), testOf: subscriptionNo });
    await waitFor(() => expect(receiver.received).toHaveLength(3));

    expect(receiver.received.map(readSteps)).toEqual([[0, 1, 2], [1], [7]]);
    expect(readBatchId(receiver.received[1] as Received)).toBe(id);
    expect(receiver.received[1]?.headers["x-callboard-redelivery"]).toBe("1");
  });

  test("a hundred members; one after which the body would exceed 1 MiB begins the next batch", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl());
    await addBatchingWebhook(b, receiver.url, { batch: { max: 100, withinMs: 300 } });
    await postSteps(b, 100);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    expect(readItems(receiver.received[0] as Received)).toHaveLength(100);

    const text = "x".repeat(300 * 1024);
    await b.acceptor.accept(
      [0, 1, 2, 3, 4].map((step) => ({
        siteNo: b.siteNo,
        event: "jira:issue_created",
        payload: Buffer.from(JSON.stringify({ step, text })),
      })),
    );
    await hasEnded(b, 105);
    const sizes = receiver.received.slice(1).map(({ body }) => body.length);
    expect(sizes.every((size) => size <= MAX_BATCH_BYTES)).toBe(true);
    const bySteps = receiver.received
      .slice(1)
      .map(readSteps)
      .toSorted(([a = 0], [b2 = 0]) => a - b2);
    expect(bySteps).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test("terms: a planned one waits for its time, an expired one ends, and one without retries ends with its like", async () => {
    const receiver = await receiving((request, response) => {
      response.writeHead(readSteps(request).includes(3) ? 503 : 204).end();
    });
    const b = await started(await newUrl(), QUICK);
    await addBatchingWebhook(b, receiver.url, { batch: { max: 10, withinMs: 150 } });
    const now = b.database.now();
    await b.acceptor.accept([
      { siteNo: b.siteNo, ...ofIssue("1", 0) },
      { siteNo: b.siteNo, ...ofIssue("1", 1), terms: { deliverAfter: { at: now + 600 } } },
      { siteNo: b.siteNo, ...ofIssue("1", 2), terms: { expiresAt: now + 20 } },
      { siteNo: b.siteNo, ...ofIssue("1", 3), terms: { retry: false } },
    ]);
    await hasEnded(b, 4);

    expect((await b.deliveries()).map(({ state, because }) => [state, because])).toEqual([
      [2, null],
      [2, null],
      [3, "expired"],
      [3, "not-retried"],
    ]);
    expect(receiver.received.map(readSteps).toSorted()).toEqual([[0], [1], [3]]);
  });

  test("a 410 ends all of them and makes the webhook inactive once; without batches, what was formed goes as it was", async () => {
    const receiver = await receiving(answerStatus(503));
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [300, 300], jitter: 0 }),
    });
    await addBatchingWebhook(b, receiver.url, { batch: { max: 3, withinMs: 50 } });
    await postSteps(b, 3);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await b.settled();
    await changeWebhook(b, { batch: undefined });
    receiver.answer = answer204;
    await b.post(ofIssue("1", 4));
    await hasEnded(b, 4);
    const bodies = receiver.received.map(({ body }) => JSON.parse(body.toString()) as { step?: number });
    expect(bodies.filter(({ step }) => step === 4)).toHaveLength(1);
    expect(bodies.filter((each) => Array.isArray(each))).toHaveLength(2);
    expect(distinct(receiver.received).size).toBe(2);

    await changeWebhook(b, { batch: { max: 2, withinMs: 50 } });
    receiver.answer = answerStatus(410);
    await postSteps(b, 2);
    await hasEnded(b, 6);
    expect((await b.deliveries()).slice(4).map(({ because }) => because)).toEqual(["gone", "gone"]);
    await b.snapshots.refresh(b.database.read);
    expect([...(b.snapshots.get(b.siteNo)?.webhooks.values() ?? [])][0]?.active).toBe(false);
  });
});
