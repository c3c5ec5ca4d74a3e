/** A response that is read as it comes may be larger than one that is kept. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import { expect, test } from "vitest";
import { createEgress } from "../../../src/egress/index.ts";

const BYTES = 24 * 1024 * 1024;
const PART = Buffer.alloc(256 * 1024);

test("a stream of 24 MiB arrives whole", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": BYTES });
    pipeline(
      Readable.from(Array.from({ length: BYTES / PART.length }, () => PART)),
      response,
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const egress = createEgress({
    allowNetworks: ["loopback"],
    allowHttp: true,
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    maxAnswerBytes: 1_024,
  });
  const { body } = await egress.open(`http://127.0.0.1:${port}/`, {
    headers: {},
    signal: new AbortController().signal,
  });
  let bytes = 0;
  for await (const chunk of body) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(BYTES);
  await egress.close();
  server.close();
});
