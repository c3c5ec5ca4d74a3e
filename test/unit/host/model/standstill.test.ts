import { describe, expect, test } from "vitest";
import { STANDSTILL_REASONS, findStandstill, standstillText } from "../../../../src/host/model/standstill.ts";
import type { HostFacts, WaitingEndpoint } from "../../../../src/host/model/standstill.ts";

const NOW = 1_000_000;
const fine: HostFacts = { database: "ok", workers: 1, isAtLimit: false, namesFail: false, proxyFails: false };
const waiting = (given: Partial<WaitingEndpoint> = {}): WaitingEndpoint => ({
  hold: undefined,
  dueAt: NOW - 1,
  until: undefined,
  isFull: false,
  ...given,
});

test("due deliveries without a hold are being sent", () => {
  expect(findStandstill(fine, [waiting({ hold: "paused" }), waiting()], NOW)).toBeUndefined();
});

describe("reasons of the whole server, the first to be removed", () => {
  test.each<[string, Partial<HostFacts>, string]>([
    ["the database is away", { database: "down", workers: 0 }, "database-down"],
    ["the disk is full", { database: "full" }, "disk-full"],
    ["the database is read-only", { database: "read-only" }, "database-read-only"],
    ["no process delivers", { workers: 0 }, "no-worker"],
    ["no name server answers", { namesFail: true }, "no-name-server"],
    ["the proxy does not work", { proxyFails: true }, "proxy-failing"],
    ["every request in flight that is allowed", { isAtLimit: true }, "no-slot"],
  ])("%s", (_name, facts, reason) => {
    const holdsAll = [waiting({ hold: "circuit-open", until: NOW + 5 })];
    expect(findStandstill({ ...fine, ...facts }, holdsAll, NOW)).toMatchObject({ reason, endpoints: 0 });
    expect(findStandstill({ ...fine, ...facts }, [waiting()], NOW)).toMatchObject({ reason });
  });
  test("nothing waits, unless the server couldn't send anyway", () => {
    expect(findStandstill(fine, [], NOW)).toMatchObject({ reason: "nothing-waits" });
    expect(findStandstill({ ...fine, namesFail: true, isAtLimit: true }, [], NOW)?.reason).toBe(
      "nothing-waits",
    );
    expect(findStandstill({ ...fine, workers: 0 }, [], NOW)?.reason).toBe("no-worker");
    expect(findStandstill({ ...fine, database: "read-only" }, [], NOW)?.reason).toBe("database-read-only");
  });
});

describe("reasons of endpoints", () => {
  test("the hold of most due deliveries, with their number and the next probe", () => {
    const held = [
      waiting({ hold: "paused", until: NOW + 3_600 }),
      waiting({ hold: "circuit-open", until: NOW + 50 }),
      waiting({ hold: "circuit-open", until: NOW + 20 }),
      waiting({ hold: "disabled" }),
    ];
    expect(findStandstill(fine, held, NOW)).toEqual({
      reason: "circuit-open",
      until: NOW + 20,
      endpoints: 2,
    });
  });
  test.each(["disabled", "inactive", "listener-away", "paused", "circuit-open"] as const)("%s", (hold) => {
    expect(findStandstill(fine, [waiting({ hold })], NOW)).toEqual({
      reason: hold,
      until: undefined,
      endpoints: 1,
    });
  });
  test("all slots of the endpoint are in use", () => {
    expect(findStandstill(fine, [waiting({ isFull: true })], NOW)).toMatchObject({
      reason: "no-slot",
      endpoints: 1,
    });
    expect(findStandstill(fine, [waiting({ isFull: true }), waiting()], NOW)).toBeUndefined();
  });
  test("nothing is due yet, with the time of the next delivery", () => {
    const later = [waiting({ dueAt: NOW + 700 }), waiting({ dueAt: NOW + 300 })];
    expect(findStandstill(fine, later, NOW)).toEqual({ reason: "not-due", until: NOW + 300, endpoints: 2 });
  });
  test("nothing is due yet and everything is held: the hold", () => {
    const held = [waiting({ hold: "paused", dueAt: NOW + 5, until: NOW + 60 })];
    expect(findStandstill(fine, held, NOW)).toMatchObject({ reason: "paused", until: NOW + 60 });
  });
  test("an open circuit lasts at least until the delivery is due", () => {
    const held = [
      waiting({ hold: "circuit-open", dueAt: NOW + 90, until: NOW + 5 }),
      waiting({ hold: "disabled" }),
    ];
    expect(findStandstill(fine, held, NOW)).toMatchObject({ until: NOW + 90 });
  });
});

test("each reason has its own sentence, and those of endpoints have the number", () => {
  const texts = STANDSTILL_REASONS.map((reason) =>
    standstillText({ reason, until: undefined, endpoints: 2 }),
  );
  expect(new Set(texts).size).toBe(STANDSTILL_REASONS.length);
  expect(standstillText({ reason: "paused", until: undefined, endpoints: 1 })).toContain("1 endpoint.");
  expect(standstillText({ reason: "paused", until: undefined, endpoints: 2 })).toContain("2 endpoints.");
});
