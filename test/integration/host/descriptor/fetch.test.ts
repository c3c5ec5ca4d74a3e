import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createEgress } from "../../../../src/egress/index.ts";
import type { EgressOptions } from "../../../../src/egress/index.ts";
import { fetchDescriptor } from "../../../../src/host/descriptor/fetch.ts";
import { MAX_DESCRIPTOR_BYTES } from "../../../../src/host/descriptor/parse.ts";
import { createDescriptorReader } from "../../../../src/host/descriptor/read.ts";
import { goodDescriptor } from "../../../fixtures/descriptors/good.ts";
import { startLoopbackServer } from "../../../support/loopback-server.ts";
import type { Answer, LoopbackServer } from "../../../support/loopback-server.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

const OPTIONS: EgressOptions = {
  allowNetworks: ["loopback"],
  allowHttp: true,
  connectTimeoutMs: 2_000,
  requestTimeoutMs: 5_000,
  maxAnswerBytes: 65_536,
};
const egress = createEgress(OPTIONS);
const descriptor = JSON.stringify(goodDescriptor());

const encoded =
  (encoding: string, body: string | Buffer): Answer =>
  (response) =>
    response.setHeader("content-encoding", encoding).end(body);

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/descriptor": (response) => response.setHeader("content-type", "text/plain").end(descriptor),
  "/of-this-server": (response, { headers }) =>
    response.end(JSON.stringify(goodDescriptor({ baseUrl: `http://${headers.host}/app` }))),
  "/gzip": encoded("gzip", gzipSync(descriptor)),
  "/x-gzip": encoded("X-GZIP", gzipSync(descriptor)),
  "/br": encoded("br", brotliCompressSync(descriptor)),
  "/deflate": encoded("deflate", deflateSync(descriptor)),
  "/raw-deflate": encoded("deflate", deflateRawSync(descriptor)),
  "/identity": encoded("identity", descriptor),
  "/twice": encoded("gzip, br", brotliCompressSync(gzipSync(descriptor))),
  "/mark": (response) => response.end(`\ufeff${descriptor}`),
  "/bomb": encoded("gzip", gzipSync(Buffer.alloc(300 * 1024 * 1024, " "))),
  "/exactly": encoded("br", brotliCompressSync(descriptor.padEnd(MAX_DESCRIPTOR_BYTES))),
  "/one-more": encoded("br", brotliCompressSync(descriptor.padEnd(MAX_DESCRIPTOR_BYTES + 1))),
  "/not-gzip": encoded("gzip", descriptor),
  "/half-gzip": encoded("gzip", gzipSync(descriptor).subarray(0, 100)),
  "/zstd": encoded("zstd", "(µ/ý"),
  "/latin1": (response) =>
    response
      .setHeader("content-type", "application/json; charset=ISO-8859-1")
      .end(Buffer.from(descriptor.replace("Bell", "Glöckchen"), "latin1")),
  "/ascii": (response) =>
    response.setHeader("content-type", 'application/json; charset="us-ascii"').end(descriptor),
  "/login": (response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html><h1>Log in</h1>"),
  "/full": (response) => response.end(descriptor.padEnd(MAX_DESCRIPTOR_BYTES)),
  "/large": (response) => response.end(Buffer.alloc(2 * 1024 * 1024, " ")),
  "/moved": (response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
  "/private": (response) => response.writeHead(401).end(),
  "/broken": (response) => response.writeHead(500).end("trace"),
  "/short": (response) =>
    response.writeHead(200, { "content-length": "1000" }).write("{}", () => response.destroy()),
  "/silent": () => undefined,
  "/slow": (response) => response.writeHead(200).write(`{"key":`),
};

let server: LoopbackServer;

beforeAll(async () => {
  server = await startLoopbackServer((response, request) => {
    const answer = ANSWERS[request.url];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response, request);
  });
});
afterAll(async () => {
  await egress.close();
  await server.close();
});

test("a descriptor is fetched, whatever content type it has", async () => {
  await expect(fetchDescriptor(`${server.origin}/descriptor`, egress)).resolves.toEqual(
    Buffer.from(descriptor),
  );
});

test.each(["/gzip", "/x-gzip", "/br", "/deflate", "/raw-deflate", "/identity", "/twice", "/ascii"])(
  "a descriptor is fetched in any usual content encoding: %s",
  async (path) => {
    const body = await fetchDescriptor(server.origin + path, egress);
    expect(body.toString()).toBe(descriptor);
  },
);

test("the limit counts decoded bytes", async () => {
  await expect(fetchDescriptor(`${server.origin}/exactly`, egress)).resolves.toHaveLength(
    MAX_DESCRIPTOR_BYTES,
  );
});

test("a descriptor of exactly the limit is fetched", async () => {
  await expect(fetchDescriptor(`${server.origin}/full`, egress)).resolves.toHaveLength(MAX_DESCRIPTOR_BYTES);
});

describe("what comes to nothing is a named error with cause and remedy", () => {
  test.each([
    ["/large", "DESCRIPTOR_TOO_LARGE", "512 KiB"],
    ["/one-more", "DESCRIPTOR_TOO_LARGE", "512 KiB"],
    ["/bomb", "DESCRIPTOR_TOO_LARGE", "512 KiB"],
    ["/not-gzip", "DESCRIPTOR_FETCH", '"gzip", but'],
    ["/half-gzip", "DESCRIPTOR_FETCH", '"gzip", but'],
    ["/zstd", "DESCRIPTOR_FETCH", '"zstd", which is not supported'],
    ["/latin1", "DESCRIPTOR_NOT_UTF8", "ISO-8859-1"],
    ["/moved", "DESCRIPTOR_FETCH", "give the final URL"],
    ["/private", "DESCRIPTOR_FETCH", "without a login"],
    ["/nowhere", "DESCRIPTOR_FETCH", "check its path"],
    ["/broken", "DESCRIPTOR_FETCH", "returned 500"],
    ["/short", "DESCRIPTOR_FETCH", "closed the connection"],
    ["/silent", "DESCRIPTOR_TIMEOUT", "in time"],
    ["/slow", "DESCRIPTOR_TIMEOUT", "in time"],
  ])("%s: %s", async (path, code, words) => {
    await expect(fetchDescriptor(server.origin + path, egress, 500)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  test("a server that is not there", async () => {
    const gone = await startLoopbackServer((response) => response.end());
    await gone.close();

    await expect(fetchDescriptor(gone.origin, egress)).rejects.toMatchObject({
      code: "DESCRIPTOR_FETCH",
      message: expect.stringContaining("start the add-on"),
    });
  });

  test("a server whose certificate is for another name", async () => {
    const fixture = (name: string) =>
      readFileSync(join(import.meta.dirname, "../../../fixtures/tls", name), "utf8");
    const elsewhere = createServer({ key: fixture("server.key"), cert: fixture("server.pem") });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.2", resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const trusting = createEgress({ ...OPTIONS, certificateAuthorities: [fixture("ca.pem")] });

    await expect(fetchDescriptor(`https://127.0.0.2:${port}`, trusting)).rejects.toMatchObject({
      code: "DESCRIPTOR_TLS",
      message: expect.stringContaining("certificate"),
    });

    await trusting.close();
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  test("a server that does not speak TLS", async () => {
    await expect(fetchDescriptor(server.origin.replace("http:", "https:"), egress)).rejects.toMatchObject({
      code: "DESCRIPTOR_TLS",
    });
  });
});

describe("no request is made", () => {
  test.each([
    ["http://169.254.169.254/latest", "IP_DENIED"],
    ["https://10.0.0.1/atlassian-connect.json", "IP_DENIED"],
    ["http://bell.example.org/atlassian-connect.json", "URL_SCHEME"],
    ["ftp://bell.example.org/atlassian-connect.json", "URL_SCHEME"],
    ["bell.example.org", "URL_INVALID"],
  ])("to %s", async (url, code) => {
    await expect(fetchDescriptor(url, egress)).rejects.toMatchObject({ code });
  });
});

describe("a descriptor is read", () => {
  const read = createDescriptorReader({ catalogue: builtInCatalogue, egress, checkFilter: () => undefined });

  test("from its URL, with its webhooks resolved", async () => {
    const {
      descriptor: found,
      webhooks,
      warnings,
    } = await read({ kind: "url", url: `${server.origin}/descriptor` }, builtInCatalogue.require("jira"));

    expect(found.key).toBe("org.example.bell");
    expect(webhooks.map(({ resolvedUrl }) => resolvedUrl)).toEqual([
      "https://bell.example.org/app/hooks/created",
    ]);
    // The fixture's baseUrl is elsewhere than this server.
    expect(warnings).toEqual([
      {
        code: "BASEURL_ORIGIN",
        pointer: "/baseUrl",
        detail: expect.stringContaining("callbacks and webhooks go to https://bell.example.org"),
      },
    ]);
  });

  test("from a URL of the same origin without a warning, wherever its path is", async () => {
    const url = `${server.origin}/of-this-server`;
    await expect(read({ kind: "url", url }, builtInCatalogue.require("jira"))).resolves.toMatchObject({
      warnings: [],
    });
  });

  test("from the value itself", async () => {
    await expect(read({ kind: "value", value: goodDescriptor() })).resolves.toMatchObject({
      descriptor: { key: "org.example.bell" },
    });
  });

  test("and a login page is refused as such", async () => {
    await expect(read({ kind: "url", url: `${server.origin}/login` })).rejects.toMatchObject({
      code: "DESCRIPTOR_NOT_JSON",
      message: expect.stringContaining("login page"),
    });
  });
});
