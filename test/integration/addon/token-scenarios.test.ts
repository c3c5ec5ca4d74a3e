/** What takes more than one request to show about tokens: rows of a script each, with the status and code that end it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createAddon } from "../../../src/addon/index.ts";
import { BASE_URL } from "../../fixtures/token-cases.ts";
import { DESCRIPTOR, startAddon } from "../../support/addon-under-test.ts";
import type { AddonUnderTest } from "../../support/addon-under-test.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";
import { lifecyclePost, post, webhookPost } from "../../support/site-under-test.ts";
import type { SignedPost, Site } from "../../support/site-under-test.ts";

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

/** The status, and the code that a refusal was reported with. */
async function send(signed: SignedPost): Promise<string> {
  const { status, text } = await post(site, signed);
  expect(text).not.toMatch(/ {4}at |node_modules|the first secret/);
  const report = under.reports.at(-1);
  return report?.kind === "refused" ? `${status} ${report.refusal.code}` : `${status}`;
}
const install = () => send(lifecyclePost(site, "installed", { ageSeconds: 5 }));
const callback = (event: "installed" | "enabled" | "disabled" | "uninstalled", change = {}) =>
  send(lifecyclePost(site, event, change));
const withoutToken = ({ target, body }: SignedPost): SignedPost => ({ target, body, headers: {} });
const webhook = (ageSeconds: number) =>
  webhookPost(site, "/webhooks/issue-created", "{}", {
    ageSeconds,
    headers: { "x-atlassian-webhook-identifier": "dlv_1" },
  });

type Scenario = readonly [id: string, title: string, ends: string, run: () => Promise<string>];

const SCENARIOS: readonly Scenario[] = [
  [
    "114",
    "the key server hangs",
    "503 KEY_SERVER_UNAVAILABLE",
    () => send(lifecyclePost({ ...site, kid: "k-silent" }, "installed")),
  ],
  [
    "115",
    "the key server redirects to another place",
    "503 KEY_SERVER_UNAVAILABLE",
    () => send(lifecyclePost({ ...site, kid: "k-moved" }, "installed")),
  ],
  [
    "117",
    "the key server is asked over plain http",
    "CONFIG_INSECURE",
    () => {
      try {
        createAddon({ descriptor: DESCRIPTOR, baseUrl: BASE_URL, keyServer: "http://keys.example/keys" });
        return Promise.resolve("created");
      } catch (error) {
        return Promise.resolve((error as { code: string }).code);
      }
    },
  ],
  [
    "120",
    "a new token for a delivery that was handled",
    "204 204, handled once",
    async () => {
      let handled = 0;
      under.addon.on("jira:issue_created", () => void (handled += 1));
      await install();
      const statuses = [await send(webhook(1)), await send(webhook(0))];
      return `${statuses.join(" ")}, handled ${handled === 1 ? "once" : handled}`;
    },
  ],
  [
    "121",
    "a signed install that was kept, after a later one",
    "401 JWT_REPLAY",
    async () => {
      const kept = lifecyclePost(site, "installed", { ageSeconds: 5 });
      await send(kept);
      await callback("installed");
      return send(kept);
    },
  ],
  [
    "122",
    "a signed install that was kept, after the uninstall",
    "401 JWT_REPLAY",
    async () => {
      const kept = lifecyclePost(site, "installed", { ageSeconds: 5 });
      await send(kept);
      await callback("uninstalled");
      return send(kept);
    },
  ],
  [
    "124",
    "a first install without a token",
    "401 AUTH_MISSING",
    () => send(withoutToken(lifecyclePost(site, "installed"))),
  ],
  [
    "125",
    "enabled and disabled with the secret of the tenant",
    "204 204",
    async () => {
      await install();
      return `${await callback("enabled")} ${await callback("disabled")}`;
    },
  ],
  [
    "126",
    "disabled without a token",
    "401 AUTH_MISSING",
    async () => {
      await install();
      return send(withoutToken(lifecyclePost(site, "disabled")));
    },
  ],
  [
    "127",
    "a new baseUrl for a known clientKey",
    "204 https://renamed.example",
    async () => {
      await install();
      const status = await callback("installed", { body: { baseUrl: "https://renamed.example" } });
      return `${status} ${(await under.addon.tenants.find("site-1"))?.baseUrl}`;
    },
  ],
  [
    "128",
    "installed without a sharedSecret",
    "400 BODY_SECRET",
    () => callback("installed", { body: { sharedSecret: undefined } }),
  ],
  [
    "133",
    "a handler throws",
    "500",
    async () => {
      under.addon.on("jira:issue_created", () => {
        throw new Error("the first secret of /etc/callboard");
      });
      await install();
      return send(webhook(0));
    },
  ],
];

test.each(SCENARIOS)(
  "%s, %s: %s",
  async (_id, _title, ends, run) => {
    expect(await run()).toBe(ends);
  },
  15_000,
);

test("no refusal left a tenant behind", async () => {
  await callback("installed", { body: { sharedSecret: undefined } });
  await send(withoutToken(lifecyclePost(site, "installed")));
  expect(await under.addon.tenants.list()).toEqual([]);
});
