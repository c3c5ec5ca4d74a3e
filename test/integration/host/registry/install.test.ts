import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  findInstallation,
  findPendingInstall,
  savePendingInstall,
} from "../../../../src/host/store/tables/installations.ts";
import { planInstall } from "../../../../src/host/registry/install.ts";
import { createRegistry } from "../../../../src/host/registry/registry.ts";
import { findSite, loadSite } from "../../../../src/host/store/tables/sites.ts";
import { openRegistry, tester } from "../../../support/registry.ts";
import type { TestRegistry } from "../../../support/registry.ts";
import { startSampleAddon } from "../../../support/sample-addon.ts";
import type { SampleAddon } from "../../../support/sample-addon.ts";
import { getProduct } from "../../../support/products.ts";

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

const source = () => ({ kind: "url", url: addon.descriptorUrl }) as const;
const install = (options: { confirmOrigin?: boolean } = {}) =>
  host.registry.install("jira", source(), { by: tester, ...options });
const row = async () => {
  const site = await loadSite(host.context.database.read, "jira");
  return findInstallation(host.context.database.read, host.context.seal, site.no, KEY);
};
/** Everything the registry keeps, to see that nothing was changed. */
const dump = async () => {
  const { read } = host.context.database;
  const tables = ["site", "installation", "pending_install", "subscription", "endpoint"];
  return Promise.all(tables.map((table) => read.query(`SELECT * FROM callboard_${table}`)));
};

describe("a first install", () => {
  test("calls installed signed with the host's key, then enabled signed with the new secret", async () => {
    await install();

    expect(addon.callbacks.map(({ event, path, signature }) => [event, path, signature])).toEqual([
      ["installed", "/ctx/installed", "RS256"],
      ["enabled", "/ctx/enabled", "HS256"],
    ]);
    const site = await loadSite(host.context.database.read, "jira");
    expect(addon.callbacks[0]?.claims).toMatchObject({ iss: site.clientKey, aud: [addon.baseUrl] });
  });

  test("tells the add-on its secret and the site, and never tells the secret again", async () => {
    await install();
    const site = await loadSite(host.context.database.read, "jira");
    const [installed, enabled] = addon.callbacks;

    expect(installed?.payload).toEqual({
      key: KEY,
      clientKey: site.clientKey,
      sharedSecret: (await row())?.sharedSecret,
      baseUrl: "http://127.0.0.1:2990/jira",
      productType: "jira",
      description: "jira",
      serverVersion: "1.2.3",
      pluginsVersion: "1.2.3",
      eventType: "installed",
    });
    expect(installed?.payload["sharedSecret"]).toMatch(/^[\w-]{64}$/);
    expect(enabled?.payload).not.toHaveProperty("sharedSecret");
  });

  test("subscribes to the webhooks and answers with the add-on as it is", async () => {
    const { addon: installed, plan, calls } = await install();

    expect(plan.kind).toBe("install");
    expect(calls.map(({ event, outcome, status }) => [event, outcome, status])).toEqual([
      ["installed", "accepted", 204],
      ["enabled", "accepted", 204],
    ]);
    expect(installed).toMatchObject({
      key: KEY,
      state: "enabled",
      descriptorUrl: addon.descriptorUrl,
      webhooks: [
        {
          event: "jira:issue_created",
          url: "/hooks/created",
          resolvedUrl: `${addon.baseUrl}/hooks/created`,
          active: true,
        },
      ],
    });
    expect(JSON.stringify(installed)).not.toContain(addon.secret());
  });

  test("publishes what happened, without the secret", async () => {
    await install();

    expect(host.published.map(({ event, aboutAddonKey }) => [event, aboutAddonKey])).toEqual([
      ["remote_plugin_installed", KEY],
      ["remote_plugin_enabled", KEY],
      ["plugin_enabled", KEY],
      ["connect_addon_enabled", KEY],
    ]);
    expect(host.published.at(-1)?.payload).toMatchObject({
      key: KEY,
      eventType: "enabled",
      productType: "jira",
    });
    expect(JSON.stringify(host.published)).not.toContain(addon.secret());
  });

  test("raises the version of the site, so that every process loads it anew", async () => {
    const before = await loadSite(host.context.database.read, "jira");
    await install();

    expect((await loadSite(host.context.database.read, "jira")).version).toBeGreaterThan(before.version);
  });

  test("accepts the pending secret while the callback is under way", async () => {
    let accepted: readonly string[] = [];
    const site = await loadSite(host.context.database.read, "jira");
    addon.before("installed", async () => {
      accepted = await host.registry.acceptedSecrets(site.no, KEY);
    });

    await install();

    expect(accepted).toEqual([addon.secret()]);
    await expect(host.registry.acceptedSecrets(site.no, KEY)).resolves.toEqual([addon.secret()]);
  });

  test("of an add-on without authentication is unsigned and brings no secret", async () => {
    addon.describe({ authentication: { type: "none" } });
    await install();

    expect(addon.callbacks.map(({ signature, payload }) => [signature, payload["sharedSecret"]])).toEqual([
      ["none", undefined],
      ["none", undefined],
    ]);
    expect((await row())?.sharedSecret).toBeUndefined();
  });

  test("of an add-on without authentication and lifecycle urls calls nothing", async () => {
    addon.describe({ authentication: { type: "none" }, lifecycle: {} });
    const { calls, warnings } = await install();

    expect(calls).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("names the baseUrl as the descriptor has it as the audience, also when it ends in a slash", async () => {
    addon.describe({ baseUrl: `${addon.baseUrl}/` });
    await install();
    await host.registry.uninstall("jira", KEY, tester);

    const signed = addon.callbacks.filter(({ signature }) => signature === "RS256");
    expect(signed.map(({ event, path, claims }) => [event, path, claims?.["aud"]])).toEqual([
      ["installed", "/ctx/installed", [`${addon.baseUrl}/`]],
      ["uninstalled", "/ctx/uninstalled", [`${addon.baseUrl}/`]],
    ]);
  });

  test("of an add-on for another product says so", async () => {
    const { warnings } = await host.registry.install("confluence", source(), { by: tester });
    expect(warnings.map(({ code }) => code)).toContain("PRODUCT_WITHOUT_EVENTS");
  });

  test.each(["backlog", "tracker"])(
    "on a site of %s, which has no add-ons, is refused before anything is fetched",
    async (product) => {
      const nowhere = { kind: "url", url: "https://nowhere.invalid/atlassian-connect.json" } as const;
      const refused = { code: "PRODUCT_WITHOUT_ADDONS", message: expect.stringContaining(product) };

      await expect(host.registry.install(product, nowhere, { by: tester })).rejects.toMatchObject(refused);
      await expect(host.registry.preview(product, nowhere)).rejects.toMatchObject(refused);
      await expect(host.registry.readDescriptor(nowhere, getProduct(product))).rejects.toMatchObject(refused);
    },
  );

  test("from a posted descriptor has no URL to upgrade from", async () => {
    const value = {
      key: KEY,
      baseUrl: addon.baseUrl,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed" },
    };
    await host.registry.install("jira", { kind: "value", value }, { by: tester });

    await expect(host.registry.upgrade("jira", KEY, { by: tester })).rejects.toMatchObject({
      code: "ADDON_STATE",
    });
  });

  test("on an unknown site is refused before anything is fetched", async () => {
    await expect(host.registry.install("nowhere", source(), { by: tester })).rejects.toMatchObject({
      code: "SITE_NOT_FOUND",
    });
  });
});

describe("an add-on that does not accept installed", () => {
  test.each([
    [200, true],
    [201, true],
    [204, true],
    [202, false],
    [302, false],
    [400, false],
    [401, false],
    [404, false],
    [500, false],
  ])("%i: installed is %s", async (status, accepted) => {
    addon.answer("installed", status);
    const outcome = await install().then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: "LIFECYCLE_INSTALLED", extra: { callback: { status } } });
        return false;
      },
    );

    expect(outcome).toBe(accepted);
  });

  test("leaves nothing behind but the try in the history", async () => {
    const before = await dump();
    addon.answer("installed", 500);

    await expect(install()).rejects.toMatchObject({ code: "LIFECYCLE_INSTALLED" });

    expect(await dump()).toEqual(before);
    expect(host.published).toEqual([]);
    const calls = await host.context.database.read.query(
      "SELECT event, outcome, status FROM callboard_lifecycle_call",
    );
    expect(calls).toEqual([{ event: "installed", outcome: "refused", status: 500 }]);
  });

  test("is shown with its answer, out of which the secret is taken", async () => {
    addon.answer("installed", 500, (payload) => `cannot store ${payload}`);
    const error = await install().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      extra: { callback: { answer: expect.stringContaining('"sharedSecret":"[secret]"') as string } },
    });
    expect(JSON.stringify(error)).not.toContain(addon.callbacks[0]?.payload["sharedSecret"]);
  });

  test("because it is not there is told as unreachable", async () => {
    const value = {
      key: KEY,
      baseUrl: addon.baseUrl,
      authentication: { type: "jwt" },
      lifecycle: { installed: "/i" },
    };
    await addon.close();

    await expect(
      host.registry.install("jira", { kind: "value", value }, { by: tester }),
    ).rejects.toMatchObject({
      code: "LIFECYCLE_INSTALLED",
      extra: { callback: { outcome: "unreachable" } },
    });
  });

  test("keeps what it had before when it was an upgrade", async () => {
    await install();
    const before = await dump();
    addon.describe({ name: "Gong", modules: { webhooks: [] } });
    addon.answer("installed", 401);

    await expect(install()).rejects.toMatchObject({ code: "LIFECYCLE_INSTALLED" });

    expect(await dump()).toEqual(before);
  });
});

describe("an upgrade", () => {
  test("of an unchanged descriptor calls installed again with the same secret", async () => {
    await install();
    const secret = addon.secret();
    const { plan } = await install();

    expect(plan).toMatchObject({ kind: "upgrade", diff: { added: [], removed: [], changed: [] } });
    expect(addon.callbacks.map(({ event, signature }) => [event, signature]).slice(2)).toEqual([
      ["installed", "RS256"],
      ["enabled", "HS256"],
    ]);
    expect(addon.secret()).toBe(secret);
  });

  test("changes the subscriptions by a diff and keeps the numbers of what stays", async () => {
    addon.describe({
      modules: {
        webhooks: [
          { event: "jira:issue_created", url: "/a" },
          { event: "jira:issue_updated", url: "/b" },
          { event: "jira:issue_deleted", url: "/c" },
        ],
      },
    });
    const { addon: before } = await install();
    addon.describe({
      modules: {
        webhooks: [
          { event: "jira:issue_updated", url: "/b2" },
          { event: "jira:issue_created", url: "/a" },
          { event: "comment_created", url: "/d" },
        ],
      },
    });

    const { addon: after, plan } = await host.registry.upgrade("jira", KEY, { by: tester });

    expect(plan.diff.added.map(({ event }) => event)).toEqual(["comment_created"]);
    expect(plan.diff.removed.map(({ event }) => event)).toEqual(["jira:issue_deleted"]);
    const numbers = (webhooks: typeof before.webhooks) =>
      Object.fromEntries(webhooks.map(({ event, no }) => [event, no]));
    expect(numbers(after.webhooks)).toMatchObject({
      "jira:issue_created": numbers(before.webhooks)["jira:issue_created"],
      "jira:issue_updated": numbers(before.webhooks)["jira:issue_updated"],
    });
    expect(after.webhooks.map(({ url, resolvedUrl }) => [url, resolvedUrl])).toEqual([
      ["/b2", `${addon.baseUrl}/b2`],
      ["/a", `${addon.baseUrl}/a`],
      ["/d", `${addon.baseUrl}/d`],
    ]);
  });

  test("can be looked at without doing it", async () => {
    await install();
    const before = await dump();
    addon.describe({ modules: { webhooks: [{ event: "jira:issue_updated", url: "/u" }] } });

    const { plan } = await host.registry.previewUpgrade("jira", KEY);

    expect(plan.kind).toBe("upgrade");
    expect([plan.diff.added.length, plan.diff.removed.length]).toEqual([1, 1]);
    expect(await dump()).toEqual(before);
    expect(addon.callbacks).toHaveLength(2);
  });

  test("of a disabled add-on leaves it disabled and does not call enabled", async () => {
    await install();
    await host.registry.disable("jira", KEY, tester);
    addon.callbacks.length = 0;

    const { addon: after } = await install();

    expect(after.state).toBe("disabled");
    expect(addon.callbacks.map(({ event }) => event)).toEqual(["installed"]);
  });

  test("switches a subscription that was gone on again", async () => {
    const { addon: before } = await install();
    await host.context.database.write((tx) =>
      tx.query("UPDATE callboard_subscription SET active = 0, inactive_because = 'it answered 410'"),
    );

    const { addon: after } = await install();

    expect(after.webhooks).toMatchObject([
      { no: before.webhooks[0]?.no, active: true, inactiveBecause: undefined },
    ]);
  });

  test("whose URL serves another add-on by now is refused", async () => {
    await install();
    addon.describe({ key: "org.example.gong" });

    await expect(host.registry.upgrade("jira", KEY, { by: tester })).rejects.toMatchObject({
      code: "ADDON_STATE",
    });
  });
});

describe("an upgrade to another origin", () => {
  let other: SampleAddon;
  beforeEach(async () => {
    await addon.close();
    await host.close();
    host = await openRegistry({ profile: "prod" });
    addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
    await install();
    other = await startSampleAddon({ findPublicKey: host.findPublicKey });
  });
  afterEach(() => other.close());

  const move = (confirmOrigin: boolean) =>
    host.registry.install("jira", { kind: "url", url: other.descriptorUrl }, { by: tester, confirmOrigin });

  test("needs a confirmation, and nothing is sent without it", async () => {
    await expect(move(false)).rejects.toMatchObject({
      code: "ADDON_ORIGIN_CHANGED",
      extra: { from: new URL(addon.baseUrl).origin, to: new URL(other.baseUrl).origin },
    });
    expect(other.callbacks).toEqual([]);
    await expect(
      host.registry.preview("jira", { kind: "url", url: other.descriptorUrl }),
    ).resolves.toMatchObject({
      plan: { originChange: { to: new URL(other.baseUrl).origin } },
    });
  });

  test("brings a new secret when it is confirmed", async () => {
    await move(true);

    expect(other.secret()).toMatch(/^[\w-]{64}$/);
    expect(other.secret()).not.toBe(addon.secret());
  });

  test("is let pass between loopback origins where they are trusted", async () => {
    const relaxed = createRegistry({ ...host.context, profile: "dev" });
    const moved = { kind: "url", url: other.descriptorUrl } as const;

    const { plan } = await relaxed.install("jira", moved, { by: tester });

    expect(plan.originChange).toBeUndefined();
  });
});

describe("an add-on that other names of this machine lead to", () => {
  test("moves between them as between loopback origins", async () => {
    await addon.close();
    await host.close();
    host = await openRegistry({ isThisMachine: (name) => name === "vm" });
    addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
    await install();
    const { descriptor } = await host.context.readDescriptor(source(), getProduct("jira"));
    const site = await loadSite(host.context.database.read, "jira");
    const planFor = async (baseUrl: string) => {
      const read = { descriptor: { ...descriptor, baseUrl }, digest: "", webhooks: [], warnings: [] };
      return (await planInstall(site, read, host.context)).originChange;
    };

    expect(await planFor("http://vm:3000")).toBeUndefined();
    expect(await planFor("http://files:3000")).toMatchObject({ to: "http://files:3000" });
  });
});

describe("an interrupted install", () => {
  const leaveBehind = async (startedAt: number) => {
    const site = await loadSite(host.context.database.read, "jira");
    const { descriptor } = await host.context.readDescriptor(source(), getProduct("jira"));
    await host.context.database.write((tx) =>
      savePendingInstall(tx, host.context.seal, {
        siteNo: site.no,
        addonKey: KEY,
        descriptor,
        baseUrl: descriptor.baseUrl,
        sharedSecret: "left-behind",
        startedAt,
      }),
    );
    return site;
  };

  test("is dropped by the next start, and recorded as interrupted", async () => {
    const site = await leaveBehind(Date.now() - 1000);

    await host.registry.recover();

    const { read } = host.context.database;
    expect(await findPendingInstall(read, host.context.seal, site.no, KEY)).toBeUndefined();
    expect(await read.query("SELECT event, outcome FROM callboard_lifecycle_call")).toEqual([
      { event: "installed", outcome: "interrupted" },
    ]);
    await expect(host.registry.acceptedSecrets(site.no, KEY)).resolves.toEqual([]);
  });

  test("of another process is waited for, but not for ever", async () => {
    await leaveBehind(Date.now() - 1000);
    await expect(install()).rejects.toMatchObject({ code: "ADDON_STATE", retryAfterSeconds: 60 });

    await leaveBehind(Date.now() - 61_000);
    await expect(install()).resolves.toMatchObject({ plan: { kind: "install" } });
  });
});

test("two installs of one add-on at once happen one after the other", async () => {
  const kinds = (await Promise.all([install(), install(), install()])).map(({ plan }) => plan.kind);

  expect(kinds).toEqual(["install", "upgrade", "upgrade"]);
  expect(addon.callbacks.map(({ event }) => event)).toEqual([
    "installed",
    "enabled",
    "installed",
    "enabled",
    "installed",
    "enabled",
  ]);
});

test("an add-on is installed on each site by itself", async () => {
  await install();
  await host.registry.install("confluence", source(), { by: tester });

  const [first, , second] = addon.callbacks;
  expect(first?.payload["clientKey"]).not.toBe(second?.payload["clientKey"]);
  expect(first?.payload["sharedSecret"]).not.toBe(second?.payload["sharedSecret"]);
  expect(await findSite(host.context.database.read, "confluence")).toBeDefined();
});
