/** Requests that leave through a proxy: what it gets to know, and whose failure a failure is. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Egress, EgressOptions, Outcome } from "../../../src/egress/index.ts";
import { parseProxyUrl } from "../../../src/proxy-url.ts";
import type { Proxy } from "../../../src/proxy-url.ts";
import { egressWith, nameServerThat, receiverThat } from "../../support/egress.ts";
import { type ForwardProxy, httpProxyTo, socksProxyTo } from "../../support/forward-proxy.ts";
import { answer } from "../../support/receiver.ts";
import { createAuthority } from "../../support/tls-files.ts";
import type { KeyPair } from "../../support/tls-files.ts";

const NAME = "hooks.example.test";
const ADDRESS = "93.184.216.34";
const OTHER_ADDRESS = "93.184.216.35";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), "utf8");
const certificateAuthorities = [fixture("ca.pem")];
const tls = { key: fixture("server.key"), cert: fixture("server.pem") };

function proxyAt(url: string): Proxy {
  const parsed = parseProxyUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.proxy;
}

/** An egress whose name server gives the test's name public addresses. */
async function egressThrough(url: string, options: Partial<EgressOptions> = {}): Promise<Egress> {
  const names = await nameServerThat((name, type) => (type === "A" && name === NAME ? [ADDRESS] : []));
  return egressWith({
    dnsServers: [names.address],
    allowHttp: "always",
    certificateAuthorities,
    connectTimeoutMs: 4_000,
    proxy: proxyAt(url),
    ...options,
  });
}

const post = async (egress: Egress, url: string): Promise<Outcome> =>
  (await egress.post({ url, headers: [], body: Buffer.from("{}") })).outcome;
const request = async (egress: Egress, url: string): Promise<Outcome> =>
  (await egress.request({ method: "POST", body: "{}", url, maxBytes: 100 })).outcome;

/** For what takes as long as it may. A busy machine has time to respond in half of it. */
const SHORT = { connectTimeoutMs: 1_200 };

const ACCEPTED = { kind: "accepted", status: 200 };

async function startSecureReceiver(): Promise<{ port: number; serverNames: unknown[]; hosts: unknown[] }> {
  const serverNames: unknown[] = [];
  const hosts: unknown[] = [];
  const server = createServer(tls, ({ headers }, response) => {
    hosts.push(headers.host);
    response.end("ok");
  });
  server.on("secureConnection", ({ servername }) => serverNames.push(servername));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, serverNames, hosts };
}

type StartProxy = (port: number) => Promise<{ readonly proxy: ForwardProxy; readonly url: string }>;

const CREDENTIALS = { user: "callboard", password: "p:w ü" };
const BASIC = `Basic ${Buffer.from("callboard:p:w ü").toString("base64")}`;
const USER = "callboard:p%3Aw%20%C3%BC@";

const PROXIES: readonly (readonly [name: string, start: StartProxy])[] = [
  [
    "an HTTP proxy",
    async (port) => {
      const proxy = await httpProxyTo(port);
      return { proxy, url: `http://127.0.0.1:${proxy.port}` };
    },
  ],
  [
    "an HTTP proxy with a password",
    async (port) => {
      const proxy = await httpProxyTo(port, { authorization: BASIC });
      return { proxy, url: `http://${USER}127.0.0.1:${proxy.port}` };
    },
  ],
  [
    "an HTTPS proxy",
    async (port) => {
      const proxy = await httpProxyTo(port, { tls });
      return { proxy, url: `https://localhost:${proxy.port}` };
    },
  ],
  [
    "a SOCKS5 proxy",
    async (port) => {
      const proxy = await socksProxyTo(port);
      return { proxy, url: `socks5://127.0.0.1:${proxy.port}` };
    },
  ],
  [
    "a SOCKS5 proxy with a password",
    async (port) => {
      const credentials = { ...CREDENTIALS, password: "p:w" };
      const proxy = await socksProxyTo(port, { credentials });
      return { proxy, url: `socks5://callboard:p%3Aw@127.0.0.1:${proxy.port}` };
    },
  ],
];

describe.each(PROXIES)("through %s", (_name, start) => {
  test.each([
    ["a delivery", post],
    ["a request", request],
  ])("%s over https names the address to the proxy and the name to the receiver", async (_what, send) => {
    const receiver = await startSecureReceiver();
    const { proxy, url } = await start(receiver.port);
    const egress = await egressThrough(url);
    expect(await send(egress, `https://${NAME}:8443/in`)).toEqual(ACCEPTED);
    expect(proxy.targets).toEqual([`${ADDRESS}:8443`]);
    expect(receiver.serverNames).toEqual([NAME]);
    expect(receiver.hosts).toEqual([`${NAME}:8443`]);
  });

  test("plain http has a tunnel too, and its Host header is the name", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const { proxy, url } = await start(receiver.port);
    const egress = await egressThrough(url);
    expect(await post(egress, `http://${NAME}/in`)).toEqual(ACCEPTED);
    expect(proxy.targets).toEqual([`${ADDRESS}:80`]);
    expect(receiver.requests[0]).toMatch(/^POST \/in HTTP\/1\.1\r\nhost: hooks\.example\.test\r\n/i);
  });

  test("deliveries to one receiver share a kept tunnel", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const { proxy, url } = await start(receiver.port);
    const egress = await egressThrough(url);
    for (const path of ["1", "2", "3"]) await post(egress, `http://${NAME}/${path}`);
    expect(receiver.requests).toHaveLength(3);
    expect(proxy.targets).toHaveLength(1);
  });

  test("this machine is reached without the proxy", async () => {
    const receiver = await receiverThat((socket) => socket.write(answer(200)));
    const { proxy, url } = await start(receiver.port);
    const egress = await egressThrough(url);
    expect(await post(egress, receiver.url)).toEqual(ACCEPTED);
    expect(await post(egress, `http://localhost:${receiver.port}/`)).toEqual(ACCEPTED);
    expect(proxy.connections()).toBe(0);
  });
});

test("a certificate for another name is refused through a proxy as well", async () => {
  const receiver = await startSecureReceiver();
  const proxy = await httpProxyTo(receiver.port);
  const names = await nameServerThat((_, type) => (type === "A" ? [ADDRESS] : []));
  const egress = await egressThrough(`http://127.0.0.1:${proxy.port}`, { dnsServers: [names.address] });
  expect(await post(egress, "https://other.example.test/")).toMatchObject({ reason: "tls" });
});

describe("an HTTPS proxy gets no request, and is the one that fails,", () => {
  const authority = createAuthority();
  afterAll(authority.remove);

  const refuse = async (certificate: KeyPair, host: string, authorities: readonly string[]) => {
    const proxy = await httpProxyTo(9, { tls: { key: certificate.key, cert: certificate.certificate } });
    const names = await nameServerThat((name, type) =>
      type !== "A" ? [] : name === NAME ? [ADDRESS] : ["127.0.0.1"],
    );
    const egress = await egressThrough(`https://${host}:${proxy.port}`, {
      certificateAuthorities: authorities,
      dnsServers: [names.address],
    });
    const outcome = await post(egress, `https://${NAME}/`);
    expect(egress.proxy?.failure()).toEqual({
      reason: "proxy-tls",
      detail: "detail" in outcome && outcome.detail,
    });
    expect(proxy.targets).toEqual([]);
    expect(JSON.stringify(outcome)).not.toContain("proxy.example");
    return outcome;
  };

  test.each([
    ["of an unknown authority", 90, "localhost", [], "is not from an authority that this server trusts"],
    ["that has expired", -1, "localhost", [authority.certificate], "has expired"],
    ["for another name", 90, "proxy.example.test", [authority.certificate], "is for another name"],
  ] as const)("with a certificate %s", async (_what, days, host, authorities, detail) => {
    expect(await refuse(authority.issue("proxy", days), host, authorities)).toEqual({
      kind: "unreachable",
      reason: "proxy-tls",
      detail: expect.stringContaining(`The proxy's certificate ${detail}`) as string,
    });
  });

  test("that speaks no TLS", async () => {
    const proxy = await httpProxyTo(9);
    const egress = await egressThrough(`https://localhost:${proxy.port}`);
    expect(await post(egress, `https://${NAME}/`)).toEqual({
      kind: "unreachable",
      reason: "proxy-tls",
      detail: "The proxy did not complete a TLS handshake",
    });
  });
});

test("an address that the proxy can't reach gives way to the next one", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const proxy = await httpProxyTo(receiver.port, {
    behave: (target) => (target.startsWith(ADDRESS) ? 503 : "tunnel"),
  });
  const names = await nameServerThat((_, type) => (type === "A" ? [ADDRESS, OTHER_ADDRESS] : []));
  const egress = await egressThrough(`http://127.0.0.1:${proxy.port}`, { dnsServers: [names.address] });
  expect(await post(egress, `http://${NAME}/`)).toEqual(ACCEPTED);
  expect(proxy.targets).toEqual([`${ADDRESS}:80`, `${OTHER_ADDRESS}:80`]);
});

describe("the failure of an HTTP proxy", () => {
  test.each([
    [407, "proxy-auth", false],
    [403, "proxy-refused", true],
    [405, "proxy-refused", true],
    [302, "proxy-protocol", true],
    [503, "connection-refused", true],
    [504, "connect-timeout", true],
    ["silent", "connect-timeout", true],
    ["dead", "proxy-timeout", false],
    ["closes", "proxy-protocol", true],
  ] as const)("%s is %s; the proxy counts as working: %s", async (behavior, reason, works) => {
    const proxy = await httpProxyTo(9, { behave: () => behavior });
    const egress = await egressThrough(`http://secret-user:secret-word@127.0.0.1:${proxy.port}`, SHORT);
    const outcome = await post(egress, `https://${NAME}/`);
    expect(outcome).toMatchObject({ kind: "unreachable", reason });
    expect(egress.proxy?.failure() === undefined).toBe(works);
    expect(egress.proxy?.blocks(`https://${NAME}`)).toBe(!works);
    expect(egress.proxy?.blocks("http://localhost:8080")).toBe(false);
    expect(JSON.stringify(outcome)).not.toMatch(/secret|127\.0\.0\.1/);
  });

  test("a proxy that is not there is proxy-unreachable", async () => {
    const proxy = await httpProxyTo(9);
    await proxy.close();
    const egress = await egressThrough(`http://127.0.0.1:${proxy.port}`);
    expect(await post(egress, `https://${NAME}/`)).toMatchObject({
      reason: "proxy-unreachable",
      detail: "No connection to the proxy: ECONNREFUSED",
    });
  });

  test("a proxy whose name does not resolve is proxy-unreachable", async () => {
    const egress = await egressThrough("http://proxy.example.test:3128");
    expect(await request(egress, `https://${NAME}/`)).toMatchObject({ reason: "proxy-unreachable" });
  });

  test("a server that speaks no HTTP is proxy-unreachable", async () => {
    const other = await receiverThat(() => undefined);
    other.onConnection((socket) => socket.end("220 mail.example.test ESMTP\r\n"));
    const egress = await egressThrough(`http://127.0.0.1:${other.port}`);
    expect(await post(egress, `https://${NAME}/`)).toMatchObject({ reason: "proxy-unreachable" });
  });
});

describe("the failure of a SOCKS5 proxy", () => {
  test.each([
    [2, "proxy-refused"],
    [3, "connection-refused"],
    [5, "connection-refused"],
    [6, "connect-timeout"],
    [undefined, "connect-timeout"],
  ])("the reply %s is %s, and the proxy works", async (code, reason) => {
    const proxy = await socksProxyTo(9, { reply: () => code });
    const egress = await egressThrough(`socks5://127.0.0.1:${proxy.port}`, SHORT);
    expect(await post(egress, `https://${NAME}/`)).toMatchObject({ kind: "unreachable", reason });
    expect(egress.proxy?.failure()).toBeUndefined();
  });

  test("a wrong password is proxy-auth", async () => {
    const proxy = await socksProxyTo(9, { credentials: CREDENTIALS });
    const egress = await egressThrough(`socks5://callboard:wrong@127.0.0.1:${proxy.port}`);
    expect(await post(egress, `https://${NAME}/`)).toMatchObject({ reason: "proxy-auth" });
    expect(egress.proxy?.failure()).toMatchObject({ reason: "proxy-auth" });
  });

  test("a proxy that doesn't respond to the greeting is proxy-timeout", async () => {
    const proxy = await socksProxyTo(9, { isDead: () => true });
    const egress = await egressThrough(`socks5://127.0.0.1:${proxy.port}`, SHORT);
    expect(await post(egress, `https://${NAME}/`)).toMatchObject({ reason: "proxy-timeout" });
  });
});

test("a proxy that failed is tried again without a delivery, and tells when it works", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  let behavior: "dead" | "tunnel" = "dead";
  const proxy = await httpProxyTo(receiver.port, { behave: () => behavior });
  const egress = await egressThrough(`http://127.0.0.1:${proxy.port}`, SHORT);
  const changes: boolean[] = [];
  egress.proxy?.onChange(() => changes.push(egress.proxy?.failure() === undefined));
  await Promise.all([1, 2, 3].map((path) => post(egress, `http://${NAME}/${path}`)));
  expect(changes).toEqual([false]);
  behavior = "tunnel";
  await expect.poll(() => changes, { timeout: 8_000 }).toEqual([false, true]);
  expect(receiver.requests).toEqual([]);
  expect(await post(egress, `http://${NAME}/`)).toEqual(ACCEPTED);
});

test("one receiver that the proxy can't reach in time does not make the proxy fail for others", async () => {
  const receiver = await receiverThat((socket) => socket.write(answer(200)));
  const proxy = await httpProxyTo(receiver.port, {
    behave: (target) => (target.startsWith(ADDRESS) ? "silent" : "tunnel"),
  });
  const names = await nameServerThat((name, type) =>
    type === "A" ? [name === NAME ? ADDRESS : OTHER_ADDRESS] : [],
  );
  const egress = await egressThrough(`http://127.0.0.1:${proxy.port}`, {
    ...SHORT,
    dnsServers: [names.address],
  });
  const slow = await Promise.all([1, 2, 3, 4, 5, 6].map(() => post(egress, `http://${NAME}/`)));
  expect(new Set(slow.map((outcome) => "reason" in outcome && outcome.reason))).toEqual(
    new Set(["connect-timeout"]),
  );
  expect(egress.proxy?.failure()).toBeUndefined();
  expect(await post(egress, "http://other.example.test/")).toEqual(ACCEPTED);
});
