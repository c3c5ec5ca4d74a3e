/** Responses that every common client reads, and those that none does. */
import { describe, expect, test } from "vitest";
import { findHeadEnd, readHead, whyNotHttp } from "../../../src/egress/response-head.ts";
import type { Egress, ExchangeResult } from "../../../src/egress/index.ts";
import { egressWith, receiverThat } from "../../support/egress.ts";
import { answer } from "../../support/receiver.ts";

const read = (text: string) => readHead(Buffer.from(text, "latin1"));

test.each([
  "HTTP/1.1 200 OK\r\n\r\n",
  "HTTP/1.1 204\r\nDate: x\r\n\r\n",
  "HTTP/1.0 503 Service Unavailable\r\nContent-Length: 3\r\nX-A:\r\nX-B: \xe9\t\r\n\r\n",
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
])("%j stays as it is", (text) => {
  expect(read(text)).toEqual({ kind: "clean" });
});

test.each([
  [["Content-Length: 9", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"]],
  [["Content-Length: 9", "content-length: 9"], ["Content-Length: 9"]],
  [["Content-Length: 9, 09"], ["Content-Length: 9"]],
  [["Content-Length: 9", "Content-Length: 4"], ["Content-Length: 4"]],
  [["Content-Length: nine"], []],
  [["Transfer-Encoding: identity", "Content-Length: 9"], ["Content-Length: 9"]],
  [["Transfer-Encoding: identity"], []],
  [["Transfer-Encoding: identity, Chunked"], ["Transfer-Encoding: chunked"]],
  [["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked"]],
  [["Transfer-Encoding: chunked, chunked"], ["Transfer-Encoding: chunked"]],
  [["Transfer-Encoding: gzip", "Content-Length: 9"], []],
])("the framing of %j is %j", (lines, framing) => {
  const head = read(["HTTP/1.1 200 OK", "X-A: b", ...lines, "", ""].join("\r\n"));
  const expected = ["HTTP/1.1 200 OK", "X-A: b", ...framing, "Connection: close", "", ""].join("\r\n");
  expect(head).toMatchObject({ kind: "repaired" });
  if (head.kind !== "repaired") return;
  expect(head.bytes.toString("latin1")).toBe(expected);
  expect(head.headers.map(([name, value]) => `${name}: ${value}`)).toEqual(["X-A: b", ...lines]);
});

test.each([
  ["HTTP/1.1 200 OK\nX-A: b\n\n", "X-A: b"],
  ["HTTP/1.1 200 OK\r\nX-A: b\r\n  c\r\n\r\n", "X-A: b c"],
  ["HTTP/1.1 200 OK\r\nX-A: b\x01c\r\n\r\n", "X-A: b c"],
  ["HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n", "X-A: b"],
  ["HTTP/1.2 200 OK\r\nX-A: b\r\n\r\n", "X-A: b"],
  ["HTTP/2 200 OK\r\nX-A: b\r\n\r\n", "X-A: b"],
  ["HTTP/1.1 200 OK\r\nX A: c\r\n: d\r\nX-\xfc: e\r\nX-A: b\r\n\r\n", "X-A: b"],
  ["http/1.1  200 OK\r\nX-A: b\r\n\r\n", "X-A: b"],
])("%j can be parsed", (text, line) => {
  const head = read(text);
  expect(head.kind === "repaired" ? head.bytes.toString("latin1") : head).toBe(
    `HTTP/1.1 200 OK\r\n${line}\r\nConnection: close\r\n\r\n`,
  );
});

test.each([
  ["HTTP/1.1 000 Zero\r\n\r\n", "its status is 000"],
  ["HTTP/1.1 99 Low\r\n\r\n", "its status is 99"],
  ["HTTP/1.1 2000 High\r\n\r\n", "its status is 2000"],
  ["HTTP/3 200 OK\r\n\r\n", "its version is HTTP/3"],
  ["HTTP/0.9 200 OK\r\n\r\n", "its version is HTTP/0.9"],
  ["HTTP/1.1 OK\r\n\r\n", "its first line is not a status line"],
  ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header line has no colon"],
  ["HTTP/1.1 101 Switching Protocols\r\n\r\n", "it switches to another protocol, which was not asked for"],
])("%j is not valid HTTP", (text, why) => {
  expect(read(text)).toEqual({ kind: "unreadable", detail: `The response is not valid HTTP: ${why}` });
});

test("the first bytes tell what is no response, in printable characters only", () => {
  expect(whyNotHttp(Buffer.from("H"))).toBeUndefined();
  expect(whyNotHttp(Buffer.from("http/1.1"))).toBeUndefined();
  expect(whyNotHttp(Buffer.from("SSH-2.0\r\n"))).toBe(
    'The response is not valid HTTP: it begins with "SSH-2.0??"',
  );
});

test("the end of a head is found wherever it was cut before", () => {
  for (const [text, end] of [
    ["HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n", 25],
    ["HTTP/1.1 200 OK\nA: b\n\nbody", 22],
    ["HTTP/1.1 200 OK\r\nA: b\r\n", -1],
  ] as const) {
    for (let cut = 0; cut <= text.length; cut += 1) {
      const whole = Buffer.from(text);
      const early = findHeadEnd(whole.subarray(0, cut), 0);
      expect(early === -1 ? findHeadEnd(whole, Math.max(0, cut - 3)) : early).toBe(end);
    }
  }
});

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
