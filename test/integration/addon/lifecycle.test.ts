import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAddon } from "../../../src/addon/index.ts";
import { BASE_URL } from "../../fixtures/token-cases.ts";
import { DESCRIPTOR, startAddon } from "../../support/addon-under-test.ts";
import type { AddonUnderTest } from "../../support/addon-under-test.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";
import { lifecyclePost, post, webhookPost } from "../../support/site-under-test.ts";
import type { Site } from "../../support/site-under-test.ts";

let keys: HostKeys;
let under: AddonUnderTest;
let site: Site;

beforeAll(async () => {
  keys = await startHostKeys();
});
afterAll(() => keys.close());
beforeEach(async () => {
  under = await startAddon({ keyServer: `${keys.url}/keys` });
  site = {
    clientKey: "site-1",
    sharedSecret: "the first secret",
    port: under.port,
    privateKey: keys.goodKey,
  };
});
afterEach(() => under.close());

const postForStatus = async (signed: ReturnType<typeof lifecyclePost>, from: Site = site) =>
  (await post(from, signed)).status;
const lastRefusal = () => {
  const report = under.reports.at(-1);
  return report?.kind === "refused" ? report.refusal.code : report?.kind;
};
const tenant = () => under.addon.tenants.find("site-1");

describe("a tenant", () => {
  test("comes with installed and loses its secret with uninstalled", async () => {
    expect(await postForStatus(lifecyclePost(site, "installed"))).toBe(204);
    expect(await tenant()).toMatchObject({ state: "installed", sharedSecret: "the first secret" });
    expect(await postForStatus(lifecyclePost(site, "enabled"))).toBe(204);
    expect(await tenant()).toMatchObject({ state: "enabled" });
    expect(await postForStatus(lifecyclePost(site, "disabled"))).toBe(204);
    expect(await tenant()).toMatchObject({ state: "disabled" });
    expect(await postForStatus(lifecyclePost(site, "uninstalled"))).toBe(204);
    expect(await tenant()).toMatchObject({ state: "uninstalled" });
    expect(JSON.stringify(await tenant())).not.toContain("secret");
  });

  test("that moves to another baseUrl is followed there", async () => {
    await post(site, lifecyclePost(site, "installed"));
    const moved = lifecyclePost(site, "installed", { body: { baseUrl: "https://renamed.example" } });
    expect(await postForStatus(moved)).toBe(204);
    expect(await tenant()).toMatchObject({ baseUrl: "https://renamed.example", clientKey: "site-1" });
  });

  test("keeps its state over an upgrade", async () => {
    await post(site, lifecyclePost(site, "installed"));
    await post(site, lifecyclePost(site, "disabled"));
    await post(site, lifecyclePost(site, "installed"));
    expect(await tenant()).toMatchObject({ state: "disabled" });
  });

  test("that nobody knows may be uninstalled", async () => {
    expect(await postForStatus(lifecyclePost(site, "uninstalled"))).toBe(204);
    expect(await under.addon.tenants.list()).toEqual([]);
  });

  test("is told to the handlers without its secret", async () => {
    const told: string[] = [];
    under.addon.onLifecycle("installed", (call) => void told.push(JSON.stringify(call)));
    await post(site, lifecyclePost(site, "installed"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("https://one.host.example");
    expect(told[0]).not.toContain("the first secret");
  });

  test("is as it was when a handler fails", async () => {
    await post(site, lifecyclePost(site, "installed"));
    under.addon.onLifecycle("installed", () => {
      throw new Error("no room for /etc/secret");
    });
    const rotated = { ...site, sharedSecret: "the second secret" };
    const answer = await post(site, lifecyclePost(rotated, "installed"));
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("no room");
    expect(await tenant()).toMatchObject({ sharedSecret: "the first secret" });
  });

  test("is not installed when a handler fails at the first install, and may be installed again", async () => {
    let failures = 1;
    under.addon.onLifecycle("installed", () => {
      if (failures-- > 0) throw new Error("not yet");
    });
    const failed = lifecyclePost(site, "installed");
    expect(await postForStatus(failed)).toBe(500);
    expect(JSON.stringify(await under.addon.tenants.list())).not.toContain("the first secret");
    expect(await postForStatus(webhookPost(site, "/webhooks/issue-created", "{}"))).toBe(401);
    expect(await postForStatus(failed)).toBe(401);
    expect(lastRefusal()).toBe("JWT_REPLAY");
    expect(await postForStatus(lifecyclePost(site, "installed"))).toBe(204);
    expect(await tenant()).toMatchObject({ state: "installed", sharedSecret: "the first secret" });
  });
});

describe("after a rotation", () => {
  test("webhooks signed with the previous secret are still good, callbacks are not", async () => {
    await post(site, lifecyclePost(site, "installed"));
    await post(site, lifecyclePost({ ...site, sharedSecret: "the second secret" }, "installed"));
    expect(await postForStatus(webhookPost(site, "/webhooks/issue-created", "{}"))).toBe(204);
    expect(await postForStatus(lifecyclePost(site, "disabled"))).toBe(401);
    expect(lastRefusal()).toBe("JWT_SIGNATURE");
  });

  test("the previous secret ends after ten minutes", async () => {
    let at = Date.now();
    const later = await startAddon({ keyServer: `${keys.url}/keys`, now: () => at });
    const old = { ...site, port: later.port };
    await post(old, lifecyclePost(old, "installed"));
    await post(old, lifecyclePost({ ...old, sharedSecret: "the second secret" }, "installed"));
    at += 10 * 60_000;
    const late = webhookPost(old, "/webhooks/issue-created", "{}", { ageSeconds: -600 });
    const answer = await post(old, late);
    await later.close();
    expect(answer.status).toBe(401);
    expect(later.reports.at(-1)).toMatchObject({ refusal: { code: "JWT_SIGNATURE" } });
  });
});

describe("a replayed callback is refused", () => {
  test("once a newer installed was accepted", async () => {
    const first = lifecyclePost(site, "installed", { ageSeconds: 2 });
    await post(site, first);
    await post(site, lifecyclePost({ ...site, sharedSecret: "the second secret" }, "installed"));
    expect(await postForStatus(first)).toBe(401);
    expect(lastRefusal()).toBe("JWT_REPLAY");
    expect(await tenant()).toMatchObject({ sharedSecret: "the second secret" });
  });

  test("after the uninstall, also within the same second", async () => {
    const installed = lifecyclePost(site, "installed");
    await post(site, installed);
    await post(site, lifecyclePost(site, "uninstalled"));
    expect(await postForStatus(installed)).toBe(401);
    expect(lastRefusal()).toBe("JWT_REPLAY");
    expect(await tenant()).toMatchObject({ state: "uninstalled" });
  });

  test("but a new install within the same second is not a replay", async () => {
    await post(site, lifecyclePost(site, "installed"));
    await post(site, lifecyclePost(site, "uninstalled"));
    const again = lifecyclePost({ ...site, sharedSecret: "the second secret" }, "installed", {
      ageSeconds: -1,
    });
    expect(await postForStatus(again)).toBe(204);
    expect(await tenant()).toMatchObject({ state: "installed", sharedSecret: "the second secret" });
  });

  test("when it comes twice at the same time", async () => {
    const installed = lifecyclePost(site, "installed");
    const statuses = await Promise.all([
      postForStatus(installed),
      postForStatus(installed),
      postForStatus(installed),
    ]);
    expect(statuses.toSorted()).toEqual([204, 401, 401]);
  });
});

describe("a callback is refused", () => {
  test.each(["installed", "enabled", "disabled", "uninstalled"] as const)(
    "without a token: %s",
    async (event) => {
      const { target, body } = lifecyclePost(site, event);
      expect(await postForStatus({ target, body, headers: {} })).toBe(401);
      expect(lastRefusal()).toBe("AUTH_MISSING");
    },
  );

  test("without a sharedSecret, and told so", async () => {
    const answer = await post(site, lifecyclePost(site, "installed", { body: { sharedSecret: undefined } }));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "BODY_SECRET" });
  });

  test.each([
    ["for another add-on", { key: "another" }, "BODY_KEY"],
    ["for another tenant", { clientKey: "site-2" }, "BODY_CLIENTKEY"],
  ])("with a body %s", async (_title, body, code) => {
    expect(await postForStatus(lifecyclePost(site, "installed", { body }))).toBe(401);
    expect(lastRefusal()).toBe(code);
  });

  test("with a body that is no JSON", async () => {
    expect(await postForStatus({ ...lifecyclePost(site, "installed"), body: "{" })).toBe(401);
    expect(lastRefusal()).toBe("BODY_CLIENTKEY");
  });

  test("and may come again while the key server does not answer", async () => {
    const answer = await post(site, lifecyclePost({ ...site, kid: "k-broken" }, "installed"));
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "KEY_SERVER_UNAVAILABLE" });
    expect(await tenant()).toBeUndefined();
  });
});

const WITHOUT_AUTHENTICATION = JSON.stringify({ ...DESCRIPTOR, authentication: undefined });

describe("an add-on is not made", () => {
  test.each([
    ["with a key server over http", { keyServer: "http://keys.example/keys" }, "CONFIG_INSECURE"],
    ["with a key server that is no URL", { keyServer: "keys" }, "CONFIG_INSECURE"],
    [
      "whose webhooks would not be signed",
      { descriptor: { ...DESCRIPTOR, authentication: { type: "none" } } },
      "CONFIG_INVALID",
    ],
    ["that could not get its secret", { descriptor: { ...DESCRIPTOR, lifecycle: {} } }, "CONFIG_INVALID"],
    ["without a key", { descriptor: { ...DESCRIPTOR, key: "" } }, "CONFIG_INVALID"],
    ["without authentication", { descriptor: JSON.parse(WITHOUT_AUTHENTICATION) as never }, "CONFIG_INVALID"],
    ["at a baseUrl that is none", { baseUrl: "addon.example" }, "CONFIG_INVALID"],
    ["at a baseUrl with a query", { baseUrl: "https://addon.example/app?x=1" }, "CONFIG_INVALID"],
    [
      "whose descriptor sends hosts elsewhere",
      { descriptor: { ...DESCRIPTOR, baseUrl: "https://elsewhere.example" } },
      "CONFIG_INVALID",
    ],
  ])("%s", (_title, options, code) => {
    expect(() => createAddon({ descriptor: DESCRIPTOR, baseUrl: BASE_URL, ...options })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
