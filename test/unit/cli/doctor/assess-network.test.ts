/** Verdicts about the port, the base URL and name servers. */
import { expect, test } from "vitest";
import {
  assessBaseUrl,
  assessNameServers,
  assessPort,
  assessProxy,
} from "../../../../src/cli/doctor/assess-network.ts";
import type { BaseUrlFacts, NameServerFacts, PortHolder } from "../../../../src/cli/doctor/assess-network.ts";

const only = (findings: readonly { readonly verdict: string; readonly detail: string }[]) => {
  expect(findings).toHaveLength(1);
  return findings[0];
};

test.each<[PortHolder, string, string]>([
  [{ kind: "free" }, "ok", "127.0.0.1:2990 is free"],
  [{ kind: "callboard" }, "ok", "a Callboard server listens on 127.0.0.1:2990"],
  [{ kind: "other", program: "nginx (process 7)" }, "problem", "127.0.0.1:2990 is held by nginx (process 7)"],
  [{ kind: "other", program: undefined }, "problem", "127.0.0.1:2990 is held by another program"],
  [
    { kind: "refused", code: "EADDRNOTAVAIL" },
    "problem",
    "nothing can listen on 127.0.0.1:2990 (EADDRNOTAVAIL)",
  ],
])("the port: %j", (holder, verdict, detail) => {
  expect(only(assessPort({ host: "127.0.0.1", port: 2990, holder }))).toMatchObject({ verdict, detail });
});

const RESOLVED = { kind: "resolved", url: "https://board.example", addresses: ["203.0.113.7"] } as const;

test.each<[BaseUrlFacts, string]>([
  [{ kind: "derived" }, "ok"],
  [{ kind: "unresolved", url: "https://board.example", code: "ENOTFOUND" }, "problem"],
  [{ ...RESOLVED, reached: "callboard" }, "ok"],
  [{ ...RESOLVED, reached: "not-running" }, "ok"],
  [{ ...RESOLVED, reached: "other" }, "problem"],
  [{ ...RESOLVED, reached: { failure: "connection refused" } }, "warning"],
])("the base URL: %j is %s", (facts, verdict) => {
  expect(only(assessBaseUrl(facts))?.verdict).toBe(verdict);
});

test.each([
  [undefined, "ok", undefined],
  ["proxy-auth", "problem", "Correct the user name and password in CALLBOARD_EGRESS_PROXY"],
  [
    "proxy-tls",
    "problem",
    "Give the proxy a certificate that is valid for its name in CALLBOARD_EGRESS_PROXY; trust an authority of your own with NODE_EXTRA_CA_CERTS, and restart. A proxy without TLS has an http:// URL",
  ],
  ["proxy-unreachable", "problem", "Check that the proxy runs, and host and port of CALLBOARD_EGRESS_PROXY"],
  ["proxy-timeout", "problem", "Check that the proxy runs, and host and port of CALLBOARD_EGRESS_PROXY"],
])("a proxy whose failure is %s", (reason, verdict, remedy) => {
  const failure = reason === undefined ? undefined : { reason, detail: "It does not work" };
  const facts = { shown: "http://proxy:3128", hasCredentials: true, knowsPublicNames: true };
  expect(only(assessProxy({ ...facts, failure }))).toEqual({
    verdict,
    detail:
      failure === undefined
        ? "http://proxy:3128, with a user name, responded; it gets addresses, and names are resolved here"
        : "requests can't leave through http://proxy:3128, with a user name: It does not work",
    ...(remedy === undefined ? {} : { remedy }),
  });
});

test("a proxy beside name servers without public names, or with none that responds", () => {
  const facts = { shown: "http://proxy:3128", hasCredentials: false, failure: undefined };
  expect(assessProxy({ ...facts, knowsPublicNames: false })).toMatchObject([
    { verdict: "ok", detail: expect.stringContaining("without a user name") as string },
    { verdict: "warning", remedy: expect.stringContaining("CALLBOARD_DNS_SERVERS") as string },
  ]);
  // The check of the name servers says so.
  expect(only(assessProxy({ ...facts, knowsPublicNames: undefined }))?.verdict).toBe("ok");
});

const GOOD = { server: "192.0.2.53", failure: undefined };
const SILENT = { server: "192.0.2.54", failure: "ETIMEOUT" };

test.each<[string, readonly NameServerFacts[], string]>([
  ["none", [], "problem"],
  ["all respond", [GOOD], "ok"],
  ["one is silent", [GOOD, SILENT], "warning"],
  ["all are silent", [SILENT], "problem"],
])("name servers: %s", (_name, servers, verdict) => {
  expect(only(assessNameServers(servers))?.verdict).toBe(verdict);
});
