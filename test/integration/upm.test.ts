import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { createLogger } from "../../src/logger.ts";
import { startTestHost } from "../support/host.ts";
import type { Reply, TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const PLUGINS = "/jira/rest/plugins/1.0/";
const INSTALL = "application/vnd.atl.plugins.remote.install+json";

let host: TestHost;
let addon: SampleAddon;

const lines: string[] = [];
const logged = (event: string) =>
  lines
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter((line) => line["event"] === event);

beforeAll(async () => {
  host = await startTestHost(
    {},
    createLogger("info", (line) => void lines.push(line)),
  );
  addon = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
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
const waitForOutcome = (begun: Reply) =>
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
    const reply = await host.call("GET", PLUGINS, undefined, sent);

    expect(reply.status).toBe(status);
  });

  test("the user name and password of the old local SDK are told what is wanted instead", async () => {
    const reply = await host.call("GET", PLUGINS, undefined, basic("admin"));
    expect([reply.body.code, reply.body.detail]).toEqual([
      "AUTH_INVALID",
      expect.stringContaining("Unknown or revoked API token (used as the password"),
    ]);
  });

  test.each([
    ["a wrong token", PLUGINS, () => basic("wrong"), 401, "AUTH_INVALID", "callboard tokens create"],
    ["no token in the URL", PLUGINS, () => basic(""), 401, "AUTH_MISSING", "http://admin:TOKEN@HOST/SITE"],
    ["no credentials", PLUGINS, () => ({ authorization: "" }), 401, "AUTH_MISSING", "http://admin:TOKEN@"],
    [
      "a wrong site",
      "/jria/rest/plugins/1.0/",
      () => basic(host.token),
      404,
      "SITE_NOT_FOUND",
      "No site jria",
    ],
    ["no site", "/rest/plugins/1.0/", () => basic(host.token), 404, "SITE_NOT_FOUND", "names no site"],
  ])(
    "%s is told what to change, and logged with its code",
    async (_what, path, headers, status, code, words) => {
      const reply = await host.call("GET", path, undefined, headers());

      expect([reply.status, reply.body.code]).toEqual([status, code]);
      expect(reply.body.detail).toContain(words);
      if (status === 404) expect(reply.body.detail).toContain("Sites: jira, confluence, projectrak");
      expect(logged("request.refused")).toContainEqual(
        expect.objectContaining({ level: "info", code, path, method: "GET", address: "127.0.0.1" }),
      );
    },
  );

  test.each(["/jria/rest/plugins/1.0/", "/rest/plugins/1.0/"])(
    "who has no token is not told which sites there are: %s",
    async (path) => {
      for (const headers of [basic("wrong"), { authorization: "" }]) {
        const reply = await host.call("GET", path, undefined, headers);
        expect([reply.status, reply.text.includes("confluence")]).toEqual([401, false]);
      }
    },
  );
});

test("development listings are enabled, or nothing would register", async () => {
  expect((await call("GET", `${PLUGINS}settings`)).body).toEqual({
    settings: [{ key: "connectDeveloperListingsEnabled", value: true }],
  });
});

test.each(["/jira", "/nowhere", ""])("and so they are to every caller, at %j", async (site) => {
  for (const headers of [{ authorization: "" }, basic("wrong"), basic(host.token)]) {
    const reply = await host.call("GET", `${site}/rest/plugins/1.0/settings`, undefined, headers);
    expect([reply.status, reply.body.settings?.[0]?.value]).toEqual([200, true]);
  }
});

test("calls that are refused without end are not logged without end", async () => {
  for (let call = 0; call < 40; call += 1) await host.call("GET", PLUGINS, undefined, basic("wrong"));
  const ours = logged("request.refused").filter(
    ({ code, path }) => code === "AUTH_INVALID" && path === PLUGINS,
  );
  expect(ours).toHaveLength(1);
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
  expect(await waitForOutcome(begun)).toMatchObject({ key: KEY, enabled: true });
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

  expect(await waitForOutcome(begun)).toMatchObject({ key: KEY });
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
  const { status } = await waitForOutcome(await install(addon.descriptorUrl));
  addon.answer("installed", 204);

  expect(status).toMatchObject({ done: true, subCode: "LIFECYCLE_INSTALLED" });
  expect(status.errorMessage).toContain("returned 401 for the installed callback");
  expect(status.errorMessage).toContain("CONNECT_KEYS_CDN_URL");
  expect(status.errorMessage).toContain("no such tenant");
});

test("of a descriptor that is refused every problem is told", async () => {
  addon.describe({
    authentication: { type: "none" },
    apiVersion: "1",
    modules: { webhooks: [{ event: "a", url: "//x" }] },
  });
  const { status } = await waitForOutcome(await install(addon.descriptorUrl));
  addon.describe({ authentication: { type: "none" } });

  expect(status.errorMessage).toMatch(
    /DESCRIPTOR_SCHEMA.*apiVersion[^]*must be relative[^]*\/modules\/webhooks\/0\/url/,
  );
});

describe("a refused install", () => {
  const KEYS = ["site", "code", "url", "error", "actor", "address"];
  const newest = async () =>
    (await call("GET", "/api/v1/audit", undefined, { authorization: `Bearer ${host.token}` })).body.items[0];

  test.each([
    [
      "a host that is not allowed",
      () => "http://files:3000/atlassian-connect.json",
      "HOST_DENIED",
      "AC_LOCAL_BASE_URL=",
    ],
    [
      "an add-on that does not run",
      () => "http://127.0.0.1:4/atlassian-connect.json",
      "DESCRIPTOR_FETCH",
      "",
    ],
    ["no URL at all", () => "not\na url", "URL_CHARS", ""],
    ["a URL with a password", () => "http://me:hidden@localhost/x?key=hidden", "URL_CREDENTIALS", ""],
  ])("%s is in the audit log and in the server log", async (_what, url, code, words) => {
    const { status } = await waitForOutcome(await install(url()));

    expect(status.errorMessage).toContain(words);
    const entry = await newest();
    expect(entry).toMatchObject({ action: "addon.install-refused", object: "jira", actor: "token:first" });
    expect(entry.detail).toMatch(new RegExp(`^${code}\n[^\n]+\n[^\n]+$`));
    const line = logged("addon.install-refused").at(-1);
    expect(line).toMatchObject({ level: "warn", site: "jira", code, actor: "token:first" });
    expect(Object.keys(line ?? {})).toEqual(expect.arrayContaining(KEYS));
    expect(JSON.stringify([entry, line])).not.toContain("hidden");
  });

  test("that the add-on answered 404 to names the key server, and the add-on is known by then", async () => {
    addon.answer("installed", 404);
    const { status } = await waitForOutcome(await install(addon.descriptorUrl));
    addon.answer("installed", 204);

    expect(status.errorMessage).toContain(`CONNECT_KEYS_CDN_URL=${host.url}/keys`);
    expect(await newest()).toMatchObject({
      object: `jira/${KEY}`,
      detail: expect.stringMatching(/^LIFECYCLE_INSTALLED\nhttp.*\n.*404/),
    });
  });

  test("of an API call is there as well, with an inline descriptor too", async () => {
    const bearer = { authorization: `Bearer ${host.token}` };
    await host.call("POST", "/api/v1/sites/jira/addons", { descriptor: { key: "x" } }, bearer);
    expect(await newest()).toMatchObject({
      action: "addon.install-refused",
      detail: expect.stringMatching(/^DESCRIPTOR_\w+\n\(inline descriptor\)\n/),
    });
  });
});

test.each([{}, { pluginUri: 1 }])("a body of %j is refused", async (body) => {
  const reply = await call("POST", `${PLUGINS}?token=${await upmToken()}`, body, { "content-type": INSTALL });

  expect([reply.status, reply.body.code]).toEqual([422, "BODY_SCHEMA"]);
});

test("an unknown install and an unknown add-on are not found", async () => {
  expect((await call("GET", `${PLUGINS}pending/nobody`)).status).toBe(404);
  expect((await call("DELETE", `${PLUGINS}nobody-key`)).body).toMatchObject({ code: "ADDON_NOT_FOUND" });
});

test("a move to another origin names both ways to go on", async () => {
  const prod = await startTestHost({ CALLBOARD_PROFILE: "prod", CALLBOARD_ALLOW_NETWORKS: "loopback" });
  const other = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
  other.describe({ authentication: { type: "none" } });
  try {
    const asked = (method: string, path: string, body?: unknown) =>
      prod.call(method, path, body, { ...basic(prod.token), "content-type": INSTALL });
    await prod.call("POST", "/api/v1/sites", { key: "jira", product: "jira", name: "Jira" });
    const installThere = async (pluginUri: string) => {
      const token = (await asked("GET", PLUGINS)).headers.get("upm-token") ?? "";
      const begun = await asked("POST", `${PLUGINS}?token=${encodeURIComponent(token)}`, { pluginUri });
      return waitFor(async () => {
        const { body } = await asked("GET", begun.body.links.self as string);
        expect(body.key ?? body.status.done).toBeTruthy();
        return body as { key?: string; status: { subCode: string; errorMessage: string } };
      });
    };
    expect((await installThere(addon.descriptorUrl)).key).toBe(KEY);

    const { status } = await installThere(other.descriptorUrl);

    expect(status.subCode).toBe("ADDON_ORIGIN_CHANGED");
    expect(status.errorMessage).toContain(
      `callboard install ${other.descriptorUrl} --site jira --confirm-origin`,
    );
    expect(status.errorMessage).toContain("uninstall the add-on first");
  } finally {
    await other.close();
    await prod.stop();
  }
});
