/** Backlog's webhook API, driven by Nulab's own client. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findEventType } from "../support/products.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const { Backlog } = createRequire(join(import.meta.dirname, "backlog-js/package.json"))("backlog-js");

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
  await host.call("POST", "/api/v1/sites", { key: "board", product: "backlog", name: "Board" });
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

/** The client writes https in front of every host; the test's host has no certificate. */
const client = (apiKey = host.token) =>
  new Backlog({
    host: `${new URL(host.url).host}/board`,
    apiKey,
    fetch: (url: string, init: RequestInit) => fetch(url.replace(/^https:/, "http:"), init),
  });

test("the client adds, lists, shows, changes and deletes a webhook, and the receiver gets its events", async () => {
  const backlog = client();
  const made = await backlog.postWebhook("PIER", {
    name: "Board",
    description: "issues only",
    hookUrl: `${receiver.url}/hook`,
    allEvent: false,
    activityTypeIds: [1, 2, 14],
  });
  expect(made).toMatchObject({
    id: expect.any(Number),
    name: "Board",
    description: "issues only",
    hookUrl: `${receiver.url}/hook`,
    allEvent: false,
    activityTypeIds: [1, 2, 14],
  });
  expect(await backlog.getWebhooks("PIER")).toEqual([made]);
  expect(await backlog.getWebhook("PIER", String(made.id))).toEqual(made);

  const payload = findEventType("backlog", "issue_created")?.sample();
  await host.call("POST", "/api/v1/sites/board/events", { event: "1", payload });
  await waitFor(() => expect(receiver.received).toHaveLength(1));
  expect(JSON.parse(receiver.received[0]!.body.toString())).toEqual(payload);

  const changed = await backlog.patchWebhook("PIER", String(made.id), { allEvent: true, name: "All" });
  expect(changed).toMatchObject({ id: made.id, name: "All", allEvent: true, description: "issues only" });
  expect(await backlog.deleteWebhook("PIER", String(made.id))).toMatchObject({ id: made.id });
  expect(await backlog.getWebhooks("PIER")).toEqual([]);
});

test("the client reads our refusals as Backlog's own", async () => {
  await expect(client().postWebhook("PIER", { name: "x" })).rejects.toMatchObject({
    status: 400,
    body: { errors: [{ code: 7 }] },
  });
  await expect(client("cb_none_0").getWebhooks("PIER")).rejects.toMatchObject({ status: 401 });
});
