/** Own products change while the server runs: what that does to sites, subscribers and other processes, and what is refused. */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const crane = (schema: object) => ({
  description: "A crane has stopped",
  group: "Cranes",
  schema,
  sample: { crane: 4 },
});
const SCHEMA = {
  type: "object",
  required: ["crane"],
  properties: { crane: { type: "integer" }, reason: { type: "string" } },
};
const HARBOR = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  events: { "crane.stopped": crane(SCHEMA) },
};
const withEvents = (events: object) => ({ ...HARBOR, events: { ...HARBOR.events, ...events } });

const open: { readonly stop: () => unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<TestHost> {
  const host = await startTestHost(env);
  open.push(host);
  return host;
}
async function receive(): Promise<Receiver> {
  const receiver = await startReceiver();
  open.push({ stop: receiver.close });
  return receiver;
}
const put = (host: TestHost, document: object, query = "") =>
  host.call("PUT", `/api/v1/products/harbor${query}`, document);
const addSite = (host: TestHost) =>
  host.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
const publish = (host: TestHost, event: string, payload: object) =>
  host.call("POST", "/api/v1/sites/quay/events", { event, payload });
const addWebhook = (host: TestHost, url: string, events?: readonly string[]) =>
  host.call("POST", "/api/v1/sites/quay/webhooks", {
    name: "Control room",
    url,
    ...(events === undefined ? {} : { events }),
  });

describe("a product that is put", () => {
  test("is listed beside the built-in ones, shown with its document, and counts its versions", async () => {
    const host = await start();
    const created = await put(host, HARBOR);
    expect([created.status, created.body]).toEqual([
      200,
      expect.objectContaining({ product: "harbor", origin: "own", version: 1, created: true, receivers: [] }),
    ]);
    await addSite(host);
    const { items } = (await host.call("GET", "/api/v1/products")).body;
    expect(items.map(({ product, origin }: Record<string, string>) => `${product} ${origin}`)).toEqual([
      "jira built-in",
      "confluence built-in",
      "projectrak built-in",
      "backlog built-in",
      "tracker built-in",
      "harbor own",
      "callboard built-in",
    ]);
    const shown = (await host.call("GET", "/api/v1/products/harbor")).body;
    expect(shown).toMatchObject({ eventTypes: 1, sites: 1, document: HARBOR });
    const same = await put(host, HARBOR);
    expect(same.body).toMatchObject({ version: 1, created: false, changes: [] });
    const more = await put(
      host,
      withEvents({ "crane.started": { description: "d", group: "Cranes", sample: {} } }),
    );
    expect(more.body).toMatchObject({
      version: 2,
      eventTypes: 2,
      changes: [{ kind: "added", event: "crane.started", breaking: false }],
    });
  });

  test("is there after a restart", async () => {
    const env = {
      CALLBOARD_ADMIN_TOKEN: "a-token-of-both-starts",
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    };
    const first = await startTestHost(env);
    await put(first, HARBOR);
    await addSite(first);
    await first.host.stop();
    const second = await start({
      ...env,
      CALLBOARD_DATA_DIR: first.dataDir,
      CALLBOARD_DATABASE_URL: `sqlite:${first.dataDir}/callboard.sqlite`,
    });
    expect((await publish(second, "crane.stopped", { crane: 4 })).body.notes).toBeUndefined();
  });

  test("changes for events that come right after it", async () => {
    const host = await start();
    await put(host, HARBOR);
    await addSite(host);
    const receiver = await receive();
    await addWebhook(host, receiver.url);
    const before = await publish(host, "crane.started", {});
    expect(before.body.notes).toEqual([expect.stringContaining('harbor has no event type "crane.started"')]);
    await put(host, withEvents({ "crane.started": { description: "d", group: "Cranes", sample: {} } }));
    expect((await publish(host, "crane.started", {})).body.notes).toBeUndefined();
    await put(host, { ...HARBOR, envelope: { event: "what" } }, "?force=true");
    await publish(host, "crane.stopped", { crane: 4 });
    await waitFor(() => expect(receiver.received).toHaveLength(3));
    expect(receiver.received.map(({ body }) => body.toString())).toContain(
      '{"what":"crane.stopped","crane":4}',
    );
  });
});

describe("a change that breaks subscribers", () => {
  const without = {
    ...HARBOR,
    events: { "crane.started": { description: "d", group: "Cranes", sample: {} } },
  };

  test("is refused with their names, and nothing changes; forced, it is made and kept as forced", async () => {
    const host = await start();
    await put(host, HARBOR);
    await addSite(host);
    const created = await addWebhook(host, "http://127.0.0.1:3999/", ["crane.stopped"]);
    expect(created.status).toBe(201);
    const refused = await put(host, without);
    expect([refused.status, refused.body]).toEqual([
      409,
      expect.objectContaining({
        code: "PRODUCT_BREAKING",
        detail: expect.stringContaining("Control room on quay"),
        errors: [expect.objectContaining({ pointer: "/events/crane.stopped" })],
        receivers: [
          {
            site: "quay",
            addonKey: null,
            webhookId: created.body.id,
            name: "Control room",
            events: ["crane.stopped"],
            scopes: [],
          },
        ],
      }),
    ]);
    expect((await host.call("GET", "/api/v1/products/harbor")).body).toMatchObject({
      version: 1,
      document: HARBOR,
    });
    const dry = await put(host, without, "?dryRun=true");
    expect(dry.body).toMatchObject({
      dryRun: true,
      receivers: refused.body.receivers,
    });

    const forced = await put(host, without, "?force=true");
    expect([forced.status, forced.body.version]).toEqual([200, 2]);
    const { items } = (await host.call("GET", "/api/v1/products/harbor/changes")).body;
    expect(items).toMatchObject([
      { version: 2, forced: true, deleted: false },
      { version: 1, forced: false },
    ]);
    expect(JSON.stringify(items)).not.toContain("document");
    expect((await host.call("GET", "/api/v1/products/harbor/changes/2")).body).toEqual({
      ...items[0],
      document: without,
    });
    expect((await host.call("GET", "/api/v1/products/harbor/changes/1")).body.document).toEqual(HARBOR);
    for (const version of ["3", "0", "x"]) {
      const unknown = await host.call("GET", `/api/v1/products/harbor/changes/${version}`);
      expect([unknown.status, unknown.body.code]).toEqual([404, "PRODUCT_VERSION_NOT_FOUND"]);
    }
    const audit = (await host.call("GET", "/api/v1/audit")).body.items;
    expect(audit.filter(({ object }: { object: string }) => object === "harbor")).toMatchObject([
      { action: "product.changed", detail: expect.stringContaining("forced over 1 receivers") },
      { action: "product.created" },
    ]);
  });

  test("is made where nobody subscribes to the event", async () => {
    const host = await start();
    await put(host, withEvents({ "berth.freed": { description: "d", group: "Berths", sample: {} } }));
    await addSite(host);
    await addWebhook(host, "http://127.0.0.1:3999/", ["berth.freed"]);
    const changed = await put(host, {
      ...HARBOR,
      events: { "berth.freed": { description: "d", group: "Berths", sample: {} } },
    });
    expect([changed.status, changed.body.receivers]).toEqual([200, []]);
  });
});

describe("an event type of a product", () => {
  test("can be nested as deep in a request as in a file", async () => {
    const host = await start();
    let schema: object = { type: "string" };
    for (let level = 0; level < 90; level += 1) schema = { not: schema };
    const deep = (more: object) =>
      put(host, withEvents({ deep: { description: "d", group: "Deep", schema: more, sample: {} } }));
    expect((await deep({ anyOf: [true, schema] })).status).toBe(200);
    for (let level = 0; level < 10; level += 1) schema = { not: schema };
    expect((await deep({ anyOf: [true, schema] })).status).toBe(422);
  });

  test("keeps every patch of those that come at once", async () => {
    const host = await start();
    await put(host, HARBOR);
    const names = Array.from({ length: 20 }, (_, index) => `berth.${index}`);
    const answers = await Promise.all(
      names.map((name) =>
        host.call("PATCH", `/api/v1/products/harbor/events/${name}`, { description: "d", sample: {} }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { document, version } = (await host.call("GET", "/api/v1/products/harbor")).body;
    expect(Object.keys(document.events).toSorted()).toEqual([...names, "crane.stopped"].toSorted());
    expect(version).toBe(21);
  });

  test("is changed by a patch, and created by one", async () => {
    const host = await start();
    await put(host, HARBOR);
    const patch = (event: string, body: object) =>
      host.call("PATCH", `/api/v1/products/harbor/events/${event}`, body);
    const changed = await patch("crane.stopped", { status: "deprecated", group: "Old", schema: null });
    expect(changed.body).toMatchObject({ version: 2 });
    await patch("berth.freed", { description: "A berth is free", group: "Berths", sample: {} });
    const { document } = (await host.call("GET", "/api/v1/products/harbor")).body;
    expect(document.events).toEqual({
      "crane.stopped": {
        description: "A crane has stopped",
        group: "Old",
        status: "deprecated",
        sample: { crane: 4 },
      },
      "berth.freed": { description: "A berth is free", group: "Berths", sample: {} },
    });
    const refused = await patch("crane.stopped", { description: null });
    expect([refused.status, refused.body.code, refused.body.errors[0].pointer]).toEqual([
      422,
      "PRODUCT_INVALID",
      "/events/crane.stopped/description",
    ]);
  });
});

describe("refused with a named code, and nothing changes", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
    await put(host, HARBOR);
    await addSite(host);
  });
  afterAll(() => host.stop());

  test.each<[string, string, string, unknown, number, string]>([
    ["a built-in product", "PUT", "/products/jira", { ...HARBOR, product: "jira" }, 409, "PRODUCT_BUILT_IN"],
    ["Callboard itself", "PUT", "/products/callboard", HARBOR, 409, "PRODUCT_BUILT_IN"],
    ["to delete a built-in product", "DELETE", "/products/jira", undefined, 409, "PRODUCT_BUILT_IN"],
    ["to delete a product with a site", "DELETE", "/products/harbor", undefined, 409, "PRODUCT_IN_USE"],
    ["to delete an unknown product", "DELETE", "/products/quay", undefined, 404, "PRODUCT_UNKNOWN"],
    ["to show an unknown product", "GET", "/products/quay", undefined, 404, "PRODUCT_UNKNOWN"],
    ["another key than that of the path", "PUT", "/products/quay", HARBOR, 422, "PRODUCT_INVALID"],
    ["no events", "PUT", "/products/quay", { product: "quay" }, 422, "PRODUCT_INVALID"],
    ["an array", "PUT", "/products/quay", [], 400, "BODY_NOT_JSON"],
  ])("%s", async (_name, method, path, body, status, code) => {
    const reply = await host.call(method, `/api/v1${path}`, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect((await host.call("GET", "/api/v1/products/harbor")).body).toMatchObject({
      version: 1,
      document: HARBOR,
    });
  });
});

test("a product is deleted when its last site is, and its changes stay", async () => {
  const host = await start();
  await put(host, HARBOR);
  await addSite(host);
  await host.call("DELETE", "/api/v1/sites/quay");
  expect((await host.call("DELETE", "/api/v1/products/harbor")).status).toBe(204);
  expect((await host.call("GET", "/api/v1/products/harbor")).status).toBe(404);
  const { items } = (await host.call("GET", "/api/v1/products/harbor/changes")).body;
  expect(items).toMatchObject([{ version: 2, deleted: true }, { version: 1 }]);
  const { body } = await host.call("GET", "/api/v1/products/harbor/changes/2");
  expect(body).toEqual({ ...items[0], document: null });
  expect((await put(host, HARBOR)).body).toMatchObject({ version: 3, created: true });
});
