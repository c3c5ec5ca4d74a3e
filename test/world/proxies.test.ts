/** Everything leaves through a real proxy: the guard holds as without it, and the proxy is given no name. */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { beforeAll, describe, expect, test } from "vitest";
import { createEgress } from "../../src/egress/index.ts";
import type { Egress } from "../../src/egress/index.ts";
import { parseProxyUrl } from "../../src/proxy-url.ts";
import { DNS_CASES, URL_CASES } from "../fixtures/url-cases.ts";
import { startDnsServer } from "../support/dns-server.ts";
import { waitFor } from "../support/wait-for.ts";
import { close, listen, startAddon } from "./addon.ts";
import { runCallboard, startCallboard } from "./callboard.ts";
import type { Callboard } from "./callboard.ts";
import { AUTHORITY_FILE, certificateFor } from "./certificates.ts";
import { stopAfterAll } from "./ending.ts";
import { startMicrosocks, startTinyproxy, startTlsProxy } from "./forward-proxies.ts";
import type { WorldProxy } from "./forward-proxies.ts";
import { HOSTS } from "./names.ts";
import { SITE, addSite, deliver, install } from "./stories.ts";
import { AT_ROOT } from "./worlds.ts";

const PARTNER = { name: "addon.partner.example", address: HOSTS["addon.partner.example"] } as const;

function egressThrough(url: string, more: { readonly dnsServers?: readonly string[] } = {}): Egress {
  const parsed = parseProxyUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return createEgress({
    allowNetworks: [],
    allowHttp: true,
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 8_000,
    maxAnswerBytes: 1_000,
    certificateAuthorities: [readFileSync(AUTHORITY_FILE, "utf8")],
    proxy: parsed.proxy,
    ...more,
  });
}

const post = async (egress: Egress, url: string) =>
  (await egress.post({ url, headers: [], body: Buffer.from("{}") })).outcome;

describe.each([
  ["tinyproxy", startTinyproxy],
  ["tinyproxy behind stunnel", () => startTlsProxy()],
  ["microsocks", startMicrosocks],
])("through %s", (_name, start) => {
  const ending = stopAfterAll();
  let proxy: WorldProxy;
  beforeAll(async () => {
    proxy = await start();
    ending.add(() => proxy.stop());
  });

  describe("Callboard", () => {
    let callboard: Callboard;
    beforeAll(async () => {
      callboard = await startCallboard({
        ...AT_ROOT,
        env: { ...AT_ROOT.env, CALLBOARD_EGRESS_PROXY: proxy.url },
      });
      ending.add(callboard.stop);
      await addSite(AT_ROOT, callboard);
    });

    test("installs an add-on and sends it its events, by address", async () => {
      const addon = await startAddon({ ...PARTNER, keyServer: `${AT_ROOT.url}/keys` });
      try {
        await install(callboard, addon);
        await deliver(callboard, addon);
      } finally {
        await callboard.call("DELETE", `/api/v1/sites/${SITE}/addons/${addon.key}`);
        await addon.close();
      }
      expect(proxy.output()).toContain(PARTNER.address);
      expect(proxy.output()).not.toContain(PARTNER.name);
    });

    test("prints its proxy without user name and password", async () => {
      const { out, errors } = await runCallboard(["config"], { CALLBOARD_EGRESS_PROXY: proxy.url });
      expect(out).toContain(new URL(proxy.url).hostname);
      expect(out + errors + callboard.output()).not.toMatch(/pass-word|callboard:/);
    });
  });

  describe("the guard", () => {
    const refused = Object.values(URL_CASES)
      .flat()
      .filter(([, verdict]) => verdict !== "allow");

    test("refuses every URL that it refuses without a proxy, which hears of none", async () => {
      const before = proxy.output();
      const egress = egressThrough(proxy.url);
      const verdicts: unknown[] = [];
      for (const [url] of refused) {
        const outcome = await post(egress, url);
        verdicts.push([url, outcome.kind === "forbidden" ? outcome.code : outcome.kind]);
      }
      await egress.close();
      expect(verdicts).toEqual(refused);
      expect(proxy.output()).toBe(before);
    });

    test.each(DNS_CASES.filter(({ verdict }) => verdict !== "allow"))(
      "refuses $host, whatever it resolves to when it is sent",
      async ({ host, answers, verdict }) => {
        let lookups = 0;
        const server = await startDnsServer((name, type) => {
          const answer = answers[Math.min(lookups, answers.length - 1)] ?? [];
          if (type === "AAAA") lookups += 1;
          return name !== host || answer.length === 0 ? "nxdomain" : answer;
        });
        const before = proxy.output();
        const egress = egressThrough(proxy.url, { dnsServers: [server.address] });
        for (const _ of answers.slice(1)) await egress.resolveCheck(`https://${host}/in`);
        const outcome = await post(egress, `https://${host}/in`);
        expect(outcome.kind === "forbidden" ? outcome.code : "DNS_FAIL").toBe(verdict);
        expect(proxy.output()).toBe(before);
        await egress.close();
        await server.close();
      },
    );
  });

  describe("failures", () => {
    let egress: Egress;
    beforeAll(() => {
      egress = egressThrough(proxy.url);
      ending.add(() => egress.close());
    });

    test("a receiver that refuses the connection is as without a proxy", async () => {
      expect(await post(egress, "https://expired.partner.example/")).toMatchObject({
        kind: "unreachable",
        reason: "connection-refused",
      });
      expect(egress.proxy?.failure()).toBeUndefined();
    });

    test("a certificate for another name is refused", async () => {
      const server = createServer(certificateFor("other.partner.example"), (_request, response) => {
        response.end();
      });
      await listen(server, HOSTS["wrong-host.partner.example"]);
      expect(await post(egress, "https://wrong-host.partner.example/")).toMatchObject({ reason: "tls" });
      await close(server);
    });

    test("a wrong password is proxy-auth", async () => {
      const wrong = egressThrough(proxy.url.replace("pass-word", "wrong"));
      expect(await post(wrong, `https://${PARTNER.name}/`)).toMatchObject({ reason: "proxy-auth" });
      await wrong.close();
    });
  });
});

test("tinyproxy's ports are proxy-refused, and its end and return are noticed", async () => {
  const proxy = await startTinyproxy();
  const egress = egressThrough(proxy.url);
  const { name, address } = PARTNER;
  expect(await post(egress, `https://${name}:8443/`)).toMatchObject({
    reason: "proxy-refused",
    detail: "The proxy does not allow connections to port 8443 (403)",
  });
  await proxy.stop();
  expect(await post(egress, `https://${name}/`)).toMatchObject({ reason: "proxy-unreachable" });
  expect(egress.proxy?.blocks(`https://${name}`)).toBe(true);
  const again = await startTinyproxy();
  await waitFor(() => expect(egress.proxy?.failure()).toBeUndefined(), 10_000);
  const server = createServer(certificateFor(name), (_request, response) => void response.end());
  await listen(server, address);
  expect(await post(egress, `https://${name}/`)).toEqual({ kind: "accepted", status: 200 });
  await close(server);
  await egress.close();
  await again.stop();
});
