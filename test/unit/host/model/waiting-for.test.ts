import { expect, test } from "vitest";
import { describeWaitingFor, findWaitingFor } from "../../../../src/host/model/waiting-for.ts";
import { newWebhook } from "../../../support/rows.ts";
import { createSite } from "../../../support/delivery.ts";

const NOW = 100_000;
const DUE = { state: "waiting", endpointNo: 1, subscriptionNo: 1, attempts: 0, dueAt: NOW } as const;
const rate = { count: 5, per: "second" } as const;

test.each([
  ["a paused endpoint", {}, { endpoints: [{ pausedAt: 1 }] }, { kind: "resume" }],
  ["a disabled add-on", {}, { installations: [{ state: "disabled" }] }, { kind: "receiver" }],
  ["an earlier delivery of its key", { order: { isBehind: true } }, {}, { kind: "order" }],
  [
    "its retry, if it is the first of its key",
    { order: { isBehind: false }, dueAt: NOW + 1, attempts: 1 },
    {},
    { kind: "retry" },
  ],
  [
    "a paused endpoint before its key",
    { order: { isBehind: true } },
    { endpoints: [{ pausedAt: 1 }] },
    { kind: "resume" },
  ],
  ["its planned time", { dueAt: NOW + 1 }, {}, { kind: "time" }],
  ["its retry", { dueAt: NOW + 1, attempts: 1 }, {}, { kind: "retry" }],
  ["an open circuit", { openUntil: NOW + 1 }, {}, { kind: "circuit" }],
  ["a slot, as the circuit is due for a probe", { openUntil: NOW }, {}, { kind: "slot" }],
  // The registry of a process knows circuits as they were when it was read.
  [
    "a slot, whatever the registry says of the circuit",
    {},
    { endpoints: [{ openUntil: NOW + 1 }] },
    { kind: "slot" },
  ],
  ["its rate", {}, { endpoints: [{ pace: { rate } }] }, { kind: "rate", rate }],
  [
    "its circuit before its rate",
    { openUntil: NOW + 1 },
    { endpoints: [{ pace: { rate } }] },
    { kind: "circuit" },
  ],
  ["a slot", {}, { endpoints: [{ pace: { slots: 1 } }] }, { kind: "slot" }],
  ["a slot of an endpoint that is gone", {}, { endpoints: [] }, { kind: "slot" }],
] as const)("a delivery waits for %s", (_name, delivery, site, waiting) => {
  expect(findWaitingFor({ ...DUE, ...delivery }, createSite(site), NOW)).toEqual(waiting);
});

test("what is being sent or has ended waits for nothing", () => {
  for (const state of ["leased", "delivered", "failed"] as const)
    expect(findWaitingFor({ ...DUE, state }, createSite({}), NOW)).toBeUndefined();
});

test("a site that is gone is no reason", () => {
  expect(findWaitingFor(DUE, undefined, NOW)).toEqual({ kind: "slot" });
});

test.each([
  ["others to be sent with", NOW + 500, "batch"],
  ["its planned time, which is farther away than a batch gathers", NOW + 501, "time"],
])("a webhook with batches: a delivery waits for %s", (_name, dueAt, kind) => {
  const site = createSite({ endpoints: [{ receiver: { kind: "webhook", webhookNo: 1 } }] });
  const webhook = newWebhook(1, 1, { batch: { max: 5, withinMs: 500 } });
  const batching = { ...site, webhooks: new Map([[1, webhook]]) };
  expect(findWaitingFor({ ...DUE, dueAt }, batching, NOW)).toEqual({ kind });
});

test("a sentence names the rate", () => {
  expect(describeWaitingFor({ kind: "rate", rate })).toBe(
    "Waiting for the rate of the endpoint, 5 per second.",
  );
  expect(describeWaitingFor({ kind: "retry" })).toBe("Waiting for the next retry.");
});
