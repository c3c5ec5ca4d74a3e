/** A webhook with `excludeBody` is sent nothing but its URL and headers, and the delivery log says so for good. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.quiet";
const ADDONS = "/api/v1/sites/jira/addons";

let host: TestHost;
let addon: Receiver;
beforeAll(async () => {
  host = await startTestHost();
  addon = await startReceiver((request, response) => {
    if (request.method === "POST") return void response.writeHead(204).end();
    const event = "jira:issue_created";
    const webhooks = [
      { event, url: "/quiet?issue={issue.key}", excludeBody: true },
      { event, url: "/full" },
    ];
    const authentication = { type: "none" };
    response.end(JSON.stringify({ key: KEY, baseUrl: addon.url, authentication, modules: { webhooks } }));
  });
});
afterAll(async () => {
  await addon.close();
  await host.stop();
});

test("its body is empty on the wire, and on its delivery after the add-on is gone", async () => {
  expect((await host.call("POST", ADDONS, { descriptorUrl: `${addon.url}/d` })).status).toBe(201);
  const payload = { issue: { key: "DEMO-7" } };
  const fired = await host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload,
  });
  const received = await waitFor(() => {
    expect(addon.received.filter(({ method }) => method === "POST")).toHaveLength(2);
    return new Map(addon.received.map(({ url, body }) => [url, body.toString()]));
  });
  expect(received.get("/quiet?issue=DEMO-7")).toBe("");
  expect(received.get("/full")).toContain('"issue":{"key":"DEMO-7"}');

  const shown = () =>
    waitFor(async () => {
      const ids = (fired.body.deliveries as { id: string }[]).map(({ id }) => id);
      const all = await Promise.all(ids.map((id) => host.call("GET", `/api/v1/deliveries/${id}`)));
      expect(all.map(({ body }) => body.state as string)).toEqual(["delivered", "delivered"]);
      return new Map(all.map(({ body }) => [new URL(body.url as string).pathname, body.body as string]));
    });
  expect([...(await shown())]).toEqual([
    ["/quiet", ""],
    ["/full", received.get("/full")],
  ]);

  expect((await host.call("DELETE", `${ADDONS}/${KEY}`)).status).toBe(200);
  expect([...(await shown())]).toEqual([
    ["/quiet", ""],
    ["/full", received.get("/full")],
  ]);
});
