import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createRegistry } from "../../../../src/host/registry/registry.ts";
import { findInstallation } from "../../../../src/host/store/tables/installations.ts";
import { loadSite } from "../../../../src/host/store/tables/sites.ts";
import { openRegistry, tester } from "../../../support/registry.ts";
import type { TestRegistry } from "../../../support/registry.ts";
import { startSampleAddon } from "../../../support/sample-addon.ts";
import type { SampleAddon } from "../../../support/sample-addon.ts";

const KEY = "org.example.bell";

let host: TestRegistry;
let addon: SampleAddon;

beforeEach(async () => {
  host = await openRegistry();
  addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
});
afterEach(async () => {
  await addon.close();
  await host.close();
});

const install = () =>
  host.registry.install("jira", { kind: "url", url: addon.descriptorUrl }, { by: tester });
const row = async () => {
  const site = await loadSite(host.context.database.read, "jira");
  return findInstallation(host.context.database.read, host.context.seal, site.no, KEY);
};
const calls = () => addon.callbacks.map(({ event, signature }) => `${event} ${signature}`);
const events = () => host.published.map(({ event }) => event);

function forget(): void {
  addon.callbacks.length = 0;
  host.published.length = 0;
}

describe("disable and enable", () => {
  test("call the add-on and publish it", async () => {
    await install();
    forget();

    const disabled = await host.registry.disable("jira", KEY, tester);
    expect(disabled.addon).toMatchObject({ state: "disabled", disabledAt: expect.any(Number) as number });
    expect(calls()).toEqual(["disabled HS256"]);
    expect(events()).toEqual(["remote_plugin_disabled", "connect_addon_disabled"]);
    forget();

    const enabled = await host.registry.enable("jira", KEY, tester);
    expect(enabled.addon).toMatchObject({ state: "enabled", disabledAt: undefined });
    expect(calls()).toEqual(["enabled HS256"]);
    expect(events()).toEqual(["remote_plugin_enabled", "plugin_enabled", "connect_addon_enabled"]);
  });

  test("do nothing when it is so already", async () => {
    await install();
    forget();

    await host.registry.enable("jira", KEY, tester);

    expect([calls(), events()]).toEqual([[], []]);
  });

  test("happen whatever the add-on answers, which is recorded", async () => {
    await install();
    addon.answer("disabled", 500);

    const { addon: after } = await host.registry.disable("jira", KEY, tester);

    expect(after.state).toBe("disabled");
    expect(after.lifecycle[0]).toMatchObject({ event: "disabled", outcome: "refused", status: 500 });
  });

  test("of an unknown add-on are refused", async () => {
    await expect(host.registry.enable("jira", "nobody", tester)).rejects.toMatchObject({
      code: "ADDON_NOT_FOUND",
    });
    await expect(host.registry.disable("jira", "nobody", tester)).rejects.toMatchObject({
      code: "ADDON_NOT_FOUND",
    });
  });
});

describe("uninstall", () => {
  test("calls disabled, then uninstalled signed with the host's key", async () => {
    await install();
    forget();

    await host.registry.uninstall("jira", KEY, tester);

    expect(calls()).toEqual(["disabled HS256", "uninstalled RS256"]);
    expect(events()).toEqual(["remote_plugin_disabled", "connect_addon_disabled"]);
  });

  test("destroys the secret and ends the subscriptions", async () => {
    await install();
    await host.registry.uninstall("jira", KEY, tester);

    expect(await row()).toMatchObject({
      state: "uninstalled",
      sharedSecret: undefined,
      previousSecret: undefined,
    });
    const { read } = host.context.database;
    expect(await read.query("SELECT no FROM callboard_subscription WHERE removed_at IS NULL")).toEqual([]);
    await expect(host.registry.showAddon("jira", KEY)).rejects.toMatchObject({ code: "ADDON_NOT_FOUND" });
    await expect(host.registry.listAddons("jira")).resolves.toEqual([]);
  });

  test("happens although the add-on is gone", async () => {
    await install();
    await addon.close();

    const made = await host.registry.uninstall("jira", KEY, tester);

    expect(made.map(({ outcome }) => outcome)).toEqual(["unreachable", "unreachable"]);
    expect(await row()).toMatchObject({ state: "uninstalled" });
  });

  test("of a disabled add-on does not disable it again", async () => {
    await install();
    await host.registry.disable("jira", KEY, tester);
    forget();

    await host.registry.uninstall("jira", KEY, tester);

    expect(calls()).toEqual(["uninstalled RS256"]);
    expect(events()).toEqual([]);
  });

  test("and installing again gives a new secret and an enabled add-on", async () => {
    await install();
    const first = addon.secret();
    await host.registry.disable("jira", KEY, tester);
    await host.registry.uninstall("jira", KEY, tester);
    forget();

    const { addon: after, plan } = await install();

    expect(plan.kind).toBe("reinstall");
    expect(after).toMatchObject({ state: "enabled", webhooks: [{ event: "jira:issue_created" }] });
    expect(addon.secret()).not.toBe(first);
    expect(calls()).toEqual(["installed RS256", "enabled HS256"]);
    expect(events()).toContain("remote_plugin_installed");
  });
});

describe("legacy signing", () => {
  beforeEach(async () => {
    await host.registry.changeSite("jira", { installSigning: "legacy" }, tester);
  });

  test("sends the first install unsigned and everything later with the secret the add-on knows", async () => {
    await install();
    await install();
    await host.registry.uninstall("jira", KEY, tester);

    expect(calls()).toEqual([
      "installed none",
      "enabled HS256",
      "installed HS256",
      "enabled HS256",
      "disabled HS256",
      "uninstalled HS256",
    ]);
  });

  test("keeps the secret of an uninstalled add-on to sign one re-install, which brings a new one", async () => {
    await install();
    const first = addon.secret();
    await host.registry.uninstall("jira", KEY, tester);
    expect(await row()).toMatchObject({ sharedSecret: undefined, previousSecret: first });
    const site = await loadSite(host.context.database.read, "jira");
    await expect(host.registry.acceptedSecrets(site.no, KEY)).resolves.toEqual([]);
    forget();

    await install();

    expect(calls()).toEqual(["installed HS256", "enabled HS256"]);
    expect(addon.secret()).not.toBe(first);
    expect(await row()).toMatchObject({ previousSecret: undefined });
  });
});

describe("rotating the secret", () => {
  test("tells the add-on, and accepts the old one a while longer", async () => {
    await install();
    const site = await loadSite(host.context.database.read, "jira");
    const old = addon.secret();
    forget();

    await host.registry.rotateSecret("jira", KEY, tester);

    expect(calls()).toEqual(["installed RS256"]);
    expect(addon.secret()).not.toBe(old);
    await expect(host.registry.acceptedSecrets(site.no, KEY)).resolves.toEqual([addon.secret(), old]);
    const later = createRegistry({ ...host.context, now: () => Date.now() + 6 * 60_000 });
    await expect(later.acceptedSecrets(site.no, KEY)).resolves.toEqual([addon.secret()]);
  });

  test("leaves the old one when the add-on refuses", async () => {
    await install();
    const before = await row();
    addon.answer("installed", 500);

    await expect(host.registry.rotateSecret("jira", KEY, tester)).rejects.toMatchObject({
      code: "LIFECYCLE_INSTALLED",
    });

    expect(await row()).toEqual(before);
  });

  test("is refused for an add-on that has none", async () => {
    addon.describe({ authentication: { type: "none" } });
    await install();

    await expect(host.registry.rotateSecret("jira", KEY, tester)).rejects.toMatchObject({
      code: "ADDON_STATE",
    });
  });
});

test("after a rotation of the signing key installs are signed with the new one, and old ones still verify", async () => {
  await install();
  const kid = await host.registry.rotateSigningKey(tester);
  await install();

  expect(calls().filter((call) => call.startsWith("installed"))).toEqual([
    "installed RS256",
    "installed RS256",
  ]);
  await expect(host.findPublicKey(kid)).resolves.toContain("BEGIN PUBLIC KEY");
});

test("an upgrade of the host is told to the sites that know the event, once", async () => {
  await host.registry.announceVersion();
  expect(events()).toEqual([]);

  const upgraded = createRegistry({ ...host.context, version: "1.3.0" });
  await Promise.all([upgraded.announceVersion(), upgraded.announceVersion()]);
  await upgraded.announceVersion();

  expect(host.published.map(({ site, event }) => `${site} ${event}`)).toEqual([
    "jira server_upgraded",
    "jira plugins_upgraded",
    "confluence server_upgraded",
    "confluence plugins_upgraded",
  ]);
  expect(host.published[0]?.payload).toMatchObject({ oldVersion: "1.2.3", newVersion: "1.3.0" });
});

test("an event that cannot be published does not undo an install", async () => {
  const deaf = await openRegistry({ publish: () => Promise.reject(new Error("overloaded")) });
  const other = await startSampleAddon({ findPublicKey: deaf.findPublicKey });

  await expect(
    deaf.registry.install("jira", { kind: "url", url: other.descriptorUrl }, { by: tester }),
  ).resolves.toMatchObject({ addon: { state: "enabled" } });

  await other.close();
  await deaf.close();
});

test("every change is in the audit, with who made it", async () => {
  await install();
  await host.registry.disable("jira", KEY, tester);
  await host.registry.enable("jira", KEY, tester);
  await host.registry.rotateSecret("jira", KEY, tester);
  await host.registry.uninstall("jira", KEY, tester);

  const entries = await host.context.database.read.query<{ action: string; actor: string; object: string }>(
    "SELECT action, actor, object FROM callboard_audit WHERE object LIKE '%/%' ORDER BY id",
  );
  expect(entries.map(({ action }) => action)).toEqual([
    "addon.installed",
    "addon.disabled",
    "addon.enabled",
    "addon.secret-rotated",
    "addon.uninstalled",
  ]);
  expect(new Set(entries.map(({ actor, object }) => `${actor} ${object}`))).toEqual(
    new Set([`token:test jira/${KEY}`]),
  );
});
