/** What may not be sent to is not sent to either, whatever its name resolves to at that moment. */
import { afterAll, describe, expect, test } from "vitest";
import { createEgress, type Egress } from "../../../src/egress/index.ts";
import { CallboardError } from "../../../src/errors.ts";
import { DNS_CASES, URL_CASES } from "../../fixtures/url-cases.ts";
import { egressWith, nameServerThat, STRICT } from "../../support/egress.ts";

async function postTo(egress: Egress, url: string): Promise<string> {
  const { outcome } = await egress.post({ url, headers: [], body: Buffer.from("{}") });
  return outcome.kind === "forbidden" ? outcome.code : outcome.kind;
}

/** A proxy on a port where nothing listens: what is refused never gets there. */
const NO_PROXY_THERE = {
  protocol: "http",
  host: "127.0.0.1",
  port: 9,
  credentials: undefined,
  shown: "",
} as const;

describe.each([
  ["directly", STRICT],
  ["through a proxy", { ...STRICT, proxy: NO_PROXY_THERE }],
])("%s", (_way, options) => {
  const egress = createEgress(options);
  afterAll(() => egress.close());

  const refused = Object.values(URL_CASES)
    .flat()
    .filter(([, verdict]) => verdict !== "allow");

  test.each(refused)("%j: %s when it is sent", async (url, verdict) => {
    expect(await postTo(egress, url)).toBe(verdict);
    const { outcome } = await egress.request({ method: "GET", url, maxBytes: 10 });
    expect(outcome).toMatchObject({ kind: "forbidden", code: verdict });
  });

  describe("addresses behind a name", () => {
    test.each(DNS_CASES)("$host: $verdict", async ({ host, answers, verdict }) => {
      let lookups = 0;
      const server = await nameServerThat((name, type) => {
        if (name !== host) return "nxdomain";
        const answer = answers[Math.min(lookups, answers.length - 1)]!;
        if (type === "AAAA") lookups += 1;
        return answer.length === 0 ? "nxdomain" : answer;
      });
      const asking = egressWith({ ...options, allowNetworks: [], dnsServers: [server.address] });
      const url = `https://${host}/in`;
      asking.check(url);
      // All lookups but the last are those of the time when the URL was saved.
      for (const _ of answers.slice(1)) await asking.resolveCheck(url);

      const refusal: unknown = await asking.resolveCheck(url).catch((error: unknown) => error);
      expect(refusal instanceof CallboardError ? refusal.code : "allow").toBe(verdict);
      if (verdict === "DNS_DENIED") expect(await postTo(asking, url)).toBe("DNS_DENIED");
      if (verdict === "DNS_FAIL") expect(await postTo(asking, url)).toBe("unreachable");
    });
  });
});
