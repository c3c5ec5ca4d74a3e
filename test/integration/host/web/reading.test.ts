/** How bodies are read off a connection: what counts, what is refused, and what a body that stops comes to. */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { readBody, readJsonText } from "../../../../src/host/web/http/body.ts";
import { createReading } from "../../../../src/host/web/http/reading.ts";
import type { ReadingOptions } from "../../../../src/host/web/http/reading.ts";
import { waitFor } from "../../../support/wait-for.ts";

const LIMIT = 1024 * 1024;
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server that reads bodies and answers with what came of each. */
async function startReader(
  options: ReadingOptions,
  read: (request: IncomingMessage) => Promise<unknown> = (request) => readBody(request, LIMIT),
) {
  const reading = createReading(options);
  const server = createServer((request, response) => {
    reading.open(request, response, "192.0.2.7");
    read(request).then(
      () => response.writeHead(202).end(),
      (error: unknown) => {
        if (!(error instanceof CallboardError)) throw error;
        response.writeHead(error.status, { code: error.code, connection: "close" });
        response.end(JSON.stringify({ detail: error.message, ...error.extra }));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  open.push(() => server.close());

  /** Sends this and nothing more. */
  function send(head: string, body: string | Uint8Array = ""): { socket: Socket; received: () => string } {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (bytes: Buffer) => (text += bytes.toString())).on("error", () => undefined);
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`);
    socket.write(body);
    open.push(() => socket.destroy());
    return { socket, received: () => text };
  }
  const levels = () =>
    reading.limits.flatMap(({ per, level }) => (level === undefined ? [] : [[per, level().highest]]));
  return { send, levels };
}

test("a body that stops ends with BODY_TIMEOUT, and gives its bytes back", async () => {
  const { send, levels } = await startReader({ readLimitBytes: LIMIT, stallMs: 50 });
  const { received } = send("content-length: 1000", "0123456789");
  await waitFor(() => expect(received()).toMatch(/^HTTP\/1\.1 408 .*\r\ncode: BODY_TIMEOUT\r\n/s));
  expect(received()).toContain("stopped after 10 of 1000 bytes");
  await waitFor(() =>
    expect(levels()).toEqual([
      ["client", 0],
      ["token", 0],
      ["host", 0],
    ]),
  );
});

test("a body that goes on arriving is waited for", async () => {
  const { send } = await startReader({ readLimitBytes: LIMIT, stallMs: 1_000 });
  const { socket, received } = send("content-length: 8", "0");
  for (let sent = 1; sent < 8; sent += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write("0");
  }
  await waitFor(() => expect(received()).toMatch(/^HTTP\/1\.1 202 /));
});

test("announced bytes count at once, and the share that is full is named", async () => {
  const { send, levels } = await startReader({ readLimitBytes: 2_000 });
  send("content-length: 700");
  await waitFor(() => expect(levels()).toContainEqual(["client", 700]));
  const { received } = send("content-length: 700");
  await waitFor(() => expect(received()).toMatch(/^HTTP\/1\.1 503 .*\r\ncode: OVERLOADED\r\n/s));
  expect(received()).toContain('"share":"client"');
  expect(received()).toContain("192.0.2.7");
});

test("bytes that nobody announced count when they arrive", async () => {
  const { send, levels } = await startReader({ readLimitBytes: 2_000 });
  const chunk = `258\r\n${"0".repeat(600)}\r\n`;
  send("transfer-encoding: chunked", chunk);
  await waitFor(() => expect(levels()).toContainEqual(["client", 600]));
  const { received } = send("transfer-encoding: chunked", chunk);
  await waitFor(() => expect(received()).toMatch(/^HTTP\/1\.1 503 /));
});

test.each([
  ["values", `{"a":[${"{},".repeat(2_000)}`, "BODY_TOO_COMPLEX"],
  ["text that is not JSON", '{"a":,', "BODY_NOT_JSON"],
  ["bytes that are not UTF-8", Buffer.from('{"a":\xff\xff', "latin1"), "BODY_NOT_UTF8"],
])("too many or wrong: %s is refused while the rest is on its way", async (_what, begun, code) => {
  const options = { limitBytes: LIMIT, maxDepth: 9, maxCount: 1_000, duplicates: "top" } as const;
  const { send } = await startReader({ readLimitBytes: LIMIT }, (request) => readJsonText(request, options));
  const { received } = send("content-length: 1000000", begun);
  await waitFor(() => expect(received()).toContain(`code: ${code}\r\n`));
});

test("a body in any number of pieces is the body, with and without its length", async () => {
  const text = Buffer.from(`\ufeff{"a":"${"ü".repeat(200_000)}","b":[1,2,3]}`);
  const seen: string[] = [];
  const { send } = await startReader({ readLimitBytes: 4 * LIMIT }, async (request) => {
    const options = { limitBytes: LIMIT, maxDepth: 9, maxCount: 100, duplicates: "all" } as const;
    const { bytes, scan } = await readJsonText(request, options);
    seen.push(`${scan.count} ${bytes.equals(text.subarray(3))}`);
  });
  const whole = send(`content-length: ${text.length}`, text.subarray(0, 2));
  for (let at = 2; at < text.length; at += 9_973) whole.socket.write(text.subarray(at, at + 9_973));
  const chunked = send("transfer-encoding: chunked");
  for (let at = 0; at < text.length; at += 70_001) {
    const piece = text.subarray(at, at + 70_001);
    chunked.socket.write(`${piece.length.toString(16)}\r\n`);
    chunked.socket.write(piece);
    chunked.socket.write("\r\n");
  }
  chunked.socket.write("0\r\n\r\n");
  await waitFor(() => expect(seen).toEqual(["8 true", "8 true"]));
});
