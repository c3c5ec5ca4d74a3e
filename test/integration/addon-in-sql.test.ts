/** The stores that docs/addon.md shows for SQL, run as they stand there. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HandledDeliveries, TenantStore } from "../../src/addon/index.ts";
import { startAddon } from "../support/addon-under-test.ts";
import type { AddonUnderTest } from "../support/addon-under-test.ts";
import { startHostKeys } from "../support/host-keys.ts";
import type { HostKeys } from "../support/host-keys.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { lifecyclePost, post, webhookPost } from "../support/site-under-test.ts";
import type { Site } from "../support/site-under-test.ts";

const document = readFileSync(new URL("../../docs/addon.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...document.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, code = ""]) => code);
const blockWith = (text: string) => blocks("js").find((code) => code.includes(text)) ?? "";

let postgres: Postgres;
let db: pg.Client;
let keys: HostKeys;

beforeAll(async () => {
  [postgres, keys] = await Promise.all([startPostgres(), startHostKeys()]);
  db = new pg.Client({ connectionString: await postgres.newUrl() });
  await db.connect();
  for (const statement of blocks("sql")) await db.query(statement);
}, 120_000);
afterAll(async () => {
  await db.end();
  await Promise.all([postgres.stop(), keys.close()]);
});

/** A process of the add-on, with nothing but the database in common with the others. */
async function startProcess(): Promise<{ under: AddonUnderTest; site: Site; handled: string[] }> {
  const context = createContext({ db, createAddon: (options: object) => options });
  const tenants = runInContext(`${blockWith("const tenants = {")}; tenants`, context) as TenantStore;
  const { duplicates } = runInContext(blockWith("duplicates: {"), context) as {
    duplicates: HandledDeliveries;
  };
  const under = await startAddon({ tenants, duplicates, keyServer: `${keys.url}/keys` });
  const handled: string[] = [];
  under.addon.onAny(({ deliveryId = "" }) => void handled.push(deliveryId));
  const site = {
    clientKey: "site-1",
    sharedSecret: "the first secret",
    port: under.port,
    privateKey: keys.goodKey,
  };
  return { under, site, handled };
}

test("two processes share tenants and handled deliveries, from installed to uninstalled", async () => {
  const [one, two] = await Promise.all([startProcess(), startProcess()]);
  const webhook = (id: string) =>
    webhookPost(one.site, "/webhooks/x", "{}", { headers: { "x-atlassian-webhook-identifier": id } });

  expect((await post(one.site, lifecyclePost(one.site, "installed"))).status).toBe(204);
  expect((await post(two.site, lifecyclePost(one.site, "enabled"))).status).toBe(204);
  expect(await one.under.addon.tenants.find("site-1")).toMatchObject({ state: "enabled" });
  expect((await post(two.site, webhook("dlv_1"))).status).toBe(204);
  expect((await post(one.site, webhook("dlv_1"))).status).toBe(204);
  expect([one.handled, two.handled]).toEqual([[], ["dlv_1"]]);
  expect((await post(one.site, lifecyclePost(one.site, "uninstalled"))).status).toBe(204);
  expect((await post(two.site, webhook("dlv_2"))).status).toBe(401);
  expect(JSON.stringify(await two.under.addon.tenants.list())).not.toContain("the first secret");

  await Promise.all([one.under.close(), two.under.close()]);
});
