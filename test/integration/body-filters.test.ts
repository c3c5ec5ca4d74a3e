/** Body filters of outgoing webhooks, modules and dynamic modules, from the request that makes them to the reason in the trace. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { findEventType } from "../support/products.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";

const MODULES = "/rest/atlassian-connect/1/app/module/dynamic";

let host: TestHost;
let page: PageSession;
let directory: string;
let receiver: Receiver;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "callboard-body-filters-"));
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" });
  receiver = await startReceiver();
  page = await logIn(host);
  for (const product of ["backlog", "confluence"])
    await host.call("POST", "/api/v1/sites", { key: `own-${product}`, product, name: product });
});
afterEach(async () => {
  for (const site of ["jira", "own-backlog"]) {
    const { body } = await host.call("GET", `/api/v1/sites/${site}/webhooks`);
    for (const { id } of body.items)
      await host.call("DELETE", `/api/v1/sites/${site}/webhooks/${id as string}`);
  }
});
afterAll(async () => {
  await host.stop();
  await receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

const add = (values: object, site = "jira"): Promise<Reply> =>
  host.call("POST", `/api/v1/sites/${site}/webhooks`, { name: "Board", url: receiver.url, ...values });
const publish = async (payload: object, event = "crane:moved", site = "jira"): Promise<Reply> =>
  host.call("POST", `/api/v1/sites/${site}/events`, { event, payload });
/** The reasons for which an event was skipped. */
async function listReasons({ body }: Reply, site = "jira"): Promise<readonly string[]> {
  const event = await host.call("GET", `/api/v1/sites/${site}/events/${body.id as string}`);
  return event.body.skipped.map(({ because, reason }: Record<string, string>) => because ?? reason);
}

describe("an outgoing webhook", () => {
  test("gets the events whose body meets its body filter, and the trace says why not the others", async () => {
    const bodyFilter = { "crane.id": 7, "crane.tons": { $gte: 3 } };
    const made = await add({ events: ["crane:*"], bodyFilter });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ bodyFilter, filter: null });
    const { id } = made.body as { readonly id: string };

    const sent = await publish({ crane: { id: 7, tons: 3 } });
    expect(sent.body.deliveries).toMatchObject([{ webhookId: id }]);
    const skipped = await publish({ crane: { id: 4, tons: 3 } });
    expect(skipped.body.deliveries).toEqual([]);
    expect(await listReasons(skipped)).toEqual(["body filter false: /crane/id = 4, wanted 7"]);
    const why = await host.call(
      "GET",
      `/api/v1/sites/jira/events/${skipped.body.id as string}/why?webhook=${id}`,
    );
    expect(why.body.items).toMatchObject([
      { kind: "skipped", reason: "body filter false: /crane/id = 4, wanted 7" },
    ]);
  });

  test("has its body filter replaced and taken away by an edit, for each of its event types", async () => {
    const made = await add({ events: ["crane:moved", "crane:stopped"], bodyFilter: { a: 1 } });
    const path = `/api/v1/sites/jira/webhooks/${made.body.id as string}`;
    const values = { name: "Board", url: receiver.url, events: ["crane:moved", "crane:stopped"] };

    const changed = await host.call("PUT", path, { ...values, bodyFilter: { a: 2 } });
    expect(changed.body.bodyFilter).toEqual({ a: 2 });
    for (const event of ["crane:moved", "crane:stopped"]) {
      expect((await publish({ a: 2 }, event)).body.deliveries).toHaveLength(1);
      expect(await listReasons(await publish({ a: 1 }, event))).toEqual([
        "body filter false: /a = 1, wanted 2",
      ]);
    }
    expect((await host.call("PUT", path, { ...values, bodyFilter: null })).body.bodyFilter).toBeNull();
    expect((await publish({ a: 1 })).body.deliveries).toHaveLength(1);
  });

  test("keeps its body filter when it is changed over the product's own API", async () => {
    const made = await add({ bodyFilter: { a: 1 } });
    const no = (made.body.id as string).split("_").at(-1) ?? "";
    const basic = `Basic ${Buffer.from(`x:${host.token}`).toString("base64")}`;

    const renamed = await host.call(
      "PUT",
      `/jira/rest/webhooks/1.0/webhook/${no}`,
      { name: "Renamed" },
      { authorization: basic },
    );
    expect(renamed.body).not.toHaveProperty("bodyFilter");
    const shown = await host.call("GET", `/api/v1/sites/jira/webhooks/${made.body.id as string}`);
    expect(shown.body).toMatchObject({ name: "Renamed", bodyFilter: { a: 1 } });
    const filtered = await host.call(
      "PUT",
      `/jira/rest/webhooks/1.0/webhook/${no}`,
      { filters: { "issue-related-events-section": "project = DEMO" } },
      { authorization: basic },
    );
    expect([filtered.status, filtered.body.code]).toEqual([400, "BODY_FILTER_BESIDE_FILTER"]);
  });

  test.each<[string, object, string, readonly string[]]>([
    [
      "beside a filter",
      { filter: "project = DEMO", bodyFilter: { a: 1 } },
      "BODY_FILTER_BESIDE_FILTER",
      ["/bodyFilter"],
    ],
    [
      "with every error",
      { bodyFilter: { a: { $gtt: 1 }, "b.c": {}, $or: [{ d: [1] }] } },
      "BODY_FILTER",
      ["/bodyFilter/a/$gtt", "/bodyFilter/b.c", "/bodyFilter/$or/0/d"],
    ],
    ["beyond a limit", { bodyFilter: { a: "x".repeat(9_000) } }, "BODY_FILTER_TOO_COMPLEX", ["/bodyFilter"]],
    ["that is no object", { bodyFilter: "{}" }, "BODY_SCHEMA", ["/bodyFilter"]],
  ])("is refused with a body filter %s", async (_what, values, code, pointers) => {
    const refused = await add(values);
    expect([refused.status, refused.body.code]).toEqual([422, code]);
    expect(refused.body.errors.map(({ pointer }: { readonly pointer: string }) => pointer)).toEqual(pointers);
  });

  test("has a body filter on the site of every product", async () => {
    const made = await add(
      { events: ["1"], bodyFilter: { "content.summary": { $startsWith: "Crane" } } },
      "own-backlog",
    );
    expect(made.status).toBe(201);
    const sample = findEventType("backlog", "1")?.sample() as { readonly content: object };
    const withSummary = (summary: string) => ({ ...sample, content: { ...sample.content, summary } });
    const sent = await publish(withSummary("Crane 7"), "1", "own-backlog");
    const skipped = await publish(withSummary("Ship"), "1", "own-backlog");
    expect([sent.body.deliveries?.length, skipped.body.deliveries?.length]).toEqual([1, 0]);
    expect(await listReasons(skipped, "own-backlog")).toEqual([
      'body filter false: /content/summary = "Ship", wanted a text that starts with "Crane"',
    ]);
  });
});

describe("an add-on", () => {
  test("has body filters in its descriptor, and an upgrade changes them", async () => {
    const webhook = { event: "crane:moved", url: "/moved", bodyFilter: { "crane.id": 7 } };
    const addon = await startCallingAddon(host, "jira", "org.example.cranes", { webhooks: [webhook] });
    try {
      const shown = await host.call("GET", "/api/v1/sites/jira/addons/org.example.cranes");
      expect(shown.body.webhooks).toMatchObject([{ bodyFilter: { "crane.id": 7 } }]);
      expect((await publish({ crane: { id: 7 } })).body.deliveries).toHaveLength(1);
      expect(await listReasons(await publish({ crane: { id: 4 } }))).toEqual([
        "body filter false: /crane/id = 4, wanted 7",
      ]);

      const descriptor = {
        key: addon.key,
        baseUrl: addon.baseUrl,
        authentication: { type: "jwt" },
        lifecycle: { installed: "/installed" },
        modules: { webhooks: [{ ...webhook, bodyFilter: { "crane.id": 4 } }] },
      };
      const upgraded = await host.call("POST", "/api/v1/sites/jira/addons", { descriptor });
      expect(upgraded.status).toBe(201);
      expect(upgraded.body).toMatchObject({
        webhooks: [{ bodyFilter: { "crane.id": 4 } }],
        plan: { diff: { changed: [{ after: { url: "/moved" } }], kept: [], added: [], removed: [] } },
      });
      expect(upgraded.body.warnings).toMatchObject(
        expect.arrayContaining([
          expect.objectContaining({
            code: "BODY_FILTER_NOT_CONNECT",
            pointer: "/modules/webhooks/0/bodyFilter",
          }),
        ]),
      );
      expect((await publish({ crane: { id: 4 } })).body.deliveries).toHaveLength(1);
      const addonPage = await (await page.get("/admin/addons/jira/org.example.cranes")).text();
      expect(addonPage).toContain("{&quot;crane.id&quot;:4}");
    } finally {
      await addon.stop();
      await host.call("DELETE", "/api/v1/sites/jira/addons/org.example.cranes");
    }
  });

  test("shows how an upgrade would change its body filters", async () => {
    let bodyFilter = { a: 1 };
    const server = await startReceiver((_request, response) => {
      const modules = { webhooks: [{ event: "crane:moved", url: "/moved", bodyFilter }] };
      const descriptor = { key: "org.example.served", baseUrl: server.url, modules };
      response.end(JSON.stringify({ ...descriptor, authentication: { type: "none" } }));
    });
    try {
      const body = { descriptorUrl: `${server.url}/atlassian-connect.json` };
      expect((await host.call("POST", "/api/v1/sites/jira/addons", body)).status).toBe(201);
      bodyFilter = { a: 2 };
      const html = await (await page.get("/admin/addons/jira/org.example.served/upgrade")).text();
      expect(html).toContain("body filter: {&quot;a&quot;:1} → {&quot;a&quot;:2}");
    } finally {
      await host.call("DELETE", "/api/v1/sites/jira/addons/org.example.served");
      await server.close();
    }
  });

  test("has body filters in modules that it registers at run time", async () => {
    const addon = await startCallingAddon(host, "jira", "org.example.running");
    try {
      const module = { key: "moved", event: "crane:moved", url: "/moved", bodyFilter: { "crane.id": 7 } };
      expect((await addon.call("POST", MODULES, { webhooks: [module] })).status).toBe(200);
      expect((await addon.call("GET", MODULES)).body.webhooks).toEqual([module]);
      expect((await publish({ crane: { id: 7 } })).body.deliveries).toMatchObject([{ addonKey: addon.key }]);
      expect(await listReasons(await publish({ crane: { id: 4 } }))).toEqual([
        "body filter false: /crane/id = 4, wanted 7",
      ]);

      const wrong = { ...module, key: "wrong", bodyFilter: { a: { $regex: "x" } } };
      const refused = await addon.call("POST", MODULES, { webhooks: [wrong] });
      expect([refused.status, refused.body.code]).toEqual([400, "BODY_FILTER"]);
    } finally {
      await addon.stop();
      await host.call("DELETE", "/api/v1/sites/jira/addons/org.example.running");
    }
  });

  test("finds body filters in the schema of descriptors", async () => {
    const { body } = await host.call("GET", "/schema/jira-global-schema.json");
    expect(body.properties.modules.properties.webhooks.items.properties.bodyFilter.type).toBe("object");
  });

  test("isn't installed with an invalid body filter", async () => {
    const { body } = await host.call("POST", "/api/v1/descriptors/validate", {
      descriptor: {
        key: "a",
        baseUrl: "https://a.example",
        authentication: { type: "none" },
        modules: {
          webhooks: [
            { event: "a", url: "/a", filter: "project = A", bodyFilter: { b: 1 } },
            { event: "a", url: "/b", bodyFilter: { b: { $in: 1 } } },
            { event: "a", url: "/c", bodyFilter: "x" },
          ],
        },
      },
    });
    expect(body).toMatchObject({ valid: false });
    expect(
      body.errors.map(({ code, pointer }: Record<string, string>) => `${code} ${pointer}`).toSorted(),
    ).toEqual([
      "BODY_FILTER /modules/webhooks/1/bodyFilter/b/$in",
      "BODY_FILTER_BESIDE_FILTER /modules/webhooks/0/bodyFilter",
      "DESCRIPTOR_SCHEMA /modules/webhooks/2/bodyFilter",
    ]);
  });
});

describe("tried on the latest events", () => {
  const SITE = "own-confluence";
  const tryIt = (body: object, site = SITE) =>
    host.call("POST", `/api/v1/sites/${site}/body-filters/try`, body);

  beforeAll(async () => {
    for (const id of [1, 2, 3]) await publish({ crane: { id } }, "crane:moved", SITE);
    await publish({ crane: { id: 3 } }, "crane:stopped", SITE);
  });

  test("each has its result, the newest first", async () => {
    const { status, body } = await tryIt({ bodyFilter: { "crane.id": { $gte: 3 } }, event: "crane:*" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [
        { event: "crane:stopped", result: "matched", reason: null },
        { event: "crane:moved", result: "matched", reason: null },
        { event: "crane:moved", result: "not-matched", reason: "/crane/id = 2, wanted >= 3" },
        { event: "crane:moved", result: "not-matched", reason: "/crane/id = 1, wanted >= 3" },
      ],
      counts: { events: 4, matched: 2, notMatched: 2, bodyDeleted: 0 },
    });
    expect(body.items[0].eventId).toMatch(/^evt_/);
    expect(Date.parse(body.items[0].createdAt as string)).toBeGreaterThan(Date.now() - 60_000);
  });

  test.each<[what: string, body: object, events: readonly string[]]>([
    ["one type", { event: "crane:stopped" }, ["crane:stopped"]],
    ["no more than the limit", { event: "crane:moved", limit: 2 }, ["crane:moved", "crane:moved"]],
    ["a type that nobody published", { event: "crane:sold" }, []],
    ["all types", { limit: 1 }, ["crane:stopped"]],
  ])("of %s", async (_what, body, events) => {
    const tried = await tryIt({ bodyFilter: { a: 1 }, ...body });
    expect(tried.body.items.map(({ event }: { readonly event: string }) => event)).toEqual(events);
  });

  test.each<[what: string, body: object, code: string]>([
    ["invalid", { bodyFilter: { $x: 1 } }, "BODY_FILTER"],
    ["missing", {}, "BODY_SCHEMA"],
    ["for too many events", { bodyFilter: { a: 1 }, limit: 101 }, "BODY_SCHEMA"],
  ])("is refused when it is %s", async (_what, body, code) => {
    const refused = await tryIt(body);
    expect([refused.status, refused.body.code]).toEqual([422, code]);
  });

  test("is limited for each token", async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "trials", scopes: ["read"] });
    const headers = { authorization: `Bearer ${made.body.token as string}` };
    const path = `/api/v1/sites/${SITE}/body-filters/try`;
    const statuses = [];
    for (let count = 0; count < 61; count += 1)
      statuses.push((await host.call("POST", path, { bodyFilter: { a: 1 }, limit: 1 }, headers)).status);
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([60, 429]);
  });
});

describe("the form", () => {
  const fields = (values: Readonly<Record<string, string>>) => ({
    csrf: page.csrf,
    name: "Board",
    url: receiver.url,
    format: "jira",
    event: "crane:moved",
    active: "on",
    secretChoice: "none",
    ...values,
  });
  const submit = async (values: Readonly<Record<string, string>>) => {
    const response = await page.post("/admin/webhooks/jira/new", fields(values));
    return { status: response.status, html: await response.text() };
  };

  test("saves a body filter as it was typed, and shows it again", async () => {
    const saved = await submit({ do: "save", bodyFilter: '\n{"crane.id": 7}' });
    expect(saved.status).toBe(200);
    expect(saved.html).toContain("The webhook was saved, with 1 warning.");
    const { body } = await host.call("GET", "/api/v1/sites/jira/webhooks");
    expect(body.items).toMatchObject([{ bodyFilter: { "crane.id": 7 } }]);
    const no = (body.items[0].id as string).split("_").at(-1) ?? "";
    const html = await (await page.get(`/admin/webhooks/jira/${no}`)).text();
    expect(html).toMatch(/<textarea id="bodyFilter"[^>]*>\{\n {2}&quot;crane\.id&quot;: 7\n\}<\/textarea>/);
  });

  test("has every error below the field, and keeps what was typed", async () => {
    const { status, html } = await submit({ do: "save", bodyFilter: '{"a": {"$gtt": 1}, "<b>": {}}' });
    expect(status).toBe(422);
    expect(html).toContain("<p>/a/$gtt: Unknown operator &quot;$gtt&quot;; did you mean $gt?");
    expect(html).toContain("<p>/&lt;b&gt;: A condition must not be an empty object.");
    expect(html).toMatch(/<textarea id="bodyFilter"[^>]*aria-invalid="true"[^>]*>\{&quot;a&quot;/);
  });

  test("tries it on the events that were chosen, and saves nothing", async () => {
    await publish({ crane: { id: 7 } });
    await publish({ crane: { id: 7 } }, "crane:sold");
    const { status, html } = await submit({ do: "try-body-filter", bodyFilter: '{"crane.id": 8}' });
    expect(status).toBe(200);
    expect(html).toMatch(/The body filter matches 0 of \d+ events?\. .*Nothing was saved\./);
    expect(html).toContain("/crane/id = 7, wanted 8");
    expect(html).not.toContain("crane:<wbr>sold");
    expect(html).toMatch(/<textarea id="bodyFilter"[^>]*>\{&quot;crane\.id&quot;: 8\}<\/textarea>/);
    expect((await host.call("GET", "/api/v1/sites/jira/webhooks")).body.items).toEqual([]);
  });

  test.each([
    ["", "Enter a body filter to try it."],
    ["{", "A body filter must be JSON; the error is at line 1, character 2."],
  ])("does not try %j", async (bodyFilter, detail) => {
    const { status, html } = await submit({ do: "try-body-filter", bodyFilter });
    expect(status).toBe(422);
    expect(html).toContain("The body filter was not tried");
    expect(html).toContain(`id="bodyFilter-error"><p>${detail}`);
  });
});

describe("the command line", () => {
  const callboard = (...args: readonly string[]) => runCommand(host, args);
  const shown = async (id: string) => (await host.call("GET", `/api/v1/sites/jira/webhooks/${id}`)).body;

  test("adds, keeps, changes and removes a body filter", async () => {
    const made = await callboard("webhooks", "add", receiver.url, "--body-filter", '{"a": 1}', "--json");
    const { id, bodyFilter } = JSON.parse(made.out) as { readonly id: string; readonly bodyFilter: object };
    expect(bodyFilter).toEqual({ a: 1 });
    await callboard("webhooks", "edit", id, "--name", "Other");
    expect(await shown(id)).toMatchObject({ name: "Other", bodyFilter: { a: 1 } });
    const file = join(directory, "filter.json");
    writeFileSync(file, '\ufeff{"b": 2}\n');
    await callboard("webhooks", "edit", id, "--body-filter", `@${file}`);
    expect(await shown(id)).toMatchObject({ bodyFilter: { b: 2 } });
    await callboard("webhooks", "edit", id, "--body-filter", "");
    expect(await shown(id)).toMatchObject({ bodyFilter: null });
  });

  test("tries a body filter", async () => {
    const tried = await callboard(
      "webhooks",
      "try-filter",
      '{"crane.id": {"$gt": 2}}',
      "--site",
      "own-confluence",
      "--event",
      "crane:*",
    );
    expect(tried.code).toBe(0);
    expect(tried.notes).toBe("Matches 2 of 4 events\n");
    expect(tried.out).toMatch(
      /matches +evt_\S+ +crane:moved\n.*no match +evt_\S+ +crane:moved +\/crane\/id = 2, wanted > 2\n/,
    );
    const none = await callboard("webhooks", "try-filter", "{}", "--event", "crane:never", "--json");
    expect(none).toMatchObject({ code: 1, notes: expect.stringContaining("BODY_FILTER") as string });
  });

  test("says what is no JSON, and which file is not there", async () => {
    expect(await callboard("webhooks", "try-filter", "{a: 1}")).toMatchObject({
      code: 2,
      notes: expect.stringContaining("The body filter is not JSON") as string,
    });
    expect((await callboard("webhooks", "add", receiver.url, "--body-filter", "@no-such-file")).code).toBe(4);
  });
});
