import { afterAll, beforeAll, expect, test } from "vitest";
import { EVENT_CASES } from "../fixtures/bad-events.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { expectProblem } from "../support/problem.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const accepted = async () =>
  (await host.call("GET", "/api/v1/sites/jira/events?limit=500")).body.items.length as number;

test.each(EVENT_CASES)("$title → $status", async ({ path, headers, body, status, code }) => {
  const before = await accepted();
  const reply = await host.call("POST", path ?? "/api/v1/sites/jira/events", body, headers);
  if (code === undefined) expect(reply.status).toBe(status);
  else expectProblem(reply, status, code);
  expect(await accepted()).toBe(status === 202 ? before + 1 : before);
});

test("a token of another site is refused", async () => {
  const { body } = await host.call("POST", "/api/v1/tokens", {
    name: "c",
    scopes: ["events:write"],
    site: "confluence",
  });
  const reply = await host.call(
    "POST",
    "/api/v1/sites/jira/events",
    { event: "jira:issue_created" },
    { authorization: `Bearer ${body.token}` },
  );
  expect([reply.status, reply.body.code]).toEqual([403, "SCOPE"]);
});

test("the same id with the same contents is accepted once, with others refused", async () => {
  const post = (payload: object) =>
    host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", id: "evt-1", payload });
  const first = await post({ a: 1 });
  const again = await post({ a: 1 });
  expect([again.status, again.body.id, again.body.duplicate]).toEqual([202, first.body.id, true]);
  expect((await post({ a: 2 })).body.code).toBe("EVENT_CONFLICT");
});
