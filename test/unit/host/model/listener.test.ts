import { describe, expect, test } from "vitest";
import {
  MAX_BODY_BYTES,
  TEMPORARY_URL,
  formatMessage,
  isAway,
  joinForward,
  listenerLimits,
  toExchangeResult,
  toForwardPath,
  toLocalTimeout,
} from "../../../../src/host/model/listener.ts";
import type { ListenerResponse } from "../../../../src/host/model/listener.ts";

describe("the path below the base URL that a listener forwards to", () => {
  test.each([
    ["https://addon.example.com/hook?a=%20b", "https://addon.example.com", "/hook?a=%20b"],
    ["https://addon.example.com/app/hook", "https://addon.example.com/app", "/hook"],
    ["https://addon.example.com/app/hook", "https://addon.example.com/app/", "/hook"],
    ["https://addon.example.com/app?x=1", "https://addon.example.com/app", "?x=1"],
    ["https://listener.invalid", "https://listener.invalid", ""],
    // Not below it: an add-on that has moved.
    ["https://addon.example.com/apple/hook?x", "https://addon.example.com/app", "/apple/hook?x"],
    ["https://addon.example.com.evil.org/hook", "https://addon.example.com", "/hook"],
  ])("of %s below %s is %j", (url, baseUrl, path) => {
    expect(toForwardPath(url, baseUrl)).toBe(path);
  });

  test.each([
    ["http://localhost:3000", "/hook?a=b", "http://localhost:3000/hook?a=b"],
    ["http://localhost:3000/at/home/", "/hook", "http://localhost:3000/at/home/hook"],
    ["http://localhost:3000/hook", "", "http://localhost:3000/hook"],
  ])("%s and %j make %s", (forwardTo, path, url) => {
    expect(joinForward(forwardTo, path)).toBe(url);
  });
});

describe("what a listener tells", () => {
  const told = { deliveryId: "dlv_1_0", attempt: 1, durationMs: 40 };
  const measured = { startedAt: 1_000, elapsedMs: 90, answeredAt: 1_090 };
  const respond = (response: NonNullable<ListenerResponse["response"]>) =>
    toExchangeResult({ ...told, response }, measured);

  test("a 2xx response is accepted, with its headers, bytes and duration", () => {
    const body = Buffer.from([0, 255, 10]);
    expect(respond({ status: 204, headers: [["X-A", "\u00fc"]], body: body.toString("base64") })).toEqual({
      outcome: { kind: "accepted", status: 204 },
      answer: { status: 204, headers: [["X-A", "\u00fc"]], body, cut: false },
      timing: { startedAt: 1_000, durationMs: 40 },
    });
  });

  test("another status is refused, and its Retry-After counts", () => {
    const { outcome } = respond({ status: 503, headers: [["retry-after", "7"]], body: "" });
    expect(outcome).toEqual({ kind: "refused", status: 503, retryAfterMs: 7_000 });
  });

  test("a body beyond 64 KiB and headers beyond 16,384 characters are cut", () => {
    const { answer } = respond({
      status: 200,
      headers: [
        ["a", "x".repeat(16_383)],
        ["b", ""],
      ],
      body: Buffer.alloc(MAX_BODY_BYTES + 1).toString("base64"),
    });
    expect(answer?.body).toHaveLength(MAX_BODY_BYTES);
    expect([answer?.cut, answer?.headers.map(([name]) => name)]).toEqual(["size", ["a"]]);
    expect(respond({ status: 200, headers: [], body: "", isCut: true }).answer?.cut).toBe("size");
    const fits = Buffer.alloc(MAX_BODY_BYTES).toString("base64");
    expect(respond({ status: 200, headers: [], body: fits }).answer?.cut).toBe(false);
  });

  test("a failure is an attempt without a response", () => {
    const failure = { reason: "connection-refused", detail: "connect ECONNREFUSED" } as const;
    expect(toExchangeResult({ ...told, failure }, measured).outcome).toEqual({
      kind: "unreachable",
      ...failure,
    });
    expect(toExchangeResult(told, measured).outcome).toMatchObject({ reason: "protocol" });
  });

  test.each([
    [-5, 0],
    [40, 40],
    [5_000, 90],
  ])("a duration of %i ms counts as %i ms of the 90 ms until its arrival", (durationMs, counted) => {
    const result = toExchangeResult(
      { ...told, durationMs, failure: { reason: "timeout", detail: "" } },
      measured,
    );
    expect(result.timing.durationMs).toBe(counted);
  });
});

test("the local application has nine tenths of the request timeout", () => {
  expect(toLocalTimeout(10_000)).toBe(9_000);
});

test("a listener is away when it has been silent for more than 15 s", () => {
  expect([isAway({ seenAt: 1_000 }, 16_000), isAway({ seenAt: 1_000 }, 16_001)]).toEqual([false, true]);
});

test("a message is one server-sent event, with its cursor", () => {
  expect(formatMessage({ kind: "ping" })).toBe('data: {"kind":"ping"}\n\n');
  expect(formatMessage({ kind: "ended", reason: "a\nb" }, "e.1")).toBe(
    'id: e.1\ndata: {"kind":"ended","reason":"a\\nb"}\n\n',
  );
});

test("a temporary webhook has a URL that reaches nobody, and three limits say how many there are", () => {
  expect(new URL(TEMPORARY_URL).hostname).toBe("listener.invalid");
  expect(listenerLimits.map((limit) => [limit.name, limit.unit, limit.max, limit.per])).toEqual([
    ["Listeners", "listeners", 5, "token"],
    ["Listeners", "listeners", 20, "site"],
    ["Deliveries that a listener owes a response", "deliveries", 32, "listener"],
  ]);
});
