/** The schema policy of a product at every door through which events come in. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";

const document = (schemaPolicy: string | undefined) => ({
  name: "Harbor",
  description: "Port operations",
  envelope: { event: "type" },
  ...(schemaPolicy === undefined ? {} : { schemaPolicy }),
  events: {
    "crane.stopped": {
      description: "A crane has stopped.",
      schema: {
        type: "object",
        required: ["crane"],
        properties: { crane: { type: "object" }, reason: { type: "string" } },
      },
      sample: { crane: { id: 4 }, reason: "wind" },
    },
    "crane.free": { description: "Any body will do." },
  },
});
const GOOD = { event: "crane.stopped", payload: { crane: { id: 1 } } };
const OFF = { event: "crane.stopped", payload: { crane: 7, reason: 4 } };
const OFF_POINTERS = ["/crane", "/reason"];

let host: TestHost;
let receiver: Receiver;
let ingestPath = "";
let webhookId = "";

const api = (method: string, path: string, body?: unknown) => host.call(method, `/api/v1${path}`, body);
const publish = (body: unknown) => api("POST", "/sites/quay/events", body);
const setPolicy = async (policy: string | undefined) => {
  const { status } = await api("PUT", "/products/harbor", document(policy));
  expect(status).toBe(200);
};
const countEvents = async () =>
  (await api("GET", "/sites/quay/events?limit=100")).body.items.length as number;
const toRefusal = ({ status, body }: Reply) => [
  status,
  body.code,
  (body.errors as { pointer: string }[] | undefined)?.map(({ pointer }) => pointer),
];

beforeAll(async () => {
  receiver = await startReceiver();
  host = await startTestHost();
  await setPolicy(undefined);
  await api("POST", "/sites", { key: "quay", product: "harbor", name: "Quay" });
  const webhook = await api("POST", "/sites/quay/webhooks", { name: "all", url: receiver.url });
  webhookId = webhook.body.id;
  const { body } = await api("POST", "/tokens", { name: "ingest", scopes: ["ingest"], site: "quay" });
  ingestPath = `/quay/ingest/${body.token as string}`;
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

describe("note, the default", () => {
  test("a body off its schema is accepted, and the event has a note", async () => {
    const { status, body } = await publish(OFF);
    expect([status, body.notes]).toEqual([202, undefined]);
    const { notes } = (await api("GET", `/sites/quay/events/${body.id as string}`)).body;
    expect(notes).toEqual([
      "The body is not what the catalogue has for crane.stopped: at /crane it must be object, and in 1 more place.",
    ]);
  });

  test("an unknown event type is accepted with a note", async () => {
    const { status, body } = await publish({ event: "crane.stoped" });
    expect([status, body.notes]).toEqual([202, [expect.stringContaining("crane.stopped")]]);
  });
});

describe("refuse", () => {
  beforeAll(() => setPolicy("refuse"));

  test("a body as its schema says is accepted", async () => {
    const { status, body } = await publish(GOOD);
    expect([status, body.notes, body.deliveries.length]).toEqual([202, undefined, 1]);
    expect((await publish({ event: "crane.free", payload: { any: 1 } })).status).toBe(202);
  });

  test("a body off its schema is refused with every problem, and nothing is stored", async () => {
    const before = await countEvents();
    const refused = await publish(OFF);
    expect(toRefusal(refused)).toEqual([
      422,
      "EVENT_OFF_SCHEMA",
      OFF_POINTERS.map((pointer) => `/payload${pointer}`),
    ]);
    expect(refused.body.errors[0]).toEqual({ pointer: "/payload/crane", detail: "must be object" });
    expect(toRefusal(await publish({ event: "crane.stopped" }))).toEqual([
      422,
      "EVENT_OFF_SCHEMA",
      ["/payload"],
    ]);
    expect(await countEvents()).toBe(before);
  });

  test.each([
    ["crane.stoped", "crane.stopped"],
    ["crane.*", "wildcard"],
  ])("the unknown event type %s is refused with %s", async (event, hint) => {
    const refused = await publish({ event, payload: {} });
    expect(toRefusal(refused)).toEqual([422, "EVENT_OFF_SCHEMA", ["/event"]]);
    expect(refused.body.errors[0].detail).toContain(hint);
  });

  test("a batch with one such event is refused as a whole, with the place of each problem", async () => {
    const before = await countEvents();
    const events = [GOOD, OFF, { event: "crane.stoped" }];
    const refused = await api("POST", "/sites/quay/events/batch", { events });
    expect(toRefusal(refused)).toEqual([
      422,
      "EVENT_OFF_SCHEMA",
      ["/events/1/payload/crane", "/events/1/payload/reason", "/events/2/event"],
    ]);
    expect(await countEvents()).toBe(before);
    expect((await api("POST", "/sites/quay/events/batch", { events: [GOOD, GOOD] })).status).toBe(202);
  });

  test("a batch with hundreds of problems has fifty of them", async () => {
    const refused = await api("POST", "/sites/quay/events/batch", { events: Array(100).fill(OFF) });
    expect(refused.body.errors).toHaveLength(50);
    expect(refused.body.detail).toContain("200 places");
  });

  test("so is a body that comes through ingest", async () => {
    const post = (body: unknown) => host.call("POST", ingestPath, body, { authorization: "" });
    expect(toRefusal(await post({ type: "crane.stopped", ...OFF.payload }))).toEqual([
      422,
      "EVENT_OFF_SCHEMA",
      OFF_POINTERS,
    ]);
    expect(toRefusal(await post({ type: "crane.stoped" }))).toEqual([422, "EVENT_OFF_SCHEMA", [""]]);
    expect((await post({ type: "crane.stopped", crane: {} })).status).toBe(202);
  });

  test("so is a test delivery, also of values that are not saved; the sample is sent", async () => {
    const send = (path: string, body: object) => api("POST", `/sites/quay/webhooks${path}`, body);
    expect(toRefusal(await send(`/${webhookId}/execute`, OFF))).toEqual([
      422,
      "EVENT_OFF_SCHEMA",
      OFF_POINTERS,
    ]);
    const unsaved = { name: "unsaved", url: receiver.url, ...OFF };
    expect(toRefusal(await send("/execute", unsaved))).toEqual([422, "EVENT_OFF_SCHEMA", OFF_POINTERS]);
    expect((await send(`/${webhookId}/execute`, { event: "crane.stopped" })).status).toBe(200);
  });

  test("operational events are not the product's, and are accepted", async () => {
    expect((await publish({ event: "endpoint.paused", payload: { any: 1 } })).status).toBe(202);
  });

  test("an ID that was accepted before keeps its first answer", async () => {
    await setPolicy("note");
    const id = "before the policy";
    const first = await publish({ ...OFF, id });
    expect(first.status).toBe(202);
    await setPolicy("refuse");
    const again = await publish({ ...OFF, id });
    expect([again.status, again.body]).toEqual([202, { ...first.body, duplicate: true }]);
    expect(toRefusal(await publish({ ...OFF, payload: { crane: 8 }, id }))[1]).toBe("EVENT_CONFLICT");
    expect(toRefusal(await publish({ ...OFF, id: "a new one" }))[1]).toBe("EVENT_OFF_SCHEMA");
    // What was refused was not kept: its ID is free.
    expect((await publish({ ...GOOD, id: "a new one" })).status).toBe(202);
  });

  test("refused bodies no longer count as waiting to be committed", async () => {
    const large = { event: "crane.stopped", payload: { reason: "x".repeat(1_000_000) } };
    for (let time = 0; time < 3; time += 1) expect((await publish(large)).status).toBe(422);
    const { items } = (await api("GET", "/limits")).body;
    const levels = items.filter(({ name }: { name: string }) => name.startsWith("Bytes waiting"));
    expect(levels.map(({ level }: { level: unknown }) => level)).toEqual([0, 0]);
  });

  test("refusals are counted by site and code", async () => {
    const { text } = await host.call("GET", "/metrics");
    expect(text).toMatch(/callboard_events_refused_total\{site="quay",code="EVENT_OFF_SCHEMA"\} \d+/);
  });
});

test("off: nothing is checked, and no note is made", async () => {
  await setPolicy("off");
  const { status, body } = await publish(OFF);
  expect(status).toBe(202);
  expect((await api("GET", `/sites/quay/events/${body.id as string}`)).body.notes).toEqual([]);
});

test("products are listed with their policy, and a change of it breaks no receiver", async () => {
  await setPolicy("note");
  const changed = await api("PUT", "/products/harbor", document("refuse"));
  expect([changed.status, changed.body.schemaPolicy, changed.body.receivers]).toEqual([200, "refuse", []]);
  expect(changed.body.changes).toMatchObject([{ pointer: "/schemaPolicy", breaking: false }]);
  const { items } = (await api("GET", "/products")).body;
  expect(items.find(({ product }: { product: string }) => product === "harbor").schemaPolicy).toBe("refuse");
  expect(items.find(({ product }: { product: string }) => product === "jira").schemaPolicy).toBe("note");
  const wrong = await api("PUT", "/products/harbor", document("strict"));
  expect(toRefusal(wrong)).toEqual([422, "PRODUCT_INVALID", ["/schemaPolicy"]]);
});
