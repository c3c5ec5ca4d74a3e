import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const PLUGINS = "/jira/rest/plugins/1.0/";
const INSTALL = "application/vnd.atl.plugins.remote.install+json";

let host: TestHost;
let addon: SampleAddon;

beforeAll(async () => {
  host = await startTestHost();
  addon = await startSampleAddon({ publicKeyOf: () => Promise.resolve(undefined) });
  // Without authentication: what is signed how is told elsewhere.
  addon.describe({ authentication: { type: "none" } });
});
afterAll(async () => {
  await addon.close();
  await host.stop();
});

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`,
});
const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  host.call(method, path, body, { ...basic(host.token), ...headers });
const upmToken = async () => encodeURIComponent((await call("GET", PLUGINS)).headers.get("upm-token") ?? "");
const install = async (pluginUri: string, contentType = INSTALL) =>
  call("POST", `${PLUGINS}?token=${await upmToken()}`, { pluginUri }, { "content-type": contentType });
const outcomeOf = (begun: Reply) =>
  waitFor(async () => {
    const { body } = await call("GET", begun.body.links.self as string);
    expect(body.key ?? body.status.done).toBeTruthy();
    return body as Record<string, never> & { status: { errorMessage: string } };
  });

describe("who is let in", () => {
  test.each([
    ["nobody", { authorization: "" }, 401],
    ["a wrong password", basic("admin"), 401],
    ["the token as password", () => basic(host.token), 200],
    ["the token as bearer", () => ({ authorization: `Bearer ${host.token}` }), 200],
  ])("%s", async (_who, headers, status) => {
    const sent = typeof headers === "function" ? headers() : headers;
    const reply = await host.call("GET", `${PLUGINS}settings`, undefined, sent);

    expect(reply.status).toBe(status);
  });

  test("the user name and password of the old local SDK are told what is wanted instead", async () => {
    const reply = await host.call("GET", PLUGINS, undefined, basic("admin"));
    expect([reply.body.code, reply.body.detail]).toEqual([
      "AUTH_INVALID",
      expect.stringContaining("The password is no API token of this server"),
    ]);
  });
});

test("development listings are enabled, or nothing would register", async () => {
  expect((await call("GET", `${PLUGINS}settings`)).body).toEqual({
    settings: [{ key: "connectDeveloperListingsEnabled", value: true }],
  });
});

test("an unknown site has no plugins", async () => {
  expect((await call("GET", "/nowhere/rest/plugins/1.0/")).body).toMatchObject({ code: "SITE_NOT_FOUND" });
});

test("an install is accepted, polled, listed and removed", async () => {
  const begun = await install(addon.descriptorUrl);

  expect(begun.status).toBe(202);
  expect(begun.body).toMatchObject({
    pingAfter: 100,
    links: { self: expect.stringContaining("/rest/plugins/1.0/pending/") },
  });
  expect(await outcomeOf(begun)).toMatchObject({ key: KEY, enabled: true });
  expect((await call("GET", PLUGINS)).body.plugins).toMatchObject([
    { key: KEY, name: "Bell", enabled: true },
  ]);
  expect((await call("GET", `${PLUGINS}${KEY}-key`)).body).toMatchObject({ key: KEY });

  expect((await call("DELETE", `${PLUGINS}${KEY}-key`)).status).toBe(204);
  expect((await call("GET", PLUGINS)).body.plugins).toEqual([]);
  expect(addon.callbacks.map(({ event }) => event)).toEqual([
    "installed",
    "enabled",
    "disabled",
    "uninstalled",
  ]);
});

test("the other content type of install scripts is accepted as well", async () => {
  const begun = await install(addon.descriptorUrl, "application/vnd.atl.plugins.install.uri+json");

  expect(await outcomeOf(begun)).toMatchObject({ key: KEY });
});

test("HEAD brings the token", async () => {
  const reply = await fetch(host.url + PLUGINS, { method: "HEAD", headers: basic(host.token) });

  expect(reply.status).toBe(200);
  expect(reply.headers.get("upm-token")).toMatch(/^[\w-]{43}$/);
});

test("an install without the token is refused, with one of another site too", async () => {
  const other = (await call("GET", "/confluence/rest/plugins/1.0/")).headers.get("upm-token") ?? "";
  for (const path of [PLUGINS, `${PLUGINS}?token=x`, `${PLUGINS}?token=${other}`]) {
    const reply = await call("POST", path, { pluginUri: addon.descriptorUrl }, { "content-type": INSTALL });
    expect([reply.status, reply.body.code]).toEqual([403, "CSRF"]);
  }
});

test("an install that fails ends with a message that says everything", async () => {
  addon.answer("installed", 401, () => "no such tenant");
  const { status } = await outcomeOf(await install(addon.descriptorUrl));
  addon.answer("installed", 204);

  expect(status).toMatchObject({ done: true, subCode: "LIFECYCLE_INSTALLED" });
  expect(status.errorMessage).toContain("answered 401 to installed");
  expect(status.errorMessage).toContain("CONNECT_KEYS_CDN_URL");
  expect(status.errorMessage).toContain("no such tenant");
});

test("of a descriptor that is refused every problem is told", async () => {
  addon.describe({
    authentication: { type: "none" },
    apiVersion: "1",
    modules: { webhooks: [{ event: "a", url: "//x" }] },
  });
  const { status } = await outcomeOf(await install(addon.descriptorUrl));
  addon.describe({ authentication: { type: "none" } });

  expect(status.errorMessage).toMatch(
    /DESCRIPTOR_SCHEMA.*apiVersion[^]*must be relative[^]*\/modules\/webhooks\/0\/url/,
  );
});

test.each([{}, { pluginUri: 1 }])("a body of %j is refused", async (body) => {
  const reply = await call("POST", `${PLUGINS}?token=${await upmToken()}`, body, { "content-type": INSTALL });

  expect([reply.status, reply.body.code]).toEqual([422, "BODY_SCHEMA"]);
});

test("an unknown install and an unknown add-on are not found", async () => {
  expect((await call("GET", `${PLUGINS}pending/nobody`)).status).toBe(404);
  expect((await call("DELETE", `${PLUGINS}nobody-key`)).body).toMatchObject({ code: "ADDON_NOT_FOUND" });
});
