/** How long connections live, what happens when a peer closes one, and that one bad receiver hurts only itself. */
import { expect, test } from "vitest";
import type { Egress, ExchangeResult } from "../../../src/egress/index.ts";
import { egressWith, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";

function post(egress: Egress, url: string): Promise<ExchangeResult> {
  return egress.post({ url, headers: ["x-a", "b"], body: Buffer.from("{}") });
}

test("one connection serves one delivery after the other", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const egress = egressWith();
  for (let sent = 0; sent < 5; sent += 1) await post(egress, `${receiver.url}/${sent}`);
  expect(receiver.requests).toHaveLength(5);
  expect(receiver.connections()).toBe(1);
  expect(egress.stats()).toEqual({ pools: 1, inFlight: 0 });
});

test("deliveries at the same time have connections of their own", async () => {
  const waiting: (() => void)[] = [];
  const receiver = await receiverThat((socket) => {
    waiting.push(() => socket.write(answer(200)));
    if (waiting.length === 3) for (const release of waiting) release();
  });
  const egress = egressWith();
  const results = await Promise.all([1, 2, 3].map(() => post(egress, receiver.url)));
  expect(results.map(({ outcome }) => outcome.kind)).toEqual(["accepted", "accepted", "accepted"]);
  expect(receiver.connections()).toBe(3);
});

test("a kept connection that the peer closes under the next request is replaced once, at once", async () => {
  const receiver = await receiverThat((socket, _request, requestNumber) => {
    if (requestNumber === 1) socket.write(answer(200));
    else socket.destroy();
  });
  const egress = egressWith();
  await post(egress, `${receiver.url}/first`);
  const second = await post(egress, `${receiver.url}/second`);
  expect(second.outcome).toEqual({ kind: "accepted", status: 200 });
  expect(receiver.requests.map((request) => request.split(" ")[1])).toEqual(["/first", "/second", "/second"]);
  expect(receiver.connections()).toBe(2);
});

test("the second try is the last, even if it fails in the same way", async () => {
  let isBroken = false;
  const receiver = await receiverThat((socket) => {
    if (isBroken) socket.resetAndDestroy();
    else socket.write(answer(200));
  });
  const egress = egressWith();
  await post(egress, receiver.url);
  isBroken = true;
  const { outcome } = await post(egress, receiver.url);
  expect(outcome).toMatchObject({ kind: "unreachable", reason: "connection-reset" });
  expect(receiver.requests).toHaveLength(3);
});

test("no second try once the answer has begun", async () => {
  const receiver = await receiverThat((socket, _request, requestNumber) => {
    if (requestNumber === 1) socket.write(answer(200));
    else socket.write("HTTP/1.1 2", () => socket.destroy());
  });
  const egress = egressWith();
  await post(egress, receiver.url);
  const { outcome } = await post(egress, receiver.url);
  expect(outcome).toMatchObject({ kind: "unreachable" });
  expect(receiver.requests).toHaveLength(2);
});

test("a connection that the peer closed in the meantime is opened again", async () => {
  const receiver = await receiverThat((socket) => socket.end(answer(200, "", ["Connection: close"])));
  const egress = egressWith();
  for (const _ of [1, 2, 3]) {
    expect((await post(egress, receiver.url)).outcome).toEqual({ kind: "accepted", status: 200 });
  }
  expect(receiver.connections()).toBe(3);
  expect(receiver.requests).toHaveLength(3);
});

test("a connection that is too old is not used again", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const egress = egressWith({ connectionLifetimeMs: 0 });
  await post(egress, receiver.url);
  await post(egress, receiver.url);
  expect(receiver.connections()).toBe(2);
});

test("a pool that is idle for long enough is closed, with its connections", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const egress = egressWith({ idleMs: 20 });
  const closed = receiver.next("close");
  await post(egress, receiver.url);
  await closed;
  await expect.poll(() => egress.stats().pools).toBe(0);
});

test("there are never more pools than allowed, and the one used last stays", async () => {
  const receivers = await Promise.all(
    [1, 2, 3].map(() => receiverThat((socket) => socket.write(answer(200)))),
  );
  const egress = egressWith({ maxPools: 2 });
  const [first, second, third] = receivers;
  await post(egress, first!.url);
  await post(egress, second!.url);
  await post(egress, first!.url);
  const closed = second!.next("close");
  await post(egress, third!.url);
  expect(egress.stats().pools).toBe(2);
  await closed;
  await post(egress, first!.url);
  expect(first!.connections()).toBe(1);
});

test("a pool that is pushed out lets its requests end", async () => {
  const release: (() => void)[] = [];
  const slow = await receiverThat((socket) => release.push(() => socket.write(answer(200))));
  const other = await receiverThat((socket) => socket.write(answer(200)));
  const egress = egressWith({ maxPools: 1 });
  const arrived = slow.next("request");
  const underWay = post(egress, slow.url);
  await arrived;
  await post(egress, other.url);
  expect(egress.stats()).toEqual({ pools: 1, inFlight: 1 });
  for (const go of release) go();
  expect((await underWay).outcome).toEqual({ kind: "accepted", status: 200 });
});

test("two hundred requests that hang do not keep a healthy receiver waiting", async () => {
  const hanging = await receiverThat(() => undefined);
  const healthy = await receiverThat((socket) => socket.write(answer(200)));
  const egress = egressWith({ requestTimeoutMs: 60_000 });
  const hung = Array.from({ length: 200 }, () => post(egress, hanging.url));
  for (let sent = 0; sent < 20; sent += 1) {
    expect((await post(egress, healthy.url)).outcome.kind).toBe("accepted");
  }
  expect(egress.stats()).toEqual({ pools: 2, inFlight: 200 });
  await egress.close();
  for (const { outcome } of await Promise.all(hung)) expect(outcome).toMatchObject({ reason: "local" });
  expect(egress.stats()).toEqual({ pools: 0, inFlight: 0 });
});

test("requests run out of time one by one, also when others in between were answered", async () => {
  const receiver = await receiverThat((socket, request) => {
    if (request.startsWith("POST /answer")) socket.write(answer(200));
  });
  // Those that are answered have all of this time, on a busy machine too.
  const egress = egressWith({ requestTimeoutMs: 1_500 });
  const paths = ["hang", "answer", "hang", "answer", "answer", "hang"];
  const results = await Promise.all(paths.map((path) => post(egress, `${receiver.url}/${path}`)));
  expect(results.map(({ outcome }) => outcome.kind)).toEqual(
    paths.map((path) => (path === "answer" ? "accepted" : "unreachable")),
  );
  expect(egress.stats().inFlight).toBe(0);
});

test("all connections of requests that ran out of time are closed", async () => {
  const receiver = await receiverThat(() => undefined);
  const egress = egressWith({ requestTimeoutMs: 100 });
  await Promise.all([post(egress, receiver.url), post(egress, receiver.url)]);
  await expect.poll(() => receiver.openConnections()).toBe(0);
});
