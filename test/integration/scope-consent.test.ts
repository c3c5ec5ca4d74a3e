/** Scopes of an own product: an add-on gets those that somebody accepted, at its install and at each upgrade that asks for more. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const HARBOR = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  scopes: {
    "cranes.read": { description: "Read cranes" },
    "cranes.write": { description: "Move <cranes>" },
  },
  events: { "crane.stopped": { description: "A crane has stopped", sample: { crane: 4 } } },
};
const READ = { name: "cranes.read", description: "Read cranes" };
const WRITE = { name: "cranes.write", description: "Move <cranes>" };

let host: TestHost;
let addon: SampleAddon;
let session: PageSession;

beforeAll(async () => {
  host = await startTestHost();
  addon = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
  session = await logIn(host);
  await host.call("PUT", "/api/v1/products/harbor", HARBOR);
  await host.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
});
afterAll(async () => {
  await host.stop();
  await addon.close();
});
beforeEach(() => ask("cranes.read", "cranes.write"));
afterEach(async () => {
  for (const site of ["quay", "jira"]) await host.call("DELETE", `/api/v1/sites/${site}/addons/${KEY}`);
  await host.call("PUT", "/api/v1/products/harbor?force=true", HARBOR);
  addon.callbacks.length = 0;
});

function ask(...scopes: string[]): void {
  addon.describe({
    authentication: { type: "none" },
    scopes,
    modules: { webhooks: [{ event: "crane.stopped", url: "/hook" }] },
  });
}
const install = (more: object = {}, site = "quay") =>
  host.call("POST", `/api/v1/sites/${site}/addons`, { descriptorUrl: addon.descriptorUrl, ...more });
const upgrade = (query = "") => host.call("POST", `/api/v1/sites/quay/addons/${KEY}/upgrade${query}`);
const shown = async () => (await host.call("GET", `/api/v1/sites/quay/addons/${KEY}`)).body;
const grantedNames = async () =>
  ((await shown()).grantedScopes as { readonly name: string }[]).map(({ name }) => name);
const newestAudit = async () => (await host.call("GET", "/api/v1/audit?limit=1")).body.items[0];
const installedCalls = () => addon.callbacks.filter(({ event }) => event === "installed");

describe("the API", () => {
  test.each<[string, object, readonly object[]]>([
    ["without consent", {}, [READ, WRITE]],
    ["with consent to a part", { acceptScopes: ["cranes.write"] }, [READ]],
  ])("refuses an install %s, and tells which scopes are to be accepted", async (_name, consent, scopes) => {
    const { status, body } = await install(consent);
    expect([status, body.code, body.scopes]).toEqual([409, "SCOPES_NOT_ACCEPTED", scopes]);
    expect(installedCalls()).toEqual([]);
    expect((await host.call("GET", `/api/v1/sites/quay/addons/${KEY}`)).status).toBe(404);
    expect(await newestAudit()).toMatchObject({ action: "addon.install-refused" });
  });

  test("records what was granted, when and by whom, and tells the add-on nothing of it", async () => {
    const { status, body } = await install({ acceptScopes: ["cranes.read", "cranes.write", "more"] });
    expect(status).toBe(201);
    expect(body.grantedScopes).toEqual([
      { ...READ, grantedAt: expect.stringMatching(/^20\d\d-/), grantedBy: expect.stringMatching(/^token:/) },
      expect.objectContaining(WRITE),
    ]);
    expect(await newestAudit()).toMatchObject({
      action: "addon.installed",
      object: `quay/${KEY}`,
      detail: `${addon.descriptorUrl}; scopes granted: cranes.read, cranes.write`,
    });
    expect(Object.keys(installedCalls()[0]?.payload ?? {})).not.toContain("scopes");
  });

  test("refuses a scope that the product doesn't list, with its place", async () => {
    ask("cranes.read", "cranes.wrote");
    const { status, body } = await install({ acceptScopes: ["cranes.read"] });
    expect([status, body.code]).toEqual([422, "DESCRIPTOR_SCOPE"]);
    expect(body.errors).toEqual([
      {
        pointer: "/scopes/1",
        detail: 'harbor has no scope "cranes.wrote". Did you mean "cranes.write"?',
        code: "DESCRIPTOR_SCOPE",
      },
    ]);
  });

  test("previews an install without calling the add-on", async () => {
    const { status, body } = await host.call("POST", "/api/v1/sites/quay/addons/preview", {
      descriptorUrl: addon.descriptorUrl,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      key: KEY,
      name: "Bell",
      scopes: { asked: [READ, WRITE], toAccept: [READ, WRITE], dropped: [] },
    });
    expect(addon.callbacks).toEqual([]);
  });

  test("an upgrade needs consent to what it asks for in addition, and drops what it no longer asks for", async () => {
    ask("cranes.read");
    const before = (await install({ acceptScopes: ["cranes.read"] })).body.grantedScopes[0];
    ask("cranes.read", "cranes.write");
    const refused = await upgrade();
    expect([refused.status, refused.body.scopes]).toEqual([409, [WRITE]]);
    expect(await grantedNames()).toEqual(["cranes.read"]);
    const dry = await upgrade("?dryRun=true");
    expect(dry.body.scopes).toMatchObject({ toAccept: [WRITE] });

    const upgraded = await upgrade("?acceptScopes=cranes.write,%20other");
    expect(upgraded.status).toBe(200);
    expect(upgraded.body.grantedScopes).toEqual([before, expect.objectContaining(WRITE)]);

    ask("cranes.write");
    expect((await upgrade()).status).toBe(200);
    expect(await grantedNames()).toEqual(["cranes.write"]);
    expect((await newestAudit()).detail).toContain("scopes dropped: cranes.read");
    // What was dropped is asked for again.
    ask("cranes.read", "cranes.write");
    expect((await upgrade()).body.scopes).toEqual([READ]);
  });

  test("asks again after an uninstall", async () => {
    await install({ acceptScopes: ["cranes.read", "cranes.write"] });
    await host.call("DELETE", `/api/v1/sites/quay/addons/${KEY}`);
    expect((await install()).body.scopes).toEqual([READ, WRITE]);
  });

  test.each(["disable", "enable"])("grants outlive %s", async (verb) => {
    await install({ acceptScopes: ["cranes.read", "cranes.write"] });
    await host.call("POST", `/api/v1/sites/quay/addons/${KEY}/${verb}`);
    expect(await grantedNames()).toEqual(["cranes.read", "cranes.write"]);
  });

  test("on built-in products, scopes are what they were: shown, and not asked for", async () => {
    addon.describe({ authentication: { type: "none" }, scopes: ["READ", "made-up"] });
    const { status, body } = await install({}, "jira");
    expect([status, body.scopes, body.grantedScopes]).toEqual([201, ["READ", "made-up"], []]);
  });
});

describe("UPM, which has no word for consent", () => {
  test("grants what the descriptor asks for, in the name of the token", async () => {
    const basic = {
      authorization: `Basic ${Buffer.from(`admin:${host.token}`).toString("base64")}`,
    };
    const path = "/quay/rest/plugins/1.0/";
    const token = (await host.call("GET", path, undefined, basic)).headers.get("upm-token") ?? "";
    const begun = await host.call(
      "POST",
      `${path}?token=${encodeURIComponent(token)}`,
      { pluginUri: addon.descriptorUrl },
      { ...basic, "content-type": "application/vnd.atl.plugins.remote.install+json" },
    );
    expect(begun.status).toBe(202);
    await waitFor(async () => expect(await grantedNames()).toEqual(["cranes.read", "cranes.write"]));
    expect((await shown()).grantedScopes[0].grantedBy).toMatch(/^token:/);
  });
});

describe("a product that loses a scope", () => {
  const { "cranes.write": _write, ...kept } = HARBOR.scopes;
  const less = { ...HARBOR, scopes: kept };
  const put = (query = "") => host.call("PUT", `/api/v1/products/harbor${query}`, less);

  test("is not changed while an add-on has it, unless that is forced", async () => {
    await install({ acceptScopes: ["cranes.read", "cranes.write"] });
    const refused = await put();
    expect([refused.status, refused.body.code]).toEqual([409, "PRODUCT_BREAKING"]);
    expect(refused.body.receivers).toEqual([
      { site: "quay", addonKey: KEY, webhookId: null, name: "Bell", events: [], scopes: ["cranes.write"] },
    ]);
    expect(refused.body.errors).toEqual([
      { pointer: "/scopes/cranes.write", detail: "The scope cranes.write was removed." },
    ]);
    expect((await put("?force=true")).status).toBe(200);
    expect((await shown()).grantedScopes[1]).toMatchObject({ name: "cranes.write", description: null });
    expect((await upgrade()).body.code).toBe("DESCRIPTOR_SCOPE");
  });

  test("is changed while no add-on has it", async () => {
    ask("cranes.read");
    await install({ acceptScopes: ["cranes.read"] });
    expect((await put()).status).toBe(200);
  });
});

describe("the page", () => {
  const send = async (path: string, fields: Readonly<Record<string, string>>) => {
    const answer = await session.post(path, { csrf: session.csrf, ...fields });
    return { status: answer.status, to: answer.headers.get("location"), page: await answer.text() };
  };
  const hidden = (page: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
  const fields = () => ({ site: "quay", url: addon.descriptorUrl });
  const shownFields = (page: string) => ({
    digest: hidden(page, "digest"),
    digestOf: hidden(page, "digestOf"),
  });

  test("shows the scopes first, and installs when they are allowed", async () => {
    ask("cranes.write");
    const asked = await send("/admin/addons", fields());
    expect(asked.status).toBe(200);
    expect(asked.page).toContain("Install and allow");
    expect(asked.page).toContain("Move &lt;cranes&gt;");
    expect(asked.page).toContain("Nothing was installed yet");
    expect(installedCalls()).toEqual([]);
    const done = await send("/admin/addons", {
      ...fields(),
      ...shownFields(asked.page),
      acceptScopes: "cranes.write",
    });
    expect([done.status, done.to]).toEqual([303, expect.stringContaining(`/admin/addons/quay/${KEY}`)]);
    expect(await grantedNames()).toEqual(["cranes.write"]);
    const page = await (await session.get(`/admin/addons/quay/${KEY}`)).text();
    expect(page).toContain("Granted scopes");
    expect(page).toContain("Move &lt;cranes&gt;");
    expect(page).not.toMatch(/<{7}|>{7}/);
  });

  test("asks again when the descriptor asks for more than was shown", async () => {
    ask("cranes.read");
    const asked = await send("/admin/addons", fields());
    ask("cranes.read", "cranes.write");
    const again = await send("/admin/addons", {
      ...fields(),
      ...shownFields(asked.page),
      acceptScopes: "cranes.read",
    });
    expect(again.status).toBe(422);
    expect(again.page).toContain("Move &lt;cranes&gt;");
    expect(installedCalls()).toEqual([]);
  });

  test("doesn't take consent that was given for another site", async () => {
    ask("cranes.read");
    const asked = await send("/admin/addons", fields());
    const other = shownFields(asked.page);
    const refused = await send("/admin/addons", {
      ...fields(),
      digest: other.digest,
      digestOf: other.digestOf.replace("quay", "jira"),
      acceptScopes: "cranes.read",
    });
    expect([refused.status, installedCalls()]).toEqual([200, []]);
  });

  test("of an upgrade lists what it asks for in addition", async () => {
    ask("cranes.read");
    await install({ acceptScopes: ["cranes.read"] });
    ask("cranes.read", "cranes.write");
    const path = `/admin/addons/quay/${KEY}/upgrade`;
    const page = await (await session.get(path)).text();
    expect(page).toContain("asks for 1 scope");
    expect(page).toContain("and allow");
    const { digest } = shownFields(page);
    expect((await send(path, { digest })).status).toBe(422);
    expect((await send(path, { digest, acceptScopes: "cranes.write" })).status).toBe(303);
    expect(await grantedNames()).toEqual(["cranes.read", "cranes.write"]);
  });
});

test("a page asks for a move to another origin and for scopes at once", async () => {
  const prod = await startTestHost({ CALLBOARD_PROFILE: "prod", CALLBOARD_ALLOW_NETWORKS: "loopback" });
  const other = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
  try {
    await prod.call("PUT", "/api/v1/products/harbor", HARBOR);
    await prod.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
    ask();
    const body = { descriptorUrl: addon.descriptorUrl };
    expect((await prod.call("POST", "/api/v1/sites/quay/addons", body)).status).toBe(201);
    other.describe({ authentication: { type: "none" }, scopes: ["cranes.read"], modules: {} });
    const { csrf, post } = await logIn(prod);
    const fields = { csrf, site: "quay", url: other.descriptorUrl };
    const page = await (await post("/admin/addons", fields)).text();
    const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
    expect(page).toContain('name="confirmOrigin"');
    const consent = { digest: hidden("digest"), digestOf: hidden("digestOf"), acceptScopes: "cranes.read" };
    expect((await post("/admin/addons", { ...fields, ...consent, confirmOrigin: "on" })).status).toBe(303);
  } finally {
    await other.close();
    await prod.stop();
  }
});

describe("the command line", () => {
  const callboard = (args: readonly string[], typed?: string) => runCommand(host, args, typed);
  const installed = (...more: string[]) => ["install", addon.descriptorUrl, "--site", "quay", ...more];

  test.each<[string, readonly string[], string | undefined, number, string]>([
    ["asks on a terminal", [], "y", 0, "Continue? [y/N]"],
    ["takes no for no", [], "n", 1, "Nothing was done"],
    ["needs an option elsewhere", [], undefined, 2, "--accept-scopes cranes.read,cranes.write or --yes"],
    ["allows all with --yes", ["--yes"], undefined, 0, "Bell asks for 2 scopes on quay"],
    ["allows the named ones", ["--accept-scopes", "cranes.read, cranes.write"], undefined, 0, ""],
    ["refuses others", ["--accept-scopes", "cranes.read"], undefined, 1, "SCOPES_NOT_ACCEPTED"],
  ])("%s", async (_name, more, typed, code, note) => {
    const ended = await callboard(installed(...more), typed);
    expect(ended).toMatchObject({ code, notes: expect.stringContaining(note) as string });
    expect(installedCalls()).toHaveLength(code === 0 ? 1 : 0);
    if (code === 0) expect(ended.out).toContain("scopes: cranes.read, cranes.write");
  });

  test("an upgrade that asks for nothing more needs no consent", async () => {
    await callboard(installed("--yes"));
    expect((await callboard(installed())).code).toBe(0);
  });
});
