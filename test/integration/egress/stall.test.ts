/** A process that was held up does not blame the other side for the time that it lost itself. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Egress, ExchangeResult } from "../../../src/egress/index.ts";
import { createStallWatch, withoutStall } from "../../../src/egress/stall.ts";
import { egressWith, receiverThat } from "../../support/egress.ts";

type Send = (egress: Egress, url: string) => Promise<ExchangeResult>;
const post: Send = (egress, url) => egress.post({ url, headers: [], body: Buffer.from("{}") });
const request: Send = (egress, url) => egress.request({ method: "POST", url, body: "{}", maxBytes: 1_000 });

/** Nothing of this thread runs meanwhile, as if the process was stopped. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const ANSWER_LATER = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  const server = createServer((request, response) => {
    parentPort.postMessage("request");
    setTimeout(() => response.end("ok"), 500);
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`;

describe.each([
  ["post", post],
  ["request", request],
])("%s", (_name, send) => {
  test("a response that arrived meanwhile counts, although the time is up", async () => {
    const worker = new Worker(ANSWER_LATER, { eval: true });
    onTestFinished(() => void worker.terminate());
    const [port] = (await once(worker, "message")) as [number];
    const arrived = once(worker, "message");
    const sent = send(egressWith({ requestTimeoutMs: 1_000 }), `http://127.0.0.1:${port}/`);
    await arrived;
    holdUp(2_600);
    expect((await sent).outcome).toEqual({ kind: "accepted", status: 200 });
  });

  test("a request that came to nothing meanwhile is this machine's own failure", async () => {
    const receiver = await receiverThat(() => undefined);
    const arrived = receiver.next("request");
    const sent = send(egressWith({ requestTimeoutMs: 1_000 }), receiver.url);
    await arrived;
    holdUp(2_600);
    expect((await sent).outcome).toMatchObject({ kind: "unreachable", reason: "local" });
  });
});

test("time is lost when nothing ran for more than a second, and to requests of that time only", () => {
  let now = 10_000;
  const watch = createStallWatch(() => now);
  onTestFinished(() => watch.close());
  now += 900;
  expect(watch.lostMs()).toBe(0);
  now += 12_250;
  expect(watch.lostMs()).toBe(12_000);
  now += 100;
  expect(watch.lostMs()).toBe(12_000);
});

test("only what was charged to the other side is taken back", () => {
  const timeout = { kind: "unreachable", reason: "timeout", detail: "No answer" } as const;
  const denied = { kind: "forbidden", code: "DNS_DENIED", detail: "No" } as const;
  const tls = { kind: "unreachable", reason: "tls", detail: "certificate has expired" } as const;
  expect(withoutStall(timeout, 999, 1_000)).toBe(timeout);
  expect(withoutStall(denied, 12_000, 12_000)).toBe(denied);
  expect(withoutStall(tls, 12_000, 12_000)).toBe(tls);
  expect(withoutStall(timeout, 12_000, 20_000)).toEqual({
    kind: "unreachable",
    reason: "local",
    detail: "This server was held up for 12.0 s while the request was in flight",
  });
});

test("a request that had most of its time is charged, so that it ends on a server that is always busy", () => {
  const timeout = { kind: "unreachable", reason: "timeout", detail: "No answer" } as const;
  expect(withoutStall(timeout, 4_999, 20_000)).toBe(timeout);
  expect(withoutStall(timeout, 5_000, 20_000)).toMatchObject({ reason: "local" });
});
