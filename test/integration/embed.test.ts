/** A host within a program: mounted in its Express app, with its own server, and without any. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import { createHost } from "../../src/embed/index.ts";
import type { EmbeddedHost, HostOptions } from "../../src/embed/index.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { freePort } from "../support/free-port.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const TOKEN = "a-token-of-the-program-around";
const HARBOR = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  events: { "crane.stopped": { description: "A crane has stopped", group: "Cranes", sample: { crane: 4 } } },
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(options: HostOptions = {}): Promise<EmbeddedHost> {
  const dataDir = mkdtempSync(join(tmpdir(), "callboard-"));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const host = await createHost({
    dataDir,
    databaseUrl: "sqlite::memory:",
    adminToken: TOKEN,
    logLevel: "silent",
    ...options,
  });
  closers.push(host.close);
  return host;
}

async function receive() {
  const receiver = await startReceiver();
  closers.push(receiver.close);
  return receiver;
}

async function openHarbor(options: HostOptions = {}): Promise<EmbeddedHost> {
  const host = await open(options);
  await host.products.put(HARBOR);
  await host.sites.add({ key: "quay", product: "harbor", name: "Quay" });
  return host;
}

const addWebhook = (host: EmbeddedHost, url: string) =>
  host.request("POST", "/sites/quay/webhooks", { name: "Board", url, events: ["crane.stopped"] });

async function listen(app: RequestListener, port = 0): Promise<string> {
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("without a server", () => {
  test("events are published and delivered", async () => {
    const host = await openHarbor();
    const receiver = await receive();
    const webhook = (await addWebhook(host, receiver.url)) as { id: string };

    const published = await host.publish("quay", "crane.stopped", { crane: 4 }, { id: "first" });

    expect(published).toEqual({
      id: expect.stringMatching(/^evt_/),
      event: "crane.stopped",
      duplicate: false,
      deliveries: [{ id: expect.stringMatching(/^dlv_/), webhookId: webhook.id, url: receiver.url }],
    });
    await waitFor(() =>
      expect(receiver.received.map(({ body }) => body.toString())).toEqual(['{"crane":4}']),
    );
    const again = await host.publish("quay", "crane.stopped", { crane: 4 }, { id: "first" });
    expect(again).toEqual({ ...published, duplicate: true });
    expect(host.url()).toBeUndefined();
  });

  test("bytes are forwarded as they are", async () => {
    const host = await openHarbor();
    const receiver = await receive();
    await addWebhook(host, receiver.url);
    await host.publish("quay", "crane.stopped", Buffer.from('{ "crane": 4.50 }'));
    await waitFor(() => expect(receiver.received[0]?.body.toString()).toBe('{ "crane": 4.50 }'));
  });

  test.each<[string, string, unknown, unknown, string]>([
    ["dock", "crane.stopped", {}, undefined, "SITE_NOT_FOUND"],
    ["quay", "", {}, undefined, "EVENT_SCHEMA"],
    ["quay", "crane.stopped", [], undefined, "EVENT_SCHEMA"],
    ["quay", "crane.stopped", undefined, undefined, "BODY_NOT_JSON"],
    ["quay", "crane.stopped", Buffer.from("{"), undefined, "BODY_NOT_JSON"],
    ["quay", "crane.stopped", Buffer.from('{}, "user": "x"'), undefined, "BODY_NOT_JSON"],
    ["quay", "crane.stopped", Buffer.from("{}}"), undefined, "BODY_NOT_JSON"],
    ["quay", "crane.stopped", {}, { flow: "express" }, "EVENT_SCHEMA"],
    ["quay", "crane.stopped", {}, { project: "a\nb" }, "EVENT_SCHEMA"],
    ["quay", "crane.stopped", {}, { colour: "red" }, "EVENT_SCHEMA"],
    ["quay", "crane.stopped", { text: "x".repeat(2_000) }, undefined, "BODY_TOO_LARGE"],
    ["quay", "crane.stopped", Array.from({ length: 9 }, () => ({})), undefined, "BODY_TOO_COMPLEX"],
  ])("publish(%j, %j, %j, %j) is refused with %5$s", async (site, event, payload, options, code) => {
    const host = await openHarbor({ bodyLimit: "1KiB", bodyValues: 10 });
    await expect(host.publish(site, event, payload as object, options as never)).rejects.toMatchObject({
      code,
    });
  });

  test("on SQLite there is no transaction of others to publish in", async () => {
    const host = await openHarbor();
    const statements: string[] = [];
    const client = { query: (sql: string) => Promise.resolve(statements.push(sql)) };
    await expect(host.publish("quay", "crane.stopped", {}, { client })).rejects.toMatchObject({
      code: "TRANSACTION_UNSUPPORTED",
    });
    expect(statements).toEqual([]);
    expect(await host.request("GET", "/sites/quay/events")).toMatchObject({ items: [] });
  });

  test("every operation of the API is there, with its problems", async () => {
    const host = await openHarbor();
    expect(await host.request("GET", "/sites/quay/events?limit=5")).toEqual({ items: [], next: null });
    expect((await host.sites.list()).map(({ key }) => key)).toContain("quay");
    expect((await host.products.list()).find(({ product }) => product === "harbor")).toMatchObject({
      origin: "own",
      sites: 1,
    });
    const refusals = [
      host.request("GET", "/nothing"),
      host.request("GET", "/sites/quay/events?colour=red"),
      host.request("POST", "/sites", { key: "x" }),
      host.request("POST", "/sites"),
      host.request("POST", "/sites/quay/events", { event: "crane.stopped", payload: {} }),
      host.products.remove("harbor"),
      host.sites.add({ key: "quay", product: "harbor", name: "Quay" }),
    ];
    const settled = await Promise.allSettled(refusals);
    expect(
      settled.map((each) => (each.status === "rejected" ? (each.reason as { code: string }).code : "")),
    ).toEqual([
      "NOT_FOUND",
      "QUERY_INVALID",
      "BODY_SCHEMA",
      "BODY_SCHEMA",
      "NOT_FOUND",
      "PRODUCT_IN_USE",
      "CONFLICT",
    ]);
    await host.sites.remove("quay");
    await host.products.remove("harbor");
    const { items } = (await host.request("GET", "/audit")) as { items: { actor: string; action: string }[] };
    expect(items).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: "product.deleted", actor: "program" })]),
    );
  });
});

describe("with its own server", () => {
  test("it listens once, and its API takes its token", async () => {
    const host = await openHarbor();
    const url = await host.listen(0);
    expect(await host.listen()).toBe(url);
    expect(host.url()).toBe(url);
    const answer = await fetch(`${url}/api/v1/sites/quay`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await answer.json()).toMatchObject({ key: "quay", baseUrl: `${url}/quay` });
    await host.close();
    await expect(fetch(url)).rejects.toThrow();
    await host.close();
  });
});

test("a host whose port is taken listens when it is told to again", async () => {
  const port = await freePort();
  const taken = await listen((_request, response) => void response.end("another program"), port);
  const metricsListen = `127.0.0.1:${await freePort()}`;
  const host = await open({ metricsListen });
  await expect(host.listen(port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(await (await fetch(taken)).text()).toBe("another program");
  expect(host.url()).toBeUndefined();
  const url = await host.listen(await freePort());
  expect([(await fetch(`${url}/healthz`)).status, host.url()]).toEqual([200, url]);
  expect((await fetch(`http://${metricsListen}/metrics`)).status).toBe(200);
  await host.close();
  await expect(fetch(`http://${metricsListen}/metrics`)).rejects.toThrow();
});

describe("mounted", () => {
  const call =
    (origin: string) =>
    async (method: string, path: string, body?: unknown, headers = {}) => {
      const response = await fetch(origin + path, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: "manual",
      });
      const text = await response.text();
      const isJson = (response.headers.get("content-type") ?? "").includes("json");
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    };

  async function mount(app: (host: EmbeddedHost) => RequestListener) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/callboard`;
    const host = await openHarbor({ baseUrl: url });
    const origin = await listen(app(host), port);
    return { host, url, call: call(url), origin };
  }
  const inExpress = ({ router }: EmbeddedHost) =>
    express()
      .use("/callboard", router)
      .get("/", (_request, response) => void response.send("the program"));

  test.each<[string, (host: EmbeddedHost) => RequestListener]>([
    ["in Express", inExpress],
    ["as the listener of a server", ({ router }) => router],
  ])("%s, it serves pages, the API, and add-ons that sign their calls", async (_name, app) => {
    const mounted = await mount(app);
    const { body } = await mounted.call("POST", "/api/v1/sites/quay/events", {
      event: "crane.stopped",
      payload: {},
    });
    expect(body).toMatchObject({ event: "crane.stopped", deliveries: [] });
    const login = await mounted.call("GET", "/admin", undefined, { authorization: "" });
    expect([login.status, login.headers.get("location")]).toEqual([
      303,
      expect.stringContaining("/callboard/admin/login"),
    ]);
    const addon = await startCallingAddon(
      { url: mounted.url, call: mounted.call } as unknown as TestHost,
      "jira",
      "org.example",
    );
    closers.push(addon.stop);
    const own = await addon.call("GET", "/rest/atlassian-connect/1/addons/org.example");
    expect([own.status, own.body.key]).toEqual([200, "org.example"]);
  });

  test("what is not below its path stays the program's", async () => {
    const { origin } = await mount(inExpress);
    expect(await (await fetch(origin)).text()).toBe("the program");
  });

  test("behind a body parser, requests with a body say what is wrong, and others go on", async () => {
    const mounted = await mount(({ router }) => express().use(express.json()).use("/callboard", router));
    const refused = await mounted.call("POST", "/api/v1/sites/quay/events", {
      event: "crane.stopped",
      payload: {},
    });
    expect([refused.status, refused.body.code]).toEqual([500, "BODY_ALREADY_READ"]);
    expect((await mounted.call("GET", "/api/v1/sites/quay")).status).toBe(200);
  });

  test("without a base URL there is no router", async () => {
    const host = await open();
    expect(() => host.router).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});

test.each<[HostOptions, string]>([
  [{ profile: "production" }, "profile must be dev or prod"],
  [{ databaseUrl: "mysql://x" }, "databaseUrl must be sqlite:FILE or postgres://…"],
  [{ databaseURL: "x" } as HostOptions, "Did you mean databaseUrl?"],
])("settings %j are refused in the words of the program", async (settings, detail) => {
  await expect(createHost(settings)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(detail),
  });
});
