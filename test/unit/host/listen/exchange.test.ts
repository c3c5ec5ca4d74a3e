import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createExchange } from "../../../../src/host/listen/exchange.ts";
import { createTestDelivery } from "../../../../src/host/model/delivery.ts";
import type { Listener, ListenerMessage } from "../../../../src/host/model/listener.ts";
import type { Subscription } from "../../../../src/host/model/subscription.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const listener: Listener = {
  id: "a",
  siteNo: 1,
  receiver: { kind: "addon", addonKey: "bell" },
  forwardTo: "http://localhost:3000",
  tokenId: "t",
  createdBy: "token:t",
  createdAt: 0,
  seenAt: 0,
  connection: undefined,
};
const place = { siteNo: 1, no: 1, endpointNo: 1 } as Subscription;
const request = { url: "https://bell.example/app/hook?a=b", headers: ["a", "b"], body: Buffer.from("{}") };

function open() {
  const onReady = vi.fn();
  const onDetached = vi.fn();
  const exchange = createExchange({ requestTimeoutMs: 10_000, now: Date.now, onReady, onDetached });
  const written: string[] = [];
  let bufferedBytes = 0;
  const connect = (connection: string, after?: string) =>
    exchange.attach({
      listener,
      connection,
      baseUrl: "https://bell.example/app",
      after,
      stream: {
        write: (text) => void written.push(text),
        bufferedBytes: () => bufferedBytes,
        end: () => void written.push(`end of ${connection}`),
      },
    });
  let number = 0;
  const handOver = () => {
    const id = String((number += 1)).padStart(32, "0");
    const delivery = createTestDelivery(place, { id, event: "e", body: Buffer.from("{}"), now: 0 });
    return { deliveryId: `dlv_1_${id}`, sent: exchange.handOver("a", delivery, request) };
  };
  const messages = () =>
    written.flatMap((text) => {
      const data = /^data: (.*)$/m.exec(text)?.[1];
      return data === undefined ? [] : [JSON.parse(data) as ListenerMessage];
    });
  const accept = (deliveryId: string) =>
    exchange.answer("a", {
      deliveryId,
      attempt: 1,
      durationMs: 1,
      response: { status: 200, headers: [], body: "" },
    });
  return {
    exchange,
    written,
    connect,
    handOver,
    messages,
    accept,
    onReady,
    onDetached,
    buffer: (bytes: number) => (bufferedBytes = bytes),
  };
}

test("a listener takes 32 deliveries without a response, and more once it has responded", () => {
  const { exchange, connect, handOver, accept, onReady } = open();
  expect(exchange.canTake("a")).toBe(false);
  connect("1");
  const handed = Array.from({ length: 32 }, () => {
    expect(exchange.canTake("a")).toBe(true);
    return handOver();
  });
  expect(exchange.canTake("a")).toBe(false);
  onReady.mockClear();
  expect(accept(handed[0]?.deliveryId ?? "")).toBe(true);
  expect([exchange.canTake("a"), onReady.mock.calls.length]).toEqual([true, 1]);
});

test("a listener that does not read more than 8 MiB takes nothing", () => {
  const { exchange, connect, buffer } = open();
  connect("1");
  buffer(8 * 1024 * 1024);
  expect(exchange.canTake("a")).toBe(false);
});

test("a response counts once", async () => {
  const { connect, handOver, accept } = open();
  connect("1");
  const { deliveryId, sent } = handOver();
  expect([accept(deliveryId), accept(deliveryId)]).toEqual([true, false]);
  expect(await sent).toMatchObject({
    outcome: { kind: "accepted", status: 200 },
    url: "http://localhost:3000/hook?a=b",
  });
});

test("without a response and with a sign of life it is a timeout; without one it spends no attempt", async () => {
  const { exchange, connect, handOver } = open();
  connect("1");
  await vi.advanceTimersByTimeAsync(1);
  const silent = handOver();
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await silent.sent).outcome).toMatchObject({ kind: "unreachable", reason: "local" });
  const heard = handOver();
  await vi.advanceTimersByTimeAsync(5_000);
  exchange.heard("a");
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await heard.sent).outcome).toMatchObject({ kind: "unreachable", reason: "timeout" });
});

test("a cut connection keeps waiting; the next one gets what was not received", async () => {
  const { exchange, connect, handOver, messages, written, accept, onDetached } = open();
  connect("1");
  const first = handOver();
  const second = handOver();
  const cursor = written.map((text) => /^id: (.*)$/m.exec(text)?.[1]).find((id) => id !== undefined);
  exchange.detach("a", "1");
  expect([exchange.isAttached("a"), onDetached.mock.calls.length]).toEqual([false, 1]);
  const before = messages().length;
  connect("2", cursor);
  expect(messages().slice(before)).toMatchObject([{ kind: "ready" }, { deliveryId: second.deliveryId }]);
  // The cursor of another process says nothing.
  connect("3", `${"0".repeat(32)}.9`);
  expect(written).toContain("end of 2");
  expect(messages().slice(before + 2)).toMatchObject([
    { kind: "ready" },
    { deliveryId: first.deliveryId },
    { deliveryId: second.deliveryId },
  ]);
  expect(accept(first.deliveryId)).toBe(true);
  expect((await first.sent).outcome).toMatchObject({ kind: "accepted" });
});

test("a connection that is expected is the known one before it is attached", () => {
  const { exchange, connect, handOver } = open();
  connect("1");
  void handOver();
  exchange.expect("a", "2");
  expect(exchange.known()).toEqual([{ id: "a", connection: "2" }]);
  expect([exchange.isAttached("a"), exchange.isWaiting("a")]).toEqual([true, true]);
});

test("a listener that is let go is told why, and owes nothing any more", async () => {
  const { exchange, connect, handOver, messages } = open();
  connect("1");
  const { sent } = handOver();
  exchange.letGo("a", "The add-on was uninstalled");
  expect((await sent).outcome).toMatchObject({ kind: "unreachable", reason: "local" });
  expect(messages().at(-1)).toEqual({ kind: "ended", reason: "The add-on was uninstalled" });
  expect((await handOver().sent).outcome).toMatchObject({ reason: "local" });
});
