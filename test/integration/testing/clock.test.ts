/** The virtual clock of a test host: what takes hours and days in production, in order, in a moment. */
import { afterEach, expect, test } from "vitest";
import { createTestHost } from "../../../src/testing/index.ts";
import type { TestDelivery, TestHost, TestHostOptions } from "../../../src/testing/index.ts";

const CREATED = { modules: { webhooks: [{ event: "jira:issue_created", url: "/created" }] } };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const hosts: TestHost<"jira">[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function open(options: TestHostOptions<"jira"> = {}): Promise<TestHost<"jira">> {
  const host = await createTestHost(options);
  hosts.push(host);
  await host.install(CREATED);
  return host;
}

/** Milliseconds between the attempts. */
function readPauses({ attempts }: TestDelivery): readonly number[] {
  const times = attempts.map(({ startedAt }) => Date.parse(startedAt));
  return times.slice(1).map((at, index) => at - (times[index] ?? 0));
}

const soleDelivery = async (host: TestHost<"jira">): Promise<TestDelivery> => {
  const [delivery, ...others] = await host.deliveries({ event: "jira:issue_created" });
  expect(others).toEqual([]);
  return delivery!;
};

test("six hours have all retries of Jira's schedule, each 5 to 15 minutes after the one before", async () => {
  const host = await open();
  host.answerWith(503);
  await host.fire("jira:issue_created");
  await host.advance("6h");

  const delivery = await soleDelivery(host);
  expect(delivery).toMatchObject({ state: "failed", reason: "exhausted" });
  const pauses = readPauses(delivery);
  expect(pauses).toHaveLength(5);
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(pause).toBeLessThan(15 * MINUTE + 5_000);
  }
  const retries = host.received.map(({ headers }) => headers["x-atlassian-webhook-retry"]);
  expect(retries).toEqual([undefined, "1", "2", "3", "4", "5"]);
});

test("the clock stops between two retries, and goes on from there", async () => {
  const host = await open({ retrySchedule: ["10m", "20m"] });
  host.answerWith(503);
  await host.fire("jira:issue_created");
  const attempts: number[] = [];
  for (const duration of ["9m", "2m", "18m", "3m"]) {
    await host.advance(duration);
    attempts.push((await soleDelivery(host)).attempts.length);
  }
  expect(attempts).toEqual([1, 2, 2, 3]);
});

test("an add-on that recovers gets the delivery with its next retry", async () => {
  const host = await open({ retrySchedule: "standard" });
  host.answerWith(503, 503, 503, 200);
  await host.fire("jira:issue_created");
  await host.advance("1h");
  const delivery = await soleDelivery(host);
  expect(delivery.state).toBe("delivered");
  expect(readPauses(delivery).map((pause) => Math.round(pause / 1_000))).toEqual([
    expect.closeTo(5, -1),
    expect.closeTo(60, -2),
    expect.closeTo(300, -3),
  ]);
});

test("a receiver without a response is left alone while its circuit is open", async () => {
  const host = await open({ retrySchedule: ["1s", "1s", "1s", "1s", "1s", "1s", "1s", "1s"] });
  host.answerWith("drop");
  await host.fire("jira:issue_created");
  await host.advance("4500ms");
  expect((await soleDelivery(host)).attempts).toHaveLength(5);
  const listed = (await host.request("GET", "/endpoints?site=jira")) as { items: { state: string }[] };
  expect(listed.items).toMatchObject([{ state: "circuit-open" }]);
  // It opens for 5 s, then 10 s, and an attempt that fails opens it again.
  await host.advance("1m");
  const pauses = readPauses(await soleDelivery(host)).map((pause) => Math.round(pause / 1_000));
  expect(pauses).toEqual([1, 1, 1, 1, 5, 10, 20]);
});

test("after five days of failures the endpoint is paused, probed once an hour, and resumed by a success", async () => {
  const host = await open({ retrySchedule: ["1m"] });
  host.answerWith(503);
  for (let day = 0; day < 6; day += 1) {
    for (let event = 0; event < 5; event += 1) await host.fire("jira:issue_created");
    await host.advance("24h");
  }
  const readState = async () =>
    ((await host.request("GET", "/endpoints?site=jira")) as { items: { state: string }[] }).items[0]?.state;
  expect(await readState()).toBe("paused");

  await host.fire("jira:issue_created", { "issue.key": "WAITS-1" });
  await host.settled();
  const before = host.received.length;
  await host.advance("6h");
  const probes = host.received.length - before;
  expect(probes).toBeGreaterThanOrEqual(5);
  expect(probes).toBeLessThanOrEqual(7);

  host.answerWith(204);
  await host.advance("2h");
  expect(await readState()).toBe("healthy");
  const delivered = await host.delivered({ event: "jira:issue_created" });
  expect(delivered.map(({ body }) => body.issue.key as string)).toContain("WAITS-1");
  expect((await host.deliveries()).filter(({ state }) => state === "waiting")).toEqual([]);
});

test("deliveries to a disabled add-on are held for 24 hours, and then expire", async () => {
  const host = await open({ retrySchedule: ["30h"] });
  host.answerWith(503);
  await host.fire("jira:issue_created");
  await host.settled();
  await host.request("POST", "/sites/jira/addons/test-addon/disable");
  await host.advance("31h");
  expect(await soleDelivery(host)).toMatchObject({
    state: "failed",
    reason: "expired",
    attempts: [{ number: 1 }],
  });
});

test("retention deletes what is older than 30 days, and keeps what is younger", async () => {
  const host = await open();
  await host.fire("jira:issue_created", { "issue.key": "OLD-1" });
  await host.delivered();
  await host.advance("20d");
  await host.fire("jira:issue_created", { "issue.key": "NEW-1" });
  await host.delivered({ count: 2 });
  await host.advance("15d");
  const kept = await host.deliveries({ event: "jira:issue_created" });
  expect(kept.map(({ body }) => body.issue.key as string)).toEqual(["NEW-1"]);
});

test("an API token expires by the host's clock", async () => {
  const host = await open({ now: "2030-01-01T00:00:00Z" });
  expect(new Date(host.now()).toISOString()).toMatch(/^2030-01-01T00:00:0/);
  const { token } = (await host.request("POST", "/tokens", {
    name: "short",
    scopes: ["read"],
    expiresAt: "2030-01-02T00:00:00Z",
  })) as { token: string };
  const call = async () =>
    (await fetch(`${host.url}/api/v1/deliveries`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await call()).toBe(200);
  await host.advance("25h");
  expect(await call()).toBe(401);
});

test("bodies, IDs and listings have the host's time", async () => {
  const host = await open({ now: new Date("2030-01-01T00:00:00Z") });
  await host.advance("6h");
  const { id } = await host.fire("jira:issue_created");
  const event = (await host.request("GET", `/sites/jira/events/${id}`)) as {
    createdAt: string;
    body: string;
  };
  expect(event.createdAt).toMatch(/^2030-01-01T06:00:0/);
  const [delivery] = await host.delivered();
  expect(delivery?.attempts[0]?.startedAt).toMatch(/^2030-01-01T06:00:0/);
});

test("the figures of an endpoint are those of its last hour, by the host's clock", async () => {
  const host = await open();
  host.answerWith(400);
  await host.fire("jira:issue_created");
  await host.settled();
  const readHour = async () =>
    (
      (await host.request("GET", "/endpoints?site=jira")) as {
        items: { rates: Readonly<Record<string, unknown>> }[];
      }
    ).items[0]?.rates["1h"];
  expect(await readHour()).toMatchObject({ attempts: 1 });
  await host.advance("3h");
  expect(await readHour()).toMatchObject({ attempts: 0 });
  await host.fire("jira:issue_created");
  await host.settled();
  expect(await readHour()).toMatchObject({ attempts: 1 });
});

test("short retries need no advance: the clock goes on by itself", async () => {
  const host = await open({ retrySchedule: ["100ms"] });
  host.answerWith(503, 204);
  await host.fire("jira:issue_created");
  const [delivery] = await host.delivered();
  expect(delivery?.attempts).toHaveLength(2);
});

test("an advance waits for slow responses, and two of them follow each other", async () => {
  const host = await open({ retrySchedule: ["1h", "1h"] });
  host.answerWith({ status: 503, delayMs: 50 });
  await host.fire("jira:issue_created");
  await Promise.all([host.advance("61m"), host.advance("61m")]);
  const delivery = await soleDelivery(host);
  expect(delivery).toMatchObject({ state: "failed", reason: "exhausted" });
  for (const pause of readPauses(delivery)) expect(pause).toBeLessThan(HOUR + 5_000);
});
