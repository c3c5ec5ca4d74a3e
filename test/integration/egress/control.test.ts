import { expect, test } from "vitest";
import { egressWith, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";

test.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const)(
  "%s needs no body",
  async (method) => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const { outcome } = await egressWith().request({ method, url: `${receiver.url}/a`, maxBytes: 10 });
    expect(outcome).toEqual({ kind: "accepted", status: 200 });
    expect(receiver.requests[0]).toMatch(new RegExp(`^${method} /a HTTP/1.1\r\n`));
  },
);

test("bytes and text are sent as they are, with the caller's headers", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const egress = egressWith();
  const headers = { "Content-Type": "text/plain", "User-Agent": "mine" };
  for (const body of ["text", Buffer.from("text"), new TextEncoder().encode("text")]) {
    await egress.request({ method: "POST", url: receiver.url, headers, body, maxBytes: 10 });
  }
  expect(receiver.requests).toHaveLength(3);
  for (const request of receiver.requests) {
    expect(request).toMatch(/user-agent: mine\r\n/i);
    expect(request).toMatch(/content-type: text\/plain\r\n/i);
    expect(request).toMatch(/content-length: 4\r\n/i);
    expect(request).toMatch(/\r\n\r\ntext$/);
  }
});

test("a request has a time limit and a size limit of its own", async () => {
  const receiver = await receiverThat((socket, request) => {
    if (request.startsWith("GET /big")) socket.write(answer(200, "x".repeat(100)));
  });
  const egress = egressWith({ requestTimeoutMs: 60_000 });
  const big = await egress.request({ method: "GET", url: `${receiver.url}/big`, maxBytes: 10 });
  expect(big.answer).toMatchObject({ cut: "size" });
  expect(big.answer?.body).toHaveLength(10);
  const late = await egress.request({ method: "GET", url: receiver.url, maxBytes: 10, timeoutMs: 50 });
  expect(late.outcome).toMatchObject({ kind: "unreachable", reason: "timeout" });
});
