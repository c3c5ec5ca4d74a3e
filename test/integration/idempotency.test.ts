/** Idempotency keys at the API: a request that is sent again is done once, and gets the first response. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const facts = ({ status, body, headers }: Reply) => [
  status,
  (body as { code?: string } | undefined)?.code,
  headers.get("idempotent-replayed"),
];
const post = (path: string, body: unknown, key: string, token = host.token) =>
  host.call("POST", `/api/v1${path}`, body, { "idempotency-key": key, authorization: `Bearer ${token}` });
const site = (key: string) => ({ key, product: "jira", name: "Board" });
const WEBHOOK = { name: "w", url: "http://127.0.0.1:3999/" };

test("the same request gets the first response, byte by byte, and is done once", async () => {
  const first = await post("/sites", site("one"), "one");
  expect(facts(first)).toEqual([201, undefined, null]);
  // White space between members is not part of a body.
  const again = await post("/sites", JSON.stringify(site("one"), null, 2), "one");
  expect(facts(again)).toEqual([201, undefined, "true"]);
  expect(again.text).toBe(first.text);
  expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
  expect(facts(await post("/sites", site("one"), "one-again"))).toEqual([409, "CONFLICT", null]);
  const { body } = await host.call("GET", "/api/v1/audit");
  const entries = (body as { items: { action: string; object: string }[] }).items;
  expect(entries.filter(({ action, object }) => action === "site.created" && object === "one")).toHaveLength(
    1,
  );
});

test.each<[what: string, path: string, body: object]>([
  ["another body", "/sites/jira/webhooks", { ...WEBHOOK, name: "x" }],
  ["another parameter of the path", "/sites/backlog/webhooks", WEBHOOK],
  ["another operation", "/tokens", { name: "t", scopes: ["read"] }],
])("%s with the key is refused, and changes nothing", async (what, path, body) => {
  expect((await post("/sites/jira/webhooks", WEBHOOK, what.replaceAll(" ", "-"))).status).toBe(201);
  const audit = async () => (await host.call("GET", "/api/v1/audit")).text;
  const before = await audit();
  expect(facts(await post(path, body, what.replaceAll(" ", "-")))).toEqual([
    409,
    "IDEMPOTENCY_CONFLICT",
    null,
  ]);
  expect(await audit()).toBe(before);
});

test("a new secret is in the second response as well, and another token gets one of its own", async () => {
  const body = { name: "build", scopes: ["admin"] };
  const first = await post("/tokens", body, "build");
  const { token } = first.body as { token: string };
  expect((await post("/tokens", body, "build")).body).toMatchObject({ token });
  const other = await post("/tokens", body, "build", token);
  expect(facts(other)).toEqual([201, undefined, null]);
  expect((other.body as { token: string }).token).not.toBe(token);
});

test("a refused request leaves the key free", async () => {
  const wrong = { ...site("two"), baseUrl: "ftp://board.example.com" };
  expect((await post("/sites", wrong, "two")).status).toBe(422);
  expect(facts(await post("/sites", site("two"), "two"))).toEqual([201, undefined, null]);
});

test("a POST without a body takes a key, too", async () => {
  const { body } = await post("/sites/jira/webhooks", { ...WEBHOOK, generateSecret: true }, "with-secret");
  expect(body).toMatchObject({ hasSecret: true });
  const path = `/sites/jira/webhooks/${(body as { id: string }).id}/rotate-secret`;
  const first = await post(path, undefined, "rotation");
  expect((await post(path, undefined, "rotation")).body).toEqual(first.body);
  expect((await post(path, undefined, "next-rotation")).body).not.toEqual(first.body);
});

test.each([" ", "two words", "ü"])("%j is no key", async (key) => {
  expect(facts(await post("/sites", site("three"), key))).toEqual([400, "IDEMPOTENCY_KEY", null]);
});

test("on an event the key is its ID, unless it has one; a batch has none", async () => {
  const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-1" } } };
  const first = await post("/sites/jira/events", event, "order-1");
  const again = await post("/sites/jira/events", { ...event, id: "order-1" }, "order-2");
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(again.body).toEqual({ ...(first.body as object), duplicate: true });
  const other = await post("/sites/jira/events", { ...event, payload: {} }, "order-1");
  expect(facts(other)).toEqual([409, "EVENT_CONFLICT", null]);
  expect(facts(await post("/sites/jira/events", event, "no key"))).toEqual([400, "IDEMPOTENCY_KEY", null]);
  const batch = await post("/sites/jira/events/batch", { events: [event] }, "order-3");
  expect(facts(batch)).toEqual([400, "IDEMPOTENCY_KEY", null]);
});
