/** Verdicts about a server that runs. */
import { expect, test } from "vitest";
import {
  assessEndpoints,
  assessLimits,
  assessReadiness,
  assessSending,
  assessServer,
  assessToken,
} from "../../../../src/cli/doctor/assess-server.ts";

const verdicts = (findings: readonly { readonly verdict: string }[]) =>
  findings.map(({ verdict }) => verdict);

test.each([
  [["1.0.0"], "1.0.0", "ok"],
  [["1.0.0", "1.0.0"], "1.0.0", "ok"],
  [["1.0.0", "1.1.0"], "1.1.0", "warning"],
  [["1.0.0"], "1.1.0", "warning"],
])("processes %j beside a command line of %s are %s", (versions, ownVersion, verdict) => {
  expect(verdicts(assessServer({ url: "http://x", versions, ownVersion }))).toEqual([verdict]);
});

const NOW = Date.parse("2026-01-01T00:00:00Z");
const TOKEN = { name: "ci", scopes: ["admin" as const], site: null, expiresAt: null };

test.each([
  ["that never expires", { isAdmin: true, token: TOKEN }, "ok"],
  ["that expires in time", { isAdmin: true, token: { ...TOKEN, expiresAt: "2026-01-09T00:00:00Z" } }, "ok"],
  ["that expires soon", { isAdmin: true, token: { ...TOKEN, expiresAt: "2026-01-07T00:00:00Z" } }, "warning"],
  ["without the scope admin", { isAdmin: false, token: undefined }, "warning"],
  ["that is not in the list", { isAdmin: true, token: undefined }, "ok"],
])("a token %s", (_name, facts, verdict) => {
  expect(verdicts(assessToken({ ...facts, now: NOW }))).toEqual([verdict]);
});

test.each([
  [{ isReady: true, checks: { database: "ok" } }, "ok"],
  [{ isReady: true, checks: { database: "ok", queue: "OVERLOADED" } }, "warning"],
  [{ isReady: false, checks: { database: "does not answer" } }, "problem"],
])("readiness %j is %s", (facts, verdict) => {
  expect(verdicts(assessReadiness(facts))).toEqual([verdict]);
});

test("a standstill is a problem", () => {
  expect(verdicts(assessSending({ isStuck: true, detail: "no worker runs" }))).toEqual(["problem"]);
  expect(verdicts(assessSending({ isStuck: false, detail: "no delivery is waiting" }))).toEqual(["ok"]);
});

test("stopped endpoints are named, five of them, each with the command that resumes it", () => {
  expect(verdicts(assessEndpoints([]))).toEqual(["ok"]);
  const endpoints = Array.from({ length: 7 }, (_, index) => ({
    site: "jira",
    number: index + 1,
    receiver: `Receiver ${index}`,
    state: "paused" as const,
  }));
  const found = assessEndpoints(endpoints);
  expect(found).toHaveLength(6);
  expect(found[0]).toMatchObject({
    detail: "Receiver 0 on jira is paused",
    remedy: expect.stringContaining("callboard endpoints resume 1 --site jira") as string,
  });
  expect(found.at(-1)?.detail).toBe("2 more are stopped");
});

const LIMIT = { name: "waiting", unit: "deliveries", max: 100, setting: "CALLBOARD_X", owner: "jira/1" };

test.each([
  [null, "ok"],
  [79, "ok"],
  [80, "warning"],
  [100, "warning"],
])("a limit of 100 at %s is %s", (level, verdict) => {
  expect(verdicts(assessLimits([{ ...LIMIT, level }]))).toEqual([verdict]);
});
