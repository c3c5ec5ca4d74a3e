/** Order by key: deliveries of one key go one after the other, in the order of acceptance, and a stuck key blocks only itself. */
import { expect, test } from "vitest";
import { cancelOne, redeliverOne } from "../../src/host/delivery-log/redeliver.ts";
import { formatId } from "../../src/host/model/ids.ts";
import { describeOnEach } from "../support/databases.ts";
import { answer204 } from "../support/http-receiver.ts";
import { stopAtEnd } from "../support/stop-at-end.ts";
import { waitFor } from "../support/wait-for.ts";
import { addOrderedWebhook, ofIssue, readIssue, readStep, sequencesByIssue } from "../support/with-order.ts";
import { redeliveryContext } from "../support/with-engine.ts";
import type { Bench } from "../support/with-engine.ts";

const { open, started, receiving } = stopAtEnd();

const BY = { actor: "token test", address: "127.0.0.1" };
const states = async (b: Bench) => (await b.deliveries()).map(({ state, lane }) => [state, lane]);
const readId = async (b: Bench, index: number) =>
  formatId("dlv", b.siteNo, String((await b.deliveries())[index]?.["id"]));

describeOnEach((newUrl, name) => {
  test("deliveries of a key go one at a time, in order; those of other keys and without a key don't wait", async () => {
    const together = new Map<string, number>();
    let most = 0;
    const receiver = await receiving((request, response) => {
      const issue = readIssue(request);
      const now = (together.get(issue) ?? 0) + 1;
      together.set(issue, now);
      most = Math.max(most, now);
      setTimeout(() => {
        together.set(issue, (together.get(issue) ?? 0) - 1);
        response.writeHead(204).end();
      }, 20);
    });
    const b = await started(await newUrl());
    await addOrderedWebhook(b, receiver.url);

    for (let step = 0; step < 30; step += 1) await b.post(ofIssue(step % 3, step));
    await waitFor(() => expect(receiver.received).toHaveLength(30));

    for (const issue of ["0", "1", "2"]) {
      expect(sequencesByIssue(receiver.received).get(issue)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      const steps = receiver.received.filter((request) => readIssue(request) === issue).map(readStep);
      expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    }
    expect(most).toBe(1);
  });

  test("events of one request are in its order", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl());
    await addOrderedWebhook(b, receiver.url);

    await b.acceptor.accept(
      Array.from({ length: 20 }, (_, step) => ({ siteNo: b.siteNo, ...ofIssue("same", step) })),
    );
    await waitFor(() => expect(receiver.received).toHaveLength(20));

    expect(receiver.received.map(readStep)).toEqual(Array.from({ length: 20 }, (_, step) => step));
  });

  test("a delivery without a value has no number, and no delivery of a test has one", async () => {
    const receiver = await receiving();
    const b = await started(await newUrl());
    await addOrderedWebhook(b, receiver.url);
    const [subscriptionNo = 0] = [...(b.snapshots.get(b.siteNo)?.subscriptions.keys() ?? [])];

    await b.post({ payload: Buffer.from('{"issue":{"id":{},"fields":{}}}') });
    await b.post({ ...ofIssue("1", 0), testOf: subscriptionNo });
    await waitFor(() => expect(receiver.received).toHaveLength(2));

    expect(receiver.received.map(({ headers }) => headers["webhook-sequence"])).toEqual([
      undefined,
      undefined,
    ]);
    expect((await b.deliveries()).map(({ order_key, sequence }) => [order_key, sequence])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  test("a key that is retried holds up itself alone, and goes on when it succeeds", async () => {
    let isBroken = true;
    const receiver = await receiving((request, response) => {
      response.writeHead(isBroken && readIssue(request) === "stuck" ? 503 : 204).end();
    });
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: Array.from({ length: 50 }, () => 30), jitter: 0 }),
    });
    await addOrderedWebhook(b, receiver.url);

    for (let step = 0; step < 4; step += 1) await b.post(ofIssue("stuck", step));
    for (let step = 4; step < 8; step += 1) await b.post(ofIssue("other", step));
    await waitFor(() => expect(sequencesByIssue(receiver.received).get("other")).toEqual([1, 2, 3, 4]));
    expect(new Set(sequencesByIssue(receiver.received).get("stuck"))).toEqual(new Set([1]));
    isBroken = false;
    await waitFor(() => expect(new Set(sequencesByIssue(receiver.received).get("stuck")).size).toBe(4));

    const numbers = sequencesByIssue(receiver.received).get("stuck") ?? [];
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    await waitFor(async () =>
      expect(new Set((await states(b)).map(([state]) => state))).toEqual(new Set([2])),
    );
  });

  test("a delivery that fails finally lets the next one go, whose number shows the gap", async () => {
    const receiver = await receiving((request, response) => {
      response.writeHead(readStep(request) === 1 ? 400 : 204).end();
    });
    const b = await started(await newUrl());
    await addOrderedWebhook(b, receiver.url);

    for (let step = 0; step < 3; step += 1) await b.post(ofIssue("1", step));
    await waitFor(async () => expect((await states(b)).map(([state]) => state)).toEqual([2, 3, 2]));

    expect(receiver.received.map(({ headers }) => headers["webhook-sequence"])).toEqual(["1", "2", "3"]);
  });

  test("a head that is canceled lets the next one go; one behind it can't be brought forward", async () => {
    const receiver = await receiving((request, response) => {
      response.writeHead(readStep(request) === 0 ? 503 : 204).end();
    });
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [3_600_000], jitter: 0 }),
    });
    await addOrderedWebhook(b, receiver.url);
    for (let step = 0; step < 3; step += 1) await b.post(ofIssue("1", step));
    await waitFor(async () => expect((await b.attempts()).length).toBe(1));
    await b.settled();

    await expect(redeliverOne(redeliveryContext(b), await readId(b, 1), BY)).rejects.toMatchObject({
      code: "DELIVERY_STATE",
      message: expect.stringContaining("behind another one of its key") as string,
    });
    await cancelOne(redeliveryContext(b), await readId(b, 0), BY);
    await waitFor(async () => expect((await states(b)).map(([state]) => state)).toEqual([3, 2, 2]));

    expect(receiver.received.map(readStep)).toEqual([0, 1, 2]);
  });

  test("a delivery that is canceled behind the head leaves the order of the others", async () => {
    const release: (() => void)[] = [];
    const receiver = await receiving((_request, response) => {
      release.push(() => void response.writeHead(204).end());
    });
    const b = await started(await newUrl());
    await addOrderedWebhook(b, receiver.url);
    for (let step = 0; step < 4; step += 1) await b.post(ofIssue("1", step));
    await waitFor(() => expect(release).toHaveLength(1));

    await cancelOne(redeliveryContext(b), await readId(b, 1), BY);
    expect(receiver.received).toHaveLength(1);
    receiver.answer = answer204;
    release[0]?.();
    await waitFor(async () => expect((await states(b)).map(([state]) => state)).toEqual([2, 3, 2, 2]));

    expect(receiver.received.map(readStep)).toEqual([0, 2, 3]);
  });

  test("a redelivery goes at once under its number, and neither waits nor holds up others", async () => {
    let isStuck = false;
    const receiver = await receiving((request, response) => {
      if (isStuck && request.headers["x-callboard-redelivery"] === "1") return;
      response.writeHead(isStuck && readStep(request) === 2 ? 503 : 204).end();
    });
    const b = await started(await newUrl(), {
      findRetrySchedule: () => ({ steps: [300, 300, 300], jitter: 0 }),
    });
    await addOrderedWebhook(b, receiver.url);
    for (let step = 0; step < 2; step += 1) await b.post(ofIssue("1", step));
    await waitFor(async () => expect((await states(b)).map(([state]) => state)).toEqual([2, 2]));

    isStuck = true;
    await redeliverOne(redeliveryContext(b), await readId(b, 0), BY);
    await waitFor(() => expect(receiver.received).toHaveLength(3));
    await b.post(ofIssue("1", 2));
    await b.post(ofIssue("1", 3));
    await waitFor(() => expect(receiver.received.map(readStep)).toEqual([0, 1, 0, 2]));
    isStuck = false;
    await waitFor(() => expect(readStep(receiver.received.at(-1) ?? receiver.received[0]!)).toBe(3));

    expect(receiver.received[2]?.headers).toMatchObject({
      "webhook-sequence": "1",
      "x-callboard-redelivery": "1",
    });
  });

  test("numbers go on after a restart, and what was behind goes", async () => {
    const url = await newUrl();
    const receiver = await receiving();
    const first = await started(url, { start: false });
    await addOrderedWebhook(first, receiver.url);
    for (let step = 0; step < 5; step += 1) await first.post(ofIssue("1", step));
    expect((await first.deliveries()).map(({ lane, sequence }) => [lane, Number(sequence)])).toEqual([
      [0, 1],
      [2, 2],
      [2, 3],
      [2, 4],
      [2, 5],
    ]);
    await open.splice(open.indexOf(first), 1)[0]?.stop();

    const second = await started(url);
    await second.post(ofIssue("1", 5));
    await waitFor(() => expect(receiver.received).toHaveLength(6));

    expect(sequencesByIssue(receiver.received).get("1")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  if (name === "PostgreSQL") {
    test("several processes accept and send without an inversion", async () => {
      const url = await newUrl();
      const receiver = await receiving((_request, response) => {
        setTimeout(() => response.writeHead(204).end(), Math.random() * 5);
      });
      const processes = [await started(url)];
      await addOrderedWebhook(processes[0]!, receiver.url);
      for (let more = 0; more < 2; more += 1) processes.push(await started(url));
      await Promise.all(
        processes.map(async (b, index) => {
          for (let step = 0; step < 100; step += 1)
            await b.post(ofIssue(`${step % 7}`, index * 1_000 + step));
        }),
      );
      await waitFor(() => expect(receiver.received).toHaveLength(300), 20_000);

      for (const numbers of sequencesByIssue(receiver.received).values()) {
        expect(numbers).toEqual(Array.from(numbers, (_, index) => index + 1));
      }
    });
  }
});
