/** Responses that every common client reads, and those that none does, over a real connection. */
import { describe, expect, test } from "vitest";
import type { Egress, ExchangeResult } from "../../../src/egress/index.ts";
import { egressWith, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";

type Send = (egress: Egress, url: string) => Promise<ExchangeResult>;
const post: Send = (egress, url) => egress.post({ url, headers: [], body: Buffer.from("{}") });
const request: Send = (egress, url) => egress.request({ method: "POST", url, body: "{}", maxBytes: 1_000 });

describe.each([
  ["post", post],
  ["request", request],
])("%s", (_name, send) => {
  const head = "HTTP/1.1 200 OK\r\n";
  const chunked = "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
  const interim = (count: number) => "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(count);

  test.each([
    ["an unrequested 100", `HTTP/1.1 100 Continue\r\n\r\n${answer(200, "body")}`],
    ["ten interim responses", interim(10) + answer(200, "body")],
    ["Content-Length beside chunked", `${head}Content-Length: 9\r\n${chunked}`],
    ["equal lengths", `${head}Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody`],
    ["equal lengths in one header", `${head}Content-Length: 4, 4\r\n\r\nbody`],
    ["the coding identity", `${head}Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\nbody`],
    ["HTTP/1.0 with a length", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody"],
    ["no reason phrase", "HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody"],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody"],
    ["a folded header", `${head}X-A: b\r\n c\r\nContent-Length: 4\r\n\r\nbody`],
    ["a control character", `${head}X-A: b\x02\r\nContent-Length: 4\r\n\r\nbody`],
    ["an empty line before", `\r\n${answer(200, "body")}`],
  ])("%s: accepted, also when it comes byte by byte", async (_what, response) => {
    const bytes = Buffer.from(response, "latin1");
    const receiver = await receiverThat((socket, message) => {
      if (!message.includes("/slow")) socket.write(bytes);
      else void writeByteByByte(socket, bytes);
    });
    const egress = egressWith();
    for (const path of ["/at-once", "/slow"]) {
      const result = await send(egress, receiver.url + path);
      expect(result.outcome).toEqual({ kind: "accepted", status: 200 });
      expect(result.answer?.body.toString()).toBe("body");
      expect(result.answer?.cut).toBe(false);
    }
    expect(receiver.requests).toHaveLength(2);
  });

  test.each([
    ["HTTP/1.0 until the connection closes", "HTTP/1.0 200 OK\r\n\r\nbody"],
    ["a connection that ends within the headers", `${head}X-A: b\r\nX-`],
    ["the coding identity without a length", `${head}Transfer-Encoding: identity\r\n\r\nbody`],
  ])("%s: accepted", async (_what, response) => {
    const receiver = await receiverThat((socket) => socket.end(response));
    const result = await send(egressWith(), receiver.url);
    expect(result.outcome).toEqual({ kind: "accepted", status: 200 });
    expect(result.answer?.body.toString()).toBe(response.endsWith("body") ? "body" : "");
  });

  test("the headers of a repaired response are shown as they were received", async () => {
    const receiver = await receiverThat((socket) => socket.write(`${head}Content-Length: 9\r\n${chunked}`));
    const { answer: received } = await send(egressWith(), receiver.url);
    expect(received?.headers).toEqual([
      ["Content-Length", "9"],
      ["Transfer-Encoding", "chunked"],
    ]);
  });

  test("what follows a response that parsers read in two ways is never taken for the next one", async () => {
    const receiver = await receiverThat((socket) => {
      socket.write(`${head}Content-Length: 0\r\n${chunked}${answer(200, "smuggled")}`);
    });
    const egress = egressWith();
    for (let sent = 0; sent < 3; sent += 1) {
      const { outcome, answer: received } = await send(egress, receiver.url);
      expect(outcome).toEqual({ kind: "accepted", status: 200 });
      expect(received?.body.toString()).not.toContain("smuggled");
    }
    expect(receiver.connections()).toBe(3);
  });

  test.each([
    ["eleven interim responses", interim(11), /more than 10 interim responses/],
    ["status 0", "HTTP/1.1 000 Zero\r\n\r\n", /^The response is not valid HTTP/],
    ["another protocol", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", /switches/],
    ["empty lines without end", "\r\n".repeat(50), /empty lines/],
    ["headers without end", `${head}${"X-A: b\r\n".repeat(4_000)}`, /larger than 16 KiB/],
  ])("%s: no response, with its cause", async (_what, response, detail) => {
    const receiver = await receiverThat((socket) => socket.write(response));
    const closed = receiver.next("close");
    const { outcome } = await send(egressWith(), receiver.url);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "protocol" });
    expect(outcome).toHaveProperty("detail", expect.stringMatching(detail));
    await closed;
  });

  test("interim responses without end end the exchange", async () => {
    const receiver = await receiverThat((socket) => {
      const flood = () => {
        while (!socket.destroyed && socket.write(interim(1)));
      };
      socket.on("drain", flood);
      flood();
    });
    const closed = receiver.next("close");
    expect((await send(egressWith(), receiver.url)).outcome).toMatchObject({ reason: "protocol" });
    await closed;
  });
});

async function writeByteByByte(socket: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
