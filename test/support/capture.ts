/** A capture with everything that a test does not care about. */
import type { Capture } from "../../src/inspector/capture.ts";

export function createCapture(change: Partial<Capture> = {}): Capture {
  return {
    id: 1,
    receivedAt: Date.UTC(2026, 0, 31, 14, 32, 15, 120),
    kind: "webhook",
    product: "jira",
    event: "jira:issue_updated",
    method: "POST",
    target: "/webhooks/jira:issue_updated",
    headers: [
      ["Content-Type", "application/json"],
      ["Authorization", "JWT aaa.bbb.ccc"],
    ],
    body: Buffer.from('{"issue":{"key":"DEMO-7"}}'),
    verification: { state: "ok" },
    checks: [],
    deliveryId: "dlv_1",
    clientKey: "site-1",
    answer: "204",
    pinned: false,
    ...change,
  };
}
