/** What a receiver and its administrator can ask for, in a test host: the receiver's word, terms, an order, batches, credentials. */
import { afterEach, beforeEach, expect, test } from "vitest";
import express from "express";
import { createAddon } from "../../../src/addon/index.ts";
import { createTestHost } from "../../../src/testing/index.ts";
import type { TestHost } from "../../../src/testing/index.ts";
import { listen } from "../../support/listen.ts";

const EVENT = "jira:issue_created";
const CREATED = { modules: { webhooks: [{ event: EVENT, url: "/created" }] } };
const MINUTE = 60_000;

let host: TestHost<"jira">;
beforeEach(async () => {
  host = await createTestHost({ retrySchedule: ["10m"] });
});
afterEach(() => host.close());

const readEndpoint = async (addonKey: string): Promise<string> => {
  const { items } = (await host.request("GET", "/sites/jira/endpoints")) as {
    items: readonly { readonly number: number; readonly addonKey: string | null }[];
  };
  return `/sites/jira/endpoints/${items.find((each) => each.addonKey === addonKey)?.number}`;
};

test("abort-message ends a delivery without its retries", async () => {
  await host.install(CREATED);
  host.answerWith({ status: 503, delivery: "abort-message" });
  await host.fire(EVENT);
  await host.advance("1h");
  const [delivery] = await host.deliveries();
  expect(delivery).toMatchObject({ state: "failed", reason: "aborted" });
  expect(delivery?.attempts).toHaveLength(1);
});

test("disable makes the subscription inactive until it is resumed", async () => {
  const { key } = await host.install(CREATED);
  host.answerWith({ delivery: "disable" }, 204);
  await host.fire(EVENT);
  await host.delivered();
  expect((await host.fire(EVENT)).deliveries).toEqual([]);
  await host.request("POST", `/sites/jira/addons/${key}/resume`);
  expect((await host.fire(EVENT)).deliveries).toHaveLength(1);
});

test("the terms of an event hold on the virtual clock", async () => {
  await host.install(CREATED);
  host.answerWith(503);
  await host.fire(EVENT, {}, { retry: false });
  await host.fire(EVENT, {}, { expiresAt: new Date(host.now() + 5 * MINUTE).toISOString() });
  const planned = host.now() + 30 * MINUTE;
  await host.fire(EVENT, {}, { deliverAfter: "30m" });
  await host.advance("20m");
  const [once, expired, later] = await host.deliveries();
  expect([once?.reason, once?.attempts.length]).toEqual(["not-retried", 1]);
  expect([expired?.reason, expired?.attempts.length]).toEqual(["expired", 1]);
  expect([later?.state, later?.attempts.length]).toEqual(["waiting", 0]);
  host.answerWith(204);
  await host.advance("11m");
  const attempt = (await host.deliveries())[2]?.attempts[0];
  expect(Math.abs(Date.parse(attempt?.startedAt ?? "") - planned)).toBeLessThan(5_000);
});

test("deliveries of a key are numbered and wait for each other, and other keys don't", async () => {
  const { key } = await host.install(CREATED);
  await host.request("PATCH", await readEndpoint(key), { orderBy: "/issue/key" });
  host.answerWith(503, 204);
  for (const issue of ["A-1", "A-1", "B-1"]) {
    await host.fire(EVENT, { "issue.key": issue });
    await host.settled();
  }
  const orders = async () =>
    (await host.deliveries()).map(({ order, state }) => `${order?.key} ${order?.sequence} ${state}`);
  expect(await orders()).toEqual(["A-1 1 waiting", "A-1 2 waiting", "B-1 1 delivered"]);
  await host.advance("15m");
  expect(await orders()).toEqual(["A-1 1 delivered", "A-1 2 delivered", "B-1 1 delivered"]);
  expect(host.received.map(({ headers }) => headers["webhook-sequence"])).toEqual(["1", "1", "1", "2"]);
});

test("an add-on on the toolkit gets the number, and answers with a word", async () => {
  const app = express();
  const server = await listen(app);
  const addon = createAddon({
    baseUrl: server.url,
    keyServer: `${host.url}/keys`,
    descriptor: {
      key: "numbered",
      name: "Numbered",
      baseUrl: "{{baseUrl}}",
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
      modules: { webhooks: [{ event: EVENT, url: "/created" }] },
    },
  });
  const numbers: (number | undefined)[] = [];
  addon.on(EVENT, ({ sequence, answer }) => {
    numbers.push(sequence);
    answer({ status: 422, delivery: "abort-message" });
  });
  app.use(addon.router);
  const { key } = await host.install(`${server.url}/atlassian-connect.json`);
  await host.fire(EVENT);
  await host.request("PATCH", await readEndpoint(key), { orderBy: "/issue/key" });
  await host.fire(EVENT);
  await host.settled();
  await host.fire(EVENT);
  await host.settled();
  expect(numbers).toEqual([undefined, 1, 2]);
  expect((await host.deliveries()).map(({ reason }) => reason)).toEqual(["aborted", "aborted", "aborted"]);
  await server.close();
});

test("a batch is one request, and is retried as it was", async () => {
  const batch = { max: 10, withinMs: 60_000 };
  const url = `${host.receiverUrl}/board`;
  await host.request("POST", "/sites/jira/webhooks", { name: "Board", url, batch });
  host.answerWith(503, 204);
  for (const key of ["A-1", "A-2", "A-3"]) await host.fire(EVENT, { "issue.key": key });
  expect(host.received).toEqual([]);
  await host.advance("2m");
  await host.advance("15m");
  const deliveries = await host.delivered({ count: 3 });
  const [batchId, ...others] = new Set(deliveries.map((delivery) => delivery.batchId));
  expect([batchId, others]).toEqual([expect.stringMatching(/^bat_/), []]);
  expect(host.received).toHaveLength(2);
  const [first, second] = host.received;
  expect(second?.text).toBe(first?.text);
  expect(first?.headers["webhook-id"]).toBe(batchId);
  expect(first?.body).toHaveLength(3);
});

test("headers that are given with the install go with every request to the add-on", async () => {
  const seen: string[] = [];
  const address = await listen((request, response) => {
    seen.push(`${request.method} ${request.url} ${String(request.headers["x-api-key"])}`);
    response.end(
      JSON.stringify({
        key: "guarded",
        name: "Guarded",
        baseUrl: address.url,
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
        ...CREATED,
      }),
    );
  });
  await host.install(`${address.url}/d.json`, { headers: { "x-api-key": "key" } });
  await host.fire(EVENT);
  await host.delivered();
  expect(seen).toEqual(["GET /d.json key", "POST /installed key", "POST /created key"]);
  await address.close();
});
