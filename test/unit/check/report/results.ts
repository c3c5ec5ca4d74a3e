/** Results of every state, for the tests of the reports. */
import type { CheckedRun } from "../../../../src/check/index.ts";
import type { Exchange } from "../../../../src/check/exchange.ts";

const EVIDENCE: Exchange = {
  what: 'the "algorithm" <none>',
  request: {
    method: "POST",
    url: "http://127.0.0.1:3000/hook?a=1&b=2",
    headers: [["authorization", "JWT a.b.c"]],
    body: Buffer.from('{"text":"it\'s"}'),
  },
  reply: {
    kind: "response",
    status: 204,
    headers: [],
    body: Buffer.from("a\u001b[31m\u0000b"),
    durationMs: 3,
  },
};

export const RUN: CheckedRun = {
  url: "http://127.0.0.1:3000/atlassian-connect.json",
  keysUrl: "http://127.0.0.1:2990/keys",
  requests: 12,
  durationMs: 1_234,
  results: [
    { id: "descriptor.valid", severity: "serious", durationMs: 1, outcome: { state: "passed", remarks: [] } },
    {
      id: "webhook.events",
      severity: "serious",
      durationMs: 2,
      outcome: { state: "passed", remarks: ["one & two"] },
    },
    {
      id: "webhook.order",
      severity: "serious",
      durationMs: 3,
      outcome: { state: "skipped", reason: "no webhook" },
    },
    {
      id: "token.alg-none",
      severity: "critical",
      durationMs: 4,
      outcome: { state: "failed", reason: 'the "algorithm" <none>: accepted with 204', evidence: [EVIDENCE] },
    },
    {
      id: "token.early",
      severity: "minor",
      durationMs: 5,
      outcome: { state: "warned", reason: "nbf: accepted", evidence: [] },
    },
    {
      id: "install.qsh",
      severity: "serious",
      durationMs: 6,
      outcome: { state: "blocked", reason: "out of time" },
    },
  ],
};
