/** Batches by the API and the form: saved, shown, refused by name, and found in the delivery log. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";
import { readBatchId, readItems } from "../support/with-batches.ts";

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

const WEBHOOKS = "/api/v1/sites/jira/webhooks";
const publish = (step: number) =>
  host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload: { step, issue: { id: "1", key: "DEMO-1", fields: {} } },
  });

test("events go in a batch that is signed as a whole and found by its ID", async () => {
  const secret = `whsec_${Buffer.from("a-secret-of-this-test-0123456789").toString("base64")}`;
  const created = await host.call("POST", WEBHOOKS, {
    name: "Batches",
    url: receiver.url,
    events: ["jira:issue_created"],
    secret,
    signature: "standard",
    batch: { max: 3, withinMs: 60_000 },
  });
  expect(created.status).toBe(201);
  expect(created.body.batch).toEqual({ max: 3, withinMs: 60_000 });

  await publish(0);
  const { body: waiting } = await host.call("GET", "/api/v1/deliveries?state=waiting");
  expect(waiting.items[0]).toMatchObject({ waitingFor: "batch", batchId: null });
  await publish(1);
  await publish(2);
  await waitFor(() => expect(receiver.received).toHaveLength(1));

  const [request] = receiver.received;
  if (request === undefined) throw new Error("no request");
  const id = readBatchId(request);
  expect(id).toMatch(/^bat_\d+_[0-9a-f]{32}$/);
  const signed = `${id}.${String(request.headers["webhook-timestamp"])}.${request.body.toString()}`;
  const key = Buffer.from("a-secret-of-this-test-0123456789");
  expect(request.headers["webhook-signature"]).toBe(
    `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
  );

  await waitFor(async () => {
    const { body: found } = await host.call("GET", `/api/v1/deliveries?q=${id}`);
    expect(found.items.map((each: { id: string; state: string; batchId: string }) => each)).toMatchObject(
      readItems(request)
        .toReversed()
        .map((item) => ({ id: item.id, state: "delivered", batchId: id, attempts: 1 })),
    );
  });
  const otherId = id.slice(0, -1) + (id.endsWith("0") ? "1" : "0");
  const { body: other } = await host.call("GET", `/api/v1/deliveries?q=${otherId}`);
  expect(other.items).toEqual([]);
  const preview = await host.call("POST", `${WEBHOOKS}/preview`, {
    name: "Batches",
    url: receiver.url,
    event: "jira:issue_created",
    batch: { max: 3, withinMs: 60_000 },
  });
  expect(JSON.stringify(preview.body)).toContain('\\"type\\":\\"jira:issue_created\\"');
});

test.each([
  [{ batch: { max: 0, withinMs: 1 } }, "/batch/max"],
  [{ batch: { max: 5, withinMs: 60_001 } }, "/batch/withinMs"],
  [{ batch: { max: 5, withinMs: 5, more: 1 } }, "/batch"],
  [{ batch: { max: 5, withinMs: 5 }, format: "slack" }, "/batch"],
])("refused: %j", async (values, pointer) => {
  const refused = await host.call("POST", WEBHOOKS, { name: "No", url: receiver.url, ...values });
  expect(refused.status).toBe(422);
  expect(refused.body.code).toBe("BATCH");
  expect(refused.body.errors[0].pointer).toBe(pointer);
});

test("the form shows and saves it, says what is wrong at the field, and a delivery's page links to its batch", async () => {
  const session = await logIn(host);
  const readText = async (path: string) => (await session.get(path)).text();
  const saved = async () =>
    (await host.call("GET", WEBHOOKS)).body.items[0] as { id: string; batch: unknown };
  const path = `/admin/webhooks/jira/${(await saved()).id.split("_")[2]}`;
  const form = await readText(path);
  expect(form).toMatch(/name="batchMax"[^>]* value="3"/);
  expect(form).toMatch(/name="batchWithin"[^>]* value="1m"/);

  const fields = (values: Readonly<Record<string, string>>) => ({
    csrf: session.csrf,
    name: "Batches",
    url: receiver.url,
    format: "jira",
    allEvents: "on",
    active: "on",
    secretChoice: "keep",
    signature: "standard",
    do: "save",
    ...values,
  });
  expect((await session.post(path, fields({ batchMax: "20", batchWithin: "2s" }))).status).toBe(303);
  expect((await saved()).batch).toEqual({ max: 20, withinMs: 2_000 });
  const refused = await session.post(path, fields({ batchMax: "many", batchWithin: "2 days" }));
  const page = await refused.text();
  expect(page).toMatch(/id="batchMax-error"><p>Number of events must be a whole number from 1 to 100/);
  expect(page).toMatch(/id="batchWithin-error"><p>Time to gather events must be a duration from 1ms to 1m/);
  expect((await saved()).batch).toEqual({ max: 20, withinMs: 2_000 });

  const { body: deliveries } = await host.call("GET", "/api/v1/deliveries?state=delivered");
  const [delivery] = deliveries.items as { id: string; batchId: string }[];
  const shown = await readText(`/admin/deliveries/${delivery?.id ?? ""}`);
  expect(shown).toContain(`/admin/deliveries?q=${delivery?.batchId ?? ""}`);
  expect(shown).toContain("Body of this event in the batch");
  expect((await session.post(path, fields({ batchMax: "", batchWithin: "" }))).status).toBe(303);
  expect((await saved()).batch).toBeNull();
});
