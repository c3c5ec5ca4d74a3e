/** What both clients make of a far side that behaves in every way it can. */
import { describe, expect, test } from "vitest";
import type { Egress, ExchangeResult } from "../../../src/egress/index.ts";
import { REDIRECT_CASES } from "../../fixtures/url-cases.ts";
import { egressWith, receiverThat } from "../../support/egress.ts";
import { answer, startReceiver } from "../../support/receiver.ts";

type Send = (egress: Egress, url: string, headers?: readonly string[]) => Promise<ExchangeResult>;

const post: Send = (egress, url, headers = []) => egress.post({ url, headers, body: Buffer.from('{"a":1}') });

const request: Send = (egress, url, headers = []) => {
  const pairs = headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]]] : []));
  const fields = Object.fromEntries(pairs) as Record<string, string>;
  return egress.request({ method: "POST", url, headers: fields, body: '{"a":1}', maxBytes: 1_000 });
};

describe.each([
  ["post", post],
  ["request", request],
])("%s", (_name, send) => {
  test("a 2xx is accepted, and the answer comes along", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(201, "thanks", ["X-Made: yes"])));
    const result = await send(egressWith(), `${receiver.url}/hook?x=1`, ["X-Sent", "yes"]);
    expect(result.outcome).toEqual({ kind: "accepted", status: 201 });
    expect(result.answer).toMatchObject({ status: 201, cut: false });
    expect(result.answer?.body.toString()).toBe("thanks");
    expect(result.answer?.headers).toEqual([
      ["Content-Length", "6"],
      ["X-Made", "yes"],
    ]);
    expect(result.timing.firstByteMs).toBeLessThanOrEqual(result.timing.durationMs);
    expect(receiver.requests[0]).toMatch(/^POST \/hook\?x=1 HTTP\/1\.1\r\n/);
    expect(receiver.requests[0]).toMatch(/x-sent: yes\r\n/i);
    expect(receiver.requests[0]).toMatch(/\{"a":1\}$/);
  });

  test("any other status is refused, with its Retry-After", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(503, "", ["Retry-After: 7"])));
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toEqual({ kind: "refused", status: 503, retryAfterMs: 7_000 });
  });

  test.each(REDIRECT_CASES)("a %i to %s is not followed", async (status, location) => {
    const receiver = await receiverThat((socket) =>
      socket.write(answer(status, "", [`Location: ${location}`])),
    );
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toEqual({ kind: "refused", status });
    expect(receiver.requests).toHaveLength(1);
  });

  test("informational answers are passed over", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
      socket.write(answer(200, "ok"));
    });
    const result = await send(egressWith(), receiver.url);
    expect(result.outcome).toEqual({ kind: "accepted", status: 200 });
    expect(result.answer?.body.toString()).toBe("ok");
  });

  test("a receiver that never answers is a timeout", async () => {
    const receiver = await receiverThat(() => undefined);
    const result = await send(egressWith({ requestTimeoutMs: 150 }), receiver.url);
    expect(result.outcome).toMatchObject({ kind: "unreachable", reason: "timeout" });
    expect(result.answer).toBeUndefined();
  });

  test("a body that drips is cut when the time is up, and the status stands", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
      const drip = setInterval(() => socket.write("."), 20);
      socket.on("close", () => clearInterval(drip));
    });
    const result = await send(egressWith({ requestTimeoutMs: 300 }), receiver.url);
    expect(result.outcome).toEqual({ kind: "accepted", status: 200 });
    expect(result.answer?.cut).toBe("time");
    expect(result.answer?.body.toString()).toMatch(/^\.+$/);
  });

  test("headers that drip are a timeout", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const drip = setInterval(() => socket.write("X-A: b\r\n"), 20);
      socket.on("close", () => clearInterval(drip));
    });
    const { outcome } = await send(egressWith({ requestTimeoutMs: 300 }), receiver.url);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "timeout" });
  });

  test("an endless body is cut at the limit and the connection closed", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const chunk = `${(4096).toString(16)}\r\n${"x".repeat(4096)}\r\n`;
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on("drain", more);
      more();
    });
    const closed = receiver.next("close");
    const result = await send(egressWith(), receiver.url);
    expect(result.outcome).toEqual({ kind: "accepted", status: 200 });
    expect(result.answer?.cut).toBe("size");
    expect(result.answer?.body).toHaveLength(1_000);
    await closed;
  });

  test("a body of exactly the limit is whole", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200, "x".repeat(1_000))));
    const result = await send(egressWith(), receiver.url);
    expect(result.answer?.cut).toBe(false);
    expect(result.answer?.body).toHaveLength(1_000);
  });

  test("a compressed body stays as it is", async () => {
    const packed = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
    const receiver = await receiverThat((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`);
      socket.write(packed);
    });
    const result = await send(egressWith(), receiver.url);
    expect(result.answer?.body).toEqual(packed);
  });

  test("more than 16 KiB of headers is no HTTP", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write(answer(200, "ok", [`X-Big: ${"x".repeat(20_000)}`]));
    });
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "protocol" });
  });

  test("something else than HTTP is no HTTP", async () => {
    const receiver = await receiverThat((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "protocol" });
  });

  test("a connection that breaks before the answer is a reset, and is not retried when it was new", async () => {
    const receiver = await receiverThat((socket) => socket.resetAndDestroy());
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "connection-reset" });
    expect(receiver.requests).toHaveLength(1);
  });

  test("a connection that breaks inside the body leaves the status standing", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write("HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\nhalf", () => socket.destroy());
    });
    const result = await send(egressWith(), receiver.url);
    expect(result.outcome).toEqual({ kind: "refused", status: 500 });
    expect(result.answer?.cut).toBe("connection");
    expect(result.answer?.body.toString()).toBe("half");
  });

  test("a port where nobody listens is refused", async () => {
    const receiver = await startReceiver(() => undefined);
    await receiver.close();
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "connection-refused" });
  });

  test("a header that cannot be sent is forbidden, not an exception", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    for (const headers of [
      ["X-Bad", "a\r\nX-Injected: b"],
      ["X Bad", "a"],
    ]) {
      const { outcome } = await send(egressWith(), receiver.url, headers);
      expect(outcome).toMatchObject({ kind: "forbidden", code: "HEADER_VALUE" });
    }
    expect(receiver.requests).toHaveLength(0);
  });

  test("localhost is reached on the family where somebody listens", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const { outcome } = await send(egressWith(), `http://localhost:${receiver.port}/`);
    expect(outcome).toEqual({ kind: "accepted", status: 200 });
  });

  test("nothing is sent to an address of our own", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const egress = egressWith({ ownAddresses: () => [{ host: "0.0.0.0", port: receiver.port }] });
    const byAddress = await send(egress, receiver.url);
    expect(byAddress.outcome).toMatchObject({ kind: "forbidden", code: "IP_DENIED" });
    const byName = await send(egress, `http://localhost:${receiver.port}/`);
    expect(byName.outcome).toMatchObject({ kind: "forbidden", code: "HOST_DENIED" });
    expect(receiver.connections()).toBe(0);
  });

  test("closing ends what is under way, and what comes later, as our own doing", async () => {
    const receiver = await receiverThat(() => undefined);
    const arrived = receiver.next("request");
    const egress = egressWith();
    const underWay = send(egress, receiver.url);
    await arrived;
    expect(egress.stats().inFlight).toBe(1);
    await egress.close();
    expect((await underWay).outcome).toMatchObject({ kind: "unreachable", reason: "local" });
    expect((await send(egress, receiver.url)).outcome).toMatchObject({
      kind: "unreachable",
      reason: "local",
    });
    expect(egress.stats()).toEqual({ pools: 0, inFlight: 0 });
  });
});
