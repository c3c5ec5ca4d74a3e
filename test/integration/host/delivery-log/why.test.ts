/** Why each receiver got an event or not, asked of a real host by API. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../../../support/http-receiver.ts";
import type { Receiver } from "../../../support/http-receiver.ts";
import { startTestHost } from "../../../support/host.ts";
import type { TestHost } from "../../../support/host.ts";
import { logIn } from "../../../support/page-session.ts";
import { waitFor } from "../../../support/wait-for.ts";

let host: TestHost;
let receiver: Receiver;

beforeAll(async () => {
  host = await startTestHost();
  receiver = await startReceiver();
  expect(
    (await host.call("POST", "/api/v1/sites", { key: "second", name: "Second", product: "jira" })).status,
  ).toBe(201);
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
});

interface Row {
  readonly addonKey: string | null;
  readonly webhookId: string | null;
  readonly name: string;
  readonly site: string;
  readonly kind: string;
  readonly reason: string;
  readonly changed: string | null;
  readonly deliveries: readonly { readonly id: string; readonly state: string }[];
}

async function addWebhook(values: object): Promise<string> {
  const made = await host.call("POST", "/api/v1/sites/jira/webhooks", {
    url: `${receiver.url}/h`,
    ...values,
  });
  expect(made.status).toBe(201);
  return made.body.id as string;
}

async function install(site: string, key: string, events: readonly string[]): Promise<void> {
  const descriptor = {
    key,
    name: `Add-on ${key}`,
    baseUrl: receiver.url,
    authentication: { type: "none" },
    modules: { webhooks: events.map((event) => ({ event, url: "/x" })) },
  };
  const installed = await host.call("POST", `/api/v1/sites/${site}/addons`, { descriptor });
  expect(installed.status).toBe(201);
}

async function publish(event: string, payload: object = {}): Promise<string> {
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", { event, payload });
  expect(accepted.status).toBe(202);
  return accepted.body.id as string;
}

const readWhy = (id: string, query = "", headers: Readonly<Record<string, string>> = {}) =>
  host.call("GET", `/api/v1/sites/jira/events/${id}/why${query}`, undefined, headers);

describe("an event on a site with receivers of every kind", () => {
  let id: string;
  let ids: Readonly<Record<string, string>>;
  let rows: readonly Row[];
  const findRow = (name: string) => rows.find((row) => row.name === name);

  beforeAll(async () => {
    ids = {
      sent: await addWebhook({ name: "Sent", events: ["jira:issue_created"] }),
      filtered: await addWebhook({
        name: "Filtered",
        events: ["jira:issue_created"],
        filter: "project = OTHER",
      }),
      other: await addWebhook({ name: "Other events", events: ["worklog_created", "comment_created"] }),
      inactive: await addWebhook({ name: "Inactive", events: ["jira:issue_created"], active: false }),
      doomed: await addWebhook({ name: "Doomed", events: ["jira:issue_created"], filter: "project = GONE" }),
    };
    await install("jira", "com.example.here", ["worklog_created"]);
    await install("second", "com.example.elsewhere", ["jira:issue_created"]);
    id = await publish("jira:issue_created", {
      issue: { key: "PIER-1", fields: { project: { key: "PIER" } } },
    });
    await addWebhook({ name: "Late", events: ["jira:issue_created"] });
    await host.call("DELETE", `/api/v1/sites/jira/webhooks/${ids["doomed"]}`);
    await waitFor(async () =>
      expect((await readWhy(id, "?kind=sent")).body.items[0].reason).toBe("delivered"),
    );
    rows = (await readWhy(id)).body.items as readonly Row[];
  });

  test("has one row for each receiver, and names every one", () => {
    expect(rows.map(({ name, kind }) => [name, kind])).toEqual([
      ["Sent", "sent"],
      ["Filtered", "skipped"],
      ["Inactive", "skipped"],
      [ids["doomed"], "skipped"],
      ["Late", "added-later"],
      ["Add-on com.example.here", "not-subscribed"],
      ["Other events", "not-subscribed"],
      ["Add-on com.example.elsewhere", "other-site"],
    ]);
  });

  test("says the reason of each in a sentence", () => {
    expect(findRow("Sent")).toMatchObject({
      webhookId: ids["sent"],
      site: "jira",
      reason: "delivered",
      deliveries: [{ id: expect.stringMatching(/^dlv_/), state: "delivered" }],
    });
    expect(findRow("Filtered")?.reason).toBe("the filter's project = OTHER is not true of PIER-1");
    expect(findRow("Other events")?.reason).toBe(
      "not subscribed to jira:issue_created; has worklog_created, comment_created",
    );
    expect(findRow("Late")?.reason).toMatch(/^added after the event, at \d{4}-/);
    expect(findRow("Add-on com.example.elsewhere")).toMatchObject({
      addonKey: "com.example.elsewhere",
      site: "second",
      reason: "not on jira; it is on second",
    });
    expect(rows.find(({ name }) => name === ids["doomed"])?.changed).toBe(
      "the subscription was removed since",
    );
  });

  test("is asked for one receiver, by kind, by text and in pages", async () => {
    const named = async (query: string) =>
      ((await readWhy(id, query)).body.items as readonly Row[]).map(({ name }) => name);
    expect(await named("?addon=com.example.here")).toEqual(["Add-on com.example.here"]);
    expect(await named("?addon=com.example.elsewhere")).toEqual(["Add-on com.example.elsewhere"]);
    expect(await named(`?webhook=${ids["filtered"]}`)).toEqual(["Filtered"]);
    expect(await named("?kind=not-subscribed&q=OTHER")).toEqual(["Other events"]);
    const first = (await readWhy(id, "?limit=3")).body;
    const second = (await readWhy(id, `?limit=5&cursor=${first.next as string}`)).body;
    expect([...first.items, ...second.items]).toEqual(rows);
    expect(second.next).toBeNull();
  });

  test("refuses a receiver that is nowhere, and a cursor that is none", async () => {
    expect((await readWhy(id, "?addon=com.example.none")).body.code).toBe("ADDON_NOT_FOUND");
    expect((await readWhy(id, "?webhook=whk_1_999")).body.code).toBe("WEBHOOK_NOT_FOUND");
    expect((await readWhy(id, "?cursor=x")).body.code).toBe("QUERY_INVALID");
  });

  test("shows a token of one site nothing of the others", async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "one", scopes: ["read"], site: "jira" });
    const seen = await readWhy(id, "", { authorization: `Bearer ${made.body.token as string}` });
    expect(seen.status).toBe(200);
    expect(JSON.stringify(seen.body)).not.toContain("elsewhere");
  });

  test("is on the page of the event, with a filter", async () => {
    const { get } = await logIn(host);
    const page = await (await get(`/admin/events/${id}`)).text();
    expect(page).toContain("Not sent to 7 receivers");
    for (const { name } of rows) expect(page).toContain(name);
    const found = await (await get(`/admin/events/${id}?q=worklog_created`)).text();
    expect(found).toContain("Not sent to: 2 receivers match");
    expect(found).not.toContain("Filtered");
  });

  test("says when a changed filter would match today", async () => {
    await host.call("PUT", `/api/v1/sites/jira/webhooks/${ids["filtered"]}`, {
      name: "Filtered",
      url: `${receiver.url}/h`,
      events: ["jira:issue_created"],
      filter: "project = PIER",
    });
    const { items } = (await readWhy(id, `?webhook=${ids["filtered"]}`)).body;
    expect(items).toMatchObject([
      {
        reason: "the filter's project = OTHER is not true of PIER-1",
        changed: "it has changed since: today the event would be sent",
      },
    ]);
  });
});

test("a test delivery says of the other receivers that it was a test", async () => {
  const id = await addWebhook({ name: "Tested", events: ["comment_created"] });
  const sent = await host.call("POST", `/api/v1/sites/jira/webhooks/${id}/execute`, {
    event: "comment_created",
  });
  const { body } = await host.call("GET", `/api/v1/deliveries/${sent.body.deliveryId as string}`);
  const { items } = (await readWhy(body.eventId as string, "?addon=com.example.here")).body;
  expect(items).toMatchObject([{ reason: "the event is a test delivery for another receiver" }]);
});
