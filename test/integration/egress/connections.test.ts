/** How long connections live, what happens when a peer closes one, and that one bad receiver hurts only itself. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { Egress, ExchangeResult } from "../../../src/egress/index.ts";
import { HttpConnection } from "../../../src/egress/http-connection.ts";
import { watchHeads } from "../../../src/egress/response-heads.ts";
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

test.each([
  ["says so", answer(200, "", ["Connection: close"])],
  ["announces no more time than a close takes", answer(200, "", ["Keep-Alive: timeout=1"])],
  ["is of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["has bytes after its end", `${answer(200, "ok")}HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n`],
  ["has bytes after its last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx"],
  ["has malformed chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\nhello"],
  ["had to be repaired", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
])("the connection is closed and not used again after a response that %s", async (_what, response) => {
  const receiver = await receiverThat((socket) => socket.write(response));
  const egress = egressWith();
  for (const _ of [1, 2]) {
    expect((await post(egress, receiver.url)).outcome).toEqual({ kind: "accepted", status: 200 });
  }
  expect(receiver.connections()).toBe(2);
  await expect.poll(() => receiver.openConnections()).toBe(0);
});

test("a response that comes without a request is not that of the next one", async () => {
  const receiver = await receiverThat((socket, _request, requestNumber) => {
    socket.write(answer(requestNumber === 1 ? 200 : 500));
    if (requestNumber === 1) setTimeout(() => socket.write(answer(299)), 20);
  });
  const egress = egressWith();
  expect((await post(egress, receiver.url)).outcome).toEqual({ kind: "accepted", status: 200 });
  await expect.poll(() => receiver.openConnections()).toBe(0);
  expect((await post(egress, receiver.url)).outcome).toEqual({ kind: "accepted", status: 200 });
  expect(receiver.connections()).toBe(2);
});

test("a response before the end of the request counts, and its connection is not used again", async () => {
  let connections = 0;
  const early: Server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => undefined);
    socket.once("data", () => socket.pause().write(answer(413)));
  });
  early.listen(0, "127.0.0.1");
  await once(early, "listening");
  const url = `http://127.0.0.1:${(early.address() as AddressInfo).port}/`;
  const egress = egressWith();
  const large = await egress.post({ url, headers: [], body: Buffer.alloc(32 * 1024 * 1024, "x") });
  expect(large.outcome).toEqual({ kind: "refused", status: 413 });
  expect((await post(egress, url)).outcome).toEqual({ kind: "refused", status: 413 });
  expect(connections).toBe(2);
  await egress.close();
  early.close();
});

test("malformed chunks end the response at once, and leave its status standing", async () => {
  const receiver = await receiverThat((socket) =>
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nfive\r\n"),
  );
  const { outcome, answer: received } = await post(egressWith(), receiver.url);
  expect(outcome).toEqual({ kind: "accepted", status: 200 });
  expect(received).toMatchObject({ cut: "connection", body: Buffer.from("ok") });
});

test("a connection is closed before the time that the peer announced for it", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200, "", ["Keep-Alive: timeout=3"])));
  const startedAt = performance.now();
  await post(egressWith({ idleMs: 60_000 }), receiver.url);
  await expect.poll(() => receiver.openConnections(), { timeout: 6_000 }).toBe(0);
  expect(performance.now() - startedAt).toBeGreaterThan(900);
});

test("the close of a socket that was replaced is not that of the next request", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const sockets: Socket[] = [];
  const connection = new HttpConnection({
    open: (connected) => {
      const socket = connect(receiver.port, "127.0.0.1", () => connected(null, socket));
      sockets.push(socket);
      watchHeads(socket);
    },
    host: "127.0.0.1",
    onConnected: () => undefined,
  });
  const send = () =>
    new Promise<number>((resolve, reject) => {
      const handler = {
        onHead: () => undefined,
        onContent: () => undefined,
        onEnd: resolve,
        onError: reject,
      };
      connection.send({ path: "/", headers: [], body: Buffer.from("{}") }, handler);
    });
  await send();
  sockets[0]?.emit("end");
  await expect(send()).resolves.toBe(Number.POSITIVE_INFINITY);
  expect(sockets).toHaveLength(2);
  connection.destroy();
});

test.each([15_000, 17_000, 1_000_000])("a body of %i bytes arrives whole, behind its head", async (size) => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const body = Buffer.alloc(size, "0123456789");
  const { outcome } = await egressWith().post({ url: receiver.url, headers: ["x-a", "b"], body });
  expect(outcome).toEqual({ kind: "accepted", status: 200 });
  const [head = "", rest = ""] = receiver.requests[0]?.split("\r\n\r\n") ?? [];
  expect(head.split("\r\n")).toEqual([
    "POST / HTTP/1.1",
    `host: 127.0.0.1:${receiver.port}`,
    "connection: keep-alive",
    "x-a: b",
    `content-length: ${size}`,
  ]);
  expect(rest === body.toString()).toBe(true);
});
