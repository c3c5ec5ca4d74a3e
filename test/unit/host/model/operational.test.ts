import { expect, test } from "vitest";
import { isOperational, schemaProblems } from "../../../../src/catalogue/index.ts";
import { listEvents, findEventType } from "../../../support/products.ts";
import {
  formatBody,
  certificateDays,
  isQueueHigh,
  isStorageLow,
  isToldReason,
  toMinute,
  toldOfCertificate,
  toldOfTurn,
} from "../../../../src/host/model/operational.ts";
import { FAILURE_REASONS } from "../../../../src/host/model/delivery.ts";

const SINCE = Date.UTC(2024, 10, 7, 9, 12);
const AT = Date.UTC(2024, 10, 12, 9, 30);

test.each([
  [
    { kind: "failing", stage: 1, since: SINCE },
    { event: "endpoint.failing", facts: { state: "failing", since: SINCE, stage: "5-attempts" } },
  ],
  [
    { kind: "failing", stage: 2, since: SINCE },
    { event: "endpoint.failing", facts: { state: "failing", since: SINCE, stage: "50-percent" } },
  ],
  [
    { kind: "failing", stage: 3, since: SINCE },
    { event: "endpoint.failing", facts: { state: "failing", since: SINCE, stage: "90-percent" } },
  ],
  [
    { kind: "paused", since: SINCE },
    { event: "endpoint.paused", facts: { state: "paused", since: SINCE } },
  ],
  [{ kind: "resumed" }, { event: "endpoint.resumed", facts: { state: "healthy", since: AT, by: "maja" } }],
  [
    { kind: "gone" },
    { event: "subscription.gone", facts: { state: "inactive", since: AT, subscribedTo: "page_created" } },
  ],
] as const)("%j is announced as %j", (turn, told) => {
  expect(toldOfTurn(turn, AT, "maja", "page_created")).toEqual(told);
});

test("a subscription to all event types is announced as such", () => {
  expect(toldOfTurn({ kind: "gone" }, AT, "maja").facts["subscribedTo"]).toBe("all");
});

test("delivery failures are announced unless a user caused them or another event announces them", () => {
  expect(FAILURE_REASONS.filter(isToldReason)).toEqual([
    "exhausted",
    "rejected",
    "aborted",
    "forbidden",
    "not-retried",
    "over-limit",
    "template-failed",
    "expired",
  ]);
});

test("a certificate is announced 30, 7 and 1 days before its end, with the days left", () => {
  const DAY = 86_400_000;
  const at = (left: number) => certificateDays(AT + left, AT);
  expect([30 * DAY + 1, 30 * DAY, 7 * DAY + 1].map(at)).toEqual([undefined, 30, 30]);
  expect([7 * DAY, DAY + 1, DAY, 0].map(at)).toEqual([7, 7, 1, 1]);
  expect(certificateDays(Number.NaN, AT)).toBeUndefined();
  const left = (ms: number) => toldOfCertificate(AT + ms, AT).facts["daysLeft"];
  expect([7 * DAY, 7 * DAY - 1, 6 * DAY + 1, 1, -DAY].map(left)).toEqual([7, 7, 7, 1, 0]);
  expect(toldOfCertificate(AT + DAY, AT)).toEqual({
    event: "certificate.expiring",
    facts: { state: "expiring", since: AT, daysLeft: 1, expiresAt: AT + DAY },
  });
});

test("toMinute counts whole minutes", () => {
  expect(toMinute(AT)).toBe(toMinute(AT + 59_999));
  expect(toMinute(AT + 60_000)).toBe(toMinute(AT) + 1);
});

test("a queue is high from its limit until 10% below it", () => {
  expect([99, 100].map((waiting) => isQueueHigh(waiting, 100, false))).toEqual([false, true]);
  expect([89, 90, 99].map((waiting) => isQueueHigh(waiting, 100, true))).toEqual([false, true, true]);
});

test("storage is low below 256 MiB, or a tenth of a small disk, until a quarter more is free", () => {
  const MiB = 1024 * 1024;
  const TiB = MiB * MiB;
  expect([255, 256].map((free) => isStorageLow(free * MiB, TiB, false))).toEqual([true, false]);
  expect([319, 320].map((free) => isStorageLow(free * MiB, TiB, true))).toEqual([true, false]);
  expect([99, 100].map((free) => isStorageLow(free * MiB, 1_000 * MiB, false))).toEqual([true, false]);
});

test("a body has the catalogue's layout, with times in ISO 8601", () => {
  const body = formatBody({
    event: "endpoint.failing",
    id: "evt_1_0",
    at: AT,
    site: "jira",
    receiver: { kind: "addon", name: "Tide", key: "tide", origin: "https://tide.example" },
    facts: { state: "failing", since: SINCE, stage: "50-percent", expiresAt: AT },
    link: "https://callboard.example/admin",
  });

  expect(Object.keys(JSON.parse(body) as object)).toEqual([
    "event",
    "id",
    "at",
    "site",
    "receiver",
    "state",
    "since",
    "link",
    "stage",
    "expiresAt",
  ]);
  expect(JSON.parse(body)).toMatchObject({
    at: "2024-11-12T09:30:00.000Z",
    since: "2024-11-07T09:12:00.000Z",
    expiresAt: "2024-11-12T09:30:00.000Z",
  });
  const event = findEventType("jira", "endpoint.failing");
  expect(event === undefined ? ["unknown"] : schemaProblems(event, Buffer.from(body))).toEqual([]);
});

test("every event type of the product callboard is announced, and known on sites of all products", () => {
  for (const { event, isHostEvent } of listEvents("callboard")) {
    expect([event, isHostEvent, isOperational(event)]).toEqual([event, true, true]);
    for (const product of ["jira", "confluence", "projectrak", "backlog", "tracker"] as const) {
      expect(findEventType(product, event)?.product).toBe("callboard");
    }
  }
  expect(listEvents("jira").map(({ event }) => event)).not.toContain("endpoint.paused");
});
