import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
  for (const product of ["backlog", "projectrak"]) {
    await host.call("POST", "/api/v1/sites", { key: product, product, name: product });
  }
});
afterAll(() => host.stop());

const listNotes = async (event: string, payload: object): Promise<readonly string[]> => {
  const { body } = await host.call("POST", "/api/v1/sites/jira/events", { event, payload });
  return (await host.call("GET", `/api/v1/sites/jira/events/${body.id as string}`)).body.notes;
};

test("a Jira body off its schema is accepted, and whoever looks at the event is told where it is", async () => {
  const [note, ...more] = await listNotes("jira:issue_created", { issue: "DEMO-1" });
  expect(more).toEqual([]);
  expect(note).toContain("/issue");
});

test("a name that no event has is accepted with a note of the nearest", async () => {
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", { event: "jira:isue_created" });
  expect(accepted.status).toBe(202);
  expect(accepted.body.notes[0]).toContain("jira:issue_created");
});

test.each(["constructor", "__proto__", "toString"])(
  "so is the name %s, which every object has",
  async (event) => {
    const accepted = await host.call("POST", "/api/v1/sites/jira/events", { event });
    expect(accepted.status).toBe(202);
    const shown = await host.call("GET", `/api/v1/sites/jira/events/${accepted.body.id as string}`);
    expect(shown.body.notes[0]).toContain(event);
  },
);

test("a payload that makes no Projectrak body is refused", async () => {
  const refused = await host.call("POST", "/api/v1/sites/projectrak/events", {
    event: "updated",
    payload: { data: { fields: "none" } },
  });
  expect([refused.status, refused.body.code]).toEqual([422, "EVENT_SCHEMA"]);
});

test("the project and the user that are named beside a payload are put where Backlog has them", async () => {
  const receiver = await startReceiver();
  await host.call("POST", "/api/v1/sites/backlog/webhooks", { name: "notes", url: receiver.url });
  const accepted = await host.call("POST", "/api/v1/sites/backlog/events", {
    event: "issue_deleted",
    payload: { id: 1, key_id: 7 },
    project: "PIER",
    user: "maja",
  });
  const { body: delivery } = await host.call(
    "GET",
    `/api/v1/deliveries/${accepted.body.deliveries[0].id as string}`,
  );
  expect(JSON.parse(delivery.body)).toMatchObject({
    project: { projectKey: "PIER" },
    createdUser: { name: "maja" },
    content: { id: 1, key_id: 7 },
  });
  await receiver.close();
});

test("filters that are too long together are refused before they are read", async () => {
  const filter = (n: number) => `project = P${n} OR ${"project = X OR ".repeat(55)}project = Y`;
  const webhooks = Array.from({ length: 13 }, (_, n) => ({
    event: "jira:issue_created",
    url: `/hook/${n}`,
    filter: filter(n),
  }));
  const { status, body } = await host.call("POST", "/api/v1/descriptors/validate", {
    descriptor: {
      key: "a",
      name: "a",
      baseUrl: "http://127.0.0.1:8080",
      authentication: { type: "none" },
      modules: { webhooks },
    },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ valid: false, errors: [{ code: "DESCRIPTOR_FILTER" }, {}] });
});
