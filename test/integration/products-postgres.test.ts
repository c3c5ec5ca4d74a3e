import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCallingAddon } from "../support/calling-addon.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    CALLBOARD_DATABASE_URL: await newPostgresUrl(),
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
    CALLBOARD_RETRY_SCHEDULE: "1h",
  });
});
afterAll(async () => {
  await host.stop();
});

test("an outgoing webhook's whole life is the same on PostgreSQL", async () => {
  const receiver = await startReceiver();
  const path = "/api/v1/sites/jira/webhooks";
  const values = { name: "Board", url: `${receiver.url}/h`, events: ["jira:issue_created"] };
  const made = await host.call("POST", path, { ...values, generateSecret: true });
  const own = `${path}/${made.body.id as string}`;

  const test = { event: "jira:issue_created" };
  const saved = await host.call("POST", `${own}/execute`, test);
  expect(saved.body).toMatchObject({ state: "delivered", attempt: { response: { status: 204 } } });
  receiver.answer = answerStatus(503);
  const edited = await host.call("POST", `${path}/execute`, { ...values, ...test, id: made.body.id });
  expect(edited.body).toMatchObject({ state: "failed", deliveryId: expect.stringMatching(/^dlv_/) });
  expect((await host.call("GET", own)).body).toMatchObject({ status: "ERROR", lastStatusCode: 503 });

  const { body: event } = await host.call("POST", "/api/v1/sites/jira/events", { ...test, payload: {} });
  const delivery = `/api/v1/deliveries/${event.deliveries[0].id as string}`;
  await waitFor(async () => expect((await host.call("GET", delivery)).body.attempts).toHaveLength(1));
  await host.call("PUT", own, { ...values, active: false });
  receiver.answer = answerStatus(204);
  await host.call("PUT", own, { ...values, active: true });
  await waitFor(async () => expect((await host.call("GET", delivery)).body.state).toBe("delivered"));
  expect((await host.call("DELETE", own)).status).toBe(204);
  expect((await host.call("GET", path)).body.items).toEqual([]);
  await receiver.close();
});

test("a dynamic webhook's whole life is the same on PostgreSQL", async () => {
  const addon = await startCallingAddon(host, "jira", "org.example.one");
  const path = "/rest/api/3/webhook";
  const { body: registration } = await addon.call("POST", path, {
    url: `${addon.baseUrl}/dynamic`,
    webhooks: [{ events: ["jira:issue_created", "comment_created"], jqlFilter: "" }],
  });
  const webhookIds = [registration.webhookRegistrationResult[0].createdWebhookId as number];
  addon.answerWebhooks(answerStatus(400));
  await host.call("POST", "/api/v1/sites/jira/events", { event: "comment_created", payload: {} });
  await waitFor(async () => {
    const { body } = await addon.call("GET", `${path}/failed`);
    expect(body.values).toHaveLength(1);
    expect(JSON.parse(body.values[0].body).matchedWebhookIds).toEqual(webhookIds);
  });
  expect((await addon.call("PUT", `${path}/refresh`, { webhookIds })).status).toBe(200);
  expect((await addon.call("GET", path)).body.values).toMatchObject([
    { id: webhookIds[0], events: ["jira:issue_created", "comment_created"] },
  ]);

  const properties = `/rest/atlassian-connect/1/addons/${addon.key}/properties`;
  expect((await addon.call("PUT", `${properties}/a`, { b: 1 })).status).toBe(201);
  expect((await addon.call("PUT", `${properties}/a`, { b: 2 })).status).toBe(200);
  expect((await addon.call("GET", `${properties}/a`)).body.value).toEqual({ b: 2 });
  expect((await addon.call("DELETE", path, { webhookIds })).status).toBe(202);
  expect((await addon.call("GET", path)).body.total).toBe(0);
  await addon.stop();
});
