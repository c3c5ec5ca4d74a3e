import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandFailure } from "../../../../src/cli/exit.ts";
import { follow, isPassing, pauseAfter, readEvents } from "../../../../src/cli/listen/follow.ts";
import { formatMessage } from "../../../../src/host/model/listener.ts";
import type { ListenerMessage } from "../../../../src/host/model/listener.ts";

const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

describe("server-sent events", () => {
  const message = fc.record({
    kind: fc.constant("ended" as const),
    reason: fc.string({ unit: "grapheme" }),
  });

  test("are read as they were written, wherever the bytes are cut", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.tuple(message, fc.option(fc.stringMatching(/^[0-9a-f]{32}\.\d{1,9}$/)))),
      fc.array(fc.nat(300)),
      async (given, cuts) => {
        const text = given.map(([each, id]) => formatMessage(each, id ?? undefined)).join(": nothing\n\n");
        const bytes = new TextEncoder().encode(text);
        const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
        async function* pieces() {
          for (const [index, end] of places.slice(1).entries()) yield bytes.subarray(places[index], end);
          await Promise.resolve();
        }
        expect(await collect(readEvents(pieces()))).toEqual(
          given.map(([each, id]) => ({ id: id ?? undefined, message: each })),
        );
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});

describe("a stream that is cut", () => {
  const createStream = (...messages: readonly string[]) =>
    (async function* () {
      for (const text of messages) yield new TextEncoder().encode(text);
      await Promise.resolve();
    })();
  const delivery: ListenerMessage = {
    kind: "delivery",
    deliveryId: "dlv_1_0",
    attempt: 1,
    event: "a",
    path: "",
    headers: [],
    body: "",
    timeoutMs: 1,
  };

  test("is connected to again, with the cursor of its last event, until it ends", async () => {
    const paths: string[] = [];
    const streams = [
      createStream(formatMessage({ kind: "ready" }), formatMessage(delivery, `${"a".repeat(32)}.7`)),
      createStream(formatMessage({ kind: "ready" }), formatMessage({ kind: "ended", reason: "enough" })),
    ];
    const lost: string[] = [];
    let connected = 0;
    const messages = await collect(
      follow({
        client: {
          open: (path) => {
            paths.push(path);
            if (paths.length === 2)
              return Promise.reject(new CommandFailure("unreachable", "UNREACHABLE", "It is away"));
            return Promise.resolve(streams.shift() ?? createStream());
          },
        },
        path: "/stream",
        signal: new AbortController().signal,
        onConnected: () => (connected += 1),
        onLost: (why) => lost.push(why),
      }),
    );
    expect(paths).toEqual([
      "/stream",
      `/stream?after=${"a".repeat(32)}.7`,
      `/stream?after=${"a".repeat(32)}.7`,
    ]);
    expect(messages.map(({ kind }) => kind)).toEqual(["ready", "delivery", "ready", "ended"]);
    expect([connected, lost]).toEqual([2, ["the server closed the connection"]]);
  });

  test("is given up when the server refuses it for good", async () => {
    const refused = new CommandFailure("refused", "AUTH_INVALID", "Unknown token");
    const messages = follow({
      client: { open: () => Promise.reject(refused) },
      path: "/stream",
      signal: new AbortController().signal,
      onConnected: () => undefined,
      onLost: () => undefined,
    });
    await expect(collect(messages)).rejects.toBe(refused);
  });
});

test("failures that pass by themselves are told from the others", () => {
  const failure = (code: string) => new CommandFailure("failed", code, "");
  expect(["UNREACHABLE", "RATE_LIMITED", "SHUTTING_DOWN"].map((code) => isPassing(failure(code)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["AUTH_INVALID", "SCOPE", "LISTENER_NOT_FOUND"].map((code) => isPassing(failure(code)))).toEqual([
    false,
    false,
    false,
  ]);
  expect(isPassing(new Error("a defect"))).toBe(false);
});

test("the pause after a failure doubles from 50 to 100 ms up to 2.5 to 5 s", () => {
  const within = (failures: number, least: number) => {
    const pauses = Array.from({ length: 100 }, () => pauseAfter(failures));
    return pauses.every((ms) => ms >= least && ms <= 2 * least);
  };
  expect([within(0, 50), within(1, 100), within(5, 1_600), within(6, 2_500), within(50, 2_500)]).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
});
