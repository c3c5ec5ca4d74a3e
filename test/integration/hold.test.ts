/** What waits for an add-on while it is disabled is held, and goes out as soon as it is enabled again. */
import { afterEach, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

test("a delivery that is held for a disabled add-on is attempted when it is enabled", async () => {
  const receiver = await startReceiver(answerStatus(503));
  open.push(receiver.close);
  const host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "300ms,300ms" });
  open.push(host.stop);
  const descriptor = {
    key: "com.example.held",
    name: "Held",
    baseUrl: receiver.url,
    authentication: { type: "none" },
    modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
  };
  expect((await host.call("POST", "/api/v1/sites/jira/addons", { descriptor })).status).toBe(201);
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload: {},
  });
  const path = `/api/v1/deliveries/${accepted.body.deliveries[0].id as string}`;
  await waitFor(() => expect(receiver.received).toHaveLength(1));
  await host.call("POST", "/api/v1/sites/jira/addons/com.example.held/disable");
  await waitFor(async () => {
    const due = Date.parse((await host.call("GET", path)).body.nextAttemptAt as string);
    expect(due - Date.now()).toBeGreaterThan(3_600_000);
  });
  receiver.answer = answer204;

  await host.call("POST", "/api/v1/sites/jira/addons/com.example.held/enable");

  await waitFor(async () => expect((await host.call("GET", path)).body.state).toBe("delivered"));
});
