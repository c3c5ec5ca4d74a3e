/** Product files of a folder: what a start makes of them, and when it stops. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";

const HARBOR = `product: harbor
name: Harbor
description: Port operations
events:
  crane.stopped: { description: A crane has stopped }
`;
const RENAMED = HARBOR.replace("crane.stopped", "crane.halted");

let folder: string;
let hosts: TestHost[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-products-"));
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const KEYS = {
  CALLBOARD_ADMIN_TOKEN: "a-token-of-all-starts",
  CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
};
async function start(env: Readonly<Record<string, string>> = {}): Promise<TestHost> {
  const host = await startTestHost({ ...KEYS, CALLBOARD_PRODUCTS: folder, ...env });
  hosts.push(host);
  return host;
}
const toDatabaseSetting = ({ dataDir }: TestHost) => ({
  CALLBOARD_DATABASE_URL: `sqlite:${dataDir}/callboard.sqlite`,
});
/** Leaves its database for the next start. */
async function stop(host: TestHost): Promise<void> {
  hosts = hosts.filter((each) => each !== host);
  await host.host.stop();
}
const shown = async (host: TestHost) => (await host.call("GET", "/api/v1/products/harbor")).body;

describe("a start with product files", () => {
  test("has their products, which the API shows and doesn't change", async () => {
    write("harbor.yaml", HARBOR);
    write("quay.json", JSON.stringify({ product: "quay", name: "Quay", description: "d", events: {} }));
    write("README.md", "not a product");
    const host = await start();
    expect(await shown(host)).toMatchObject({ origin: "file", version: 1, eventTypes: 1 });
    expect((await host.call("GET", "/api/v1/products/quay")).body).toMatchObject({ origin: "file" });
    const refusals = [
      await host.call("PUT", "/api/v1/products/harbor", { ...(await shown(host)).document, name: "Port" }),
      await host.call("PATCH", "/api/v1/products/harbor/events/crane.stopped", { group: "Cranes" }),
      await host.call("DELETE", "/api/v1/products/harbor"),
    ];
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual(
      Array(3).fill([409, "PRODUCT_FROM_FILE"]),
    );
    expect(refusals[0]?.body.detail).toContain("harbor.yaml");
    expect((await host.call("GET", "/readyz")).body.checks.products).toBe("ok");
  });

  test("makes a site for each product that is new, in the dev profile, and makes it once", async () => {
    write("harbor.yaml", HARBOR);
    write("docs.yaml", HARBOR.replace("harbor", "docs"));
    const first = await start();
    const sites = async (host: TestHost) =>
      (await host.call("GET", "/api/v1/sites")).body.items
        .filter(({ product }: { product: string }) => ["harbor", "docs"].includes(product))
        .map(({ key, name }: { key: string; name: string }) => [key, name]);
    // The key docs is one of Callboard's own paths.
    expect(await sites(first)).toEqual([["harbor", "Harbor"]]);
    const { items } = (await first.call("GET", "/api/v1/audit?limit=500")).body;
    expect(items).toContainEqual(
      expect.objectContaining({ actor: "file:harbor.yaml", action: "site.created", object: "harbor" }),
    );
    expect((await first.call("DELETE", "/api/v1/sites/harbor")).status).toBe(204);
    await stop(first);
    const second = await start(toDatabaseSetting(first));
    expect(await sites(second)).toEqual([]);
  });

  test("takes a changed file over as the next version, and an unchanged one as it is", async () => {
    write("harbor.yaml", HARBOR);
    const first = await start();
    write("harbor.yaml", `${HARBOR}  crane.started: { description: A crane has started }\n`);
    await stop(first);
    const second = await start(toDatabaseSetting(first));
    expect(await shown(second)).toMatchObject({ version: 2, eventTypes: 2 });
    await stop(second);
    const third = await start(toDatabaseSetting(first));
    expect(await shown(third)).toMatchObject({ version: 2 });
    const { items } = (await third.call("GET", "/api/v1/products/harbor/changes")).body;
    expect(items.map(({ createdBy }: { createdBy: string }) => createdBy)).toEqual([
      "file:harbor.yaml",
      "file:harbor.yaml",
    ]);
  });

  test("stops at a change that breaks subscribers, and goes on once it was forced", async () => {
    write("harbor.yaml", HARBOR);
    const first = await start();
    await first.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
    const webhook = { name: "Board", url: "http://127.0.0.1:3999/", events: ["crane.stopped"] };
    expect((await first.call("POST", "/api/v1/sites/quay/webhooks", webhook)).status).toBe(201);
    write("harbor.yaml", RENAMED);
    await stop(first);
    await expect(start(toDatabaseSetting(first))).rejects.toMatchObject({
      code: "PRODUCT_BREAKING",
      message: expect.stringMatching(
        /^harbor\.yaml in CALLBOARD_PRODUCTS: .*Board on quay[^]*\n {2}\/events\/crane\.stopped [^]*callboard products apply harbor\.yaml --force$/,
      ),
    });
    const without = await start({ ...toDatabaseSetting(first), CALLBOARD_PRODUCTS: "" });
    expect(await shown(without)).toMatchObject({ origin: "own", version: 1 });
    const document = {
      ...(await shown(without)).document,
      events: { "crane.halted": { description: "A crane has stopped" } },
    };
    expect((await without.call("PUT", "/api/v1/products/harbor?force=true", document)).status).toBe(200);
    await stop(without);
    const again = await start(toDatabaseSetting(first));
    expect(await shown(again)).toMatchObject({ origin: "file", version: 2 });
  });

  test("says in /readyz that the stored product is another one", async () => {
    write("harbor.yaml", HARBOR);
    const host = await start();
    const document = { ...(await shown(host)).document, name: "Port" };
    expect((await host.call("PUT", "/api/v1/products/harbor?force=true", document)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const ready = await host.call("GET", "/readyz");
    expect([ready.status, ready.body.checks.products]).toEqual([
      200,
      "stored products differ from the files: harbor (harbor.yaml)",
    ]);
  });
});

test.each<[string, () => void, string, RegExp]>([
  [
    "a file with problems",
    () => write("harbor.yaml", "product: harbor\nevents: {}\n"),
    "PRODUCT_INVALID",
    /^harbor\.yaml in CALLBOARD_PRODUCTS: [^]*\n {2}\/name {2}/,
  ],
  [
    "a built-in product",
    () => write("jira.yaml", HARBOR.replace("harbor", "jira")),
    "PRODUCT_INVALID",
    /reserved/,
  ],
  [
    "two files of one product",
    () => {
      write("a.yaml", HARBOR);
      write("b.yaml", HARBOR);
    },
    "PRODUCT_INVALID",
    /^b\.yaml and a\.yaml in CALLBOARD_PRODUCTS both have the product harbor/,
  ],
])("%s stops the start", async (_name, prepare, code, message) => {
  prepare();
  await expect(start()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("a folder that isn't there stops the start", async () => {
  await expect(start({ CALLBOARD_PRODUCTS: join(folder, "none") })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("CALLBOARD_PRODUCTS can't be read"),
  });
});
