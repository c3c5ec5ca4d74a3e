/** What no database could keep as it came is refused at the door, before it shares a transaction with others. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const EVENTS = "/api/v1/sites/jira/events";

test.each([
  ["half of a surrogate pair in the event", { event: "\ud800", payload: {} }],
  ["NUL in the event", { event: "a\0", payload: {} }],
  ["half of a surrogate pair in the id", { event: "jira:issue_created", id: "\udc00", payload: {} }],
  ["NUL in the user", { event: "jira:issue_created", user: "\0", payload: {} }],
])("%s of an envelope is refused", async (_name, envelope) => {
  const reply = await host.call("POST", EVENTS, envelope);

  expect([reply.status, reply.body.code]).toEqual([422, "EVENT_SCHEMA"]);
});

test.each([
  ["half of a surrogate pair in a product's own body", "/jira/ingest", { webhookEvent: "\ud800" }],
  ["a name of 201 characters", `/jira/ingest?event=${"a".repeat(201)}`, {}],
])("%s as the name of an event is refused", async (_name, path, body) => {
  const reply = await host.call("POST", path, body);

  expect([reply.status, reply.body.code]).toEqual([422, "EVENT_SCHEMA"]);
});

test("NUL in the query is refused for itself", async () => {
  const reply = await host.call("POST", "/jira/ingest?event=a%00b", {});
  expect([reply.status, reply.body.code]).toEqual([400, "QUERY_INVALID"]);
});

test("inside a payload they are only escapes, and accepted", async () => {
  const reply = await host.call(
    "POST",
    EVENTS,
    '{"event":"jira:issue_created","payload":{"a":"\\u0000\\ud800"}}',
  );

  expect(reply.status).toBe(202);
});
