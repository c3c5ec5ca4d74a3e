import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Egress, Outcome } from "../../../src/egress/index.ts";
import { egressWith, nameServerThat, receiverThat } from "../../support/egress.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), "utf8");
const certificateAuthorities = [fixture("ca.pem")];

/** Its certificate is for hooks.example.test, localhost and 127.0.0.1, from the authority of the fixtures. */
async function startSecureReceiver(options: TlsOptions = {}): Promise<number> {
  const server: Server = createServer(
    { key: fixture("server.key"), cert: fixture("server.pem"), ...options },
    (_, response) => {
      response.end("ok");
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function egressOverTls(authorities?: readonly string[]): Promise<Egress> {
  const names = await nameServerThat((_, type) => (type === "A" ? ["127.0.0.1"] : []));
  return egressWith({
    dnsServers: [names.address],
    ...(authorities === undefined ? {} : { certificateAuthorities: authorities }),
  });
}

const post = async (egress: Egress, url: string): Promise<Outcome> =>
  (await egress.post({ url, headers: [], body: Buffer.from("{}") })).outcome;

const request = async (egress: Egress, url: string): Promise<Outcome> =>
  (await egress.request({ method: "GET", url, maxBytes: 100 })).outcome;

describe.each([
  ["post", post],
  ["request", request],
])("%s", (_name, send) => {
  test.each(["hooks.example.test", "hooks.example.test.", "localhost", "127.0.0.1"])(
    "a certificate for %s of a trusted authority is accepted",
    async (host) => {
      const port = await startSecureReceiver();
      const egress = await egressOverTls(certificateAuthorities);
      expect(await send(egress, `https://${host}:${port}/`)).toEqual({ kind: "accepted", status: 200 });
    },
  );

  test.each(["other.example.test", "127.0.0.2.example.test"])(
    "a certificate for another name than %s is not",
    async (host) => {
      const port = await startSecureReceiver();
      const egress = await egressOverTls(certificateAuthorities);
      expect(await send(egress, `https://${host}:${port}/`)).toMatchObject({
        kind: "unreachable",
        reason: "tls",
      });
    },
  );

  test("a certificate of an authority that nobody knows is not", async () => {
    const port = await startSecureReceiver();
    const egress = await egressOverTls();
    const outcome = await send(egress, `https://hooks.example.test:${port}/`);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "tls" });
  });

  test("a receiver that speaks plain HTTP where https is expected is a TLS failure", async () => {
    const receiver = await receiverThat(() => undefined);
    receiver.onConnection((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const egress = await egressOverTls();
    const outcome = await send(egress, `https://127.0.0.1:${receiver.port}/`);
    expect(outcome).toEqual({
      kind: "unreachable",
      reason: "tls-handshake",
      detail: "The port does not respond with TLS",
    });
  });

  test("a receiver without a common TLS version is a class of its own", async () => {
    const port = await startSecureReceiver({
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const egress = await egressOverTls(certificateAuthorities);
    const outcome = await send(egress, `https://localhost:${port}/`);
    expect(outcome).toMatchObject({ kind: "unreachable", reason: "tls-version" });
    expect(outcome).toHaveProperty("detail", expect.stringMatching(/^No common TLS version: /));
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a receiver that requires a client certificate over %s is a class of its own",
    async (version) => {
      const port = await startSecureReceiver({
        requestCert: true,
        rejectUnauthorized: true,
        ca: fixture("ca.pem"),
        minVersion: version,
        maxVersion: version,
      });
      const egress = await egressOverTls(certificateAuthorities);
      expect(await send(egress, `https://localhost:${port}/`)).toEqual({
        kind: "unreachable",
        reason: "tls-client-certificate",
        detail: "The receiver requires a client certificate that it accepts",
      });
    },
  );

  test("the head of a response is repaired as well", async () => {
    const server = createTlsServer({ key: fixture("server.key"), cert: fixture("server.pem") }, (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => {
        const framing = "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
        socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${framing}`);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const egress = await egressOverTls(certificateAuthorities);
    const { port } = server.address() as AddressInfo;
    expect(await send(egress, `https://localhost:${port}/`)).toEqual({ kind: "accepted", status: 200 });
  });

  test("the environment cannot switch verification off", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    onTestFinished(() => void vi.unstubAllEnvs());
    const port = await startSecureReceiver();
    const untrusted = await egressOverTls();
    expect(await send(untrusted, `https://localhost:${port}/`)).toMatchObject({ reason: "tls" });
    const trusted = await egressOverTls(certificateAuthorities);
    expect(await send(trusted, `https://other.example.test:${port}/`)).toMatchObject({ reason: "tls" });
  });
});

test("a handshake that never ends is a connect timeout", async () => {
  const receiver = await receiverThat(() => undefined);
  const egress = egressWith({ connectTimeoutMs: 100 });
  const outcome = await post(egress, `https://127.0.0.1:${receiver.port}/`);
  expect(outcome).toMatchObject({ kind: "unreachable", reason: "connect-timeout" });
});

test("the end of a certificate is read once for each connection, not for each request", async () => {
  const port = await startSecureReceiver();
  const met: unknown[] = [];
  const names = await nameServerThat((_, type) => (type === "A" ? ["127.0.0.1"] : []));
  const egress = egressWith({
    dnsServers: [names.address],
    certificateAuthorities,
    onCertificate: (...each) => met.push(each),
  });
  for (let count = 0; count < 3; count += 1) {
    expect(await post(egress, `https://hooks.example.test:${port}/`)).toMatchObject({ kind: "accepted" });
  }
  await request(egress, `https://127.0.0.1:${port}/`);
  await post(egress, `https://other.example.test:${port}/`);
  const end = Date.UTC(2120, 0, 1);
  expect(met).toEqual([
    [`https://hooks.example.test:${port}`, end],
    [`https://127.0.0.1:${port}`, end],
  ]);
});
