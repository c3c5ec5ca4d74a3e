import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileTenants } from "../../../src/addon/index.ts";
import type { InstalledTenant } from "../../../src/addon/index.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-tenants-"));
  file = join(folder, "data", "tenants.json");
});
afterEach(() => rm(folder, { recursive: true }));

const tenant = (clientKey: string, sharedSecret = "a secret"): InstalledTenant => ({
  clientKey,
  baseUrl: "https://one.host.example",
  productType: "jira",
  state: "enabled",
  sharedSecret,
  lifecycleIat: 1,
  lifecycleTokens: ["x"],
});

test("a saved tenant is found after a restart", async () => {
  await createFileTenants(file).save(tenant("site-1"));
  const again = createFileTenants(file);
  expect(await again.find("site-1")).toEqual(tenant("site-1"));
  expect(await again.find("__proto__")).toBeUndefined();
  expect(await again.list()).toHaveLength(1);
});

test("a store without a file is empty and creates no file", async () => {
  expect(await createFileTenants(file).list()).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test("concurrent saves are all kept, in one file", async () => {
  const store = createFileTenants(file);
  await Promise.all(Array.from({ length: 20 }, (_, index) => store.save(tenant(`site-${index}`))));
  expect(await createFileTenants(file).list()).toHaveLength(20);
  expect(await readdir(join(folder, "data"))).toEqual(["tenants.json"]);
});

test("the file has mode 0600, even if it replaces a readable one", async () => {
  const store = createFileTenants(file);
  await store.save(tenant("site-1"));
  await chmod(file, 0o644);
  await store.save(tenant("site-2"));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a failed save leaves the file and the store unchanged", async () => {
  const store = createFileTenants(file);
  await store.save(tenant("site-1"));
  const before = await readFile(file, "utf8");
  const unsavable = { ...tenant("site-2"), lifecycleIat: 1n as unknown as number };
  await expect(store.save(unsavable)).rejects.toThrow(TypeError);
  expect(await readFile(file, "utf8")).toBe(before);
  expect(await store.list()).toHaveLength(1);
  await store.save(tenant("site-3"));
  expect(await createFileTenants(file).list()).toHaveLength(2);
});

test.each(["", "[]", "{}", '{"tenants":{}}', "not json"])("a file with %j is refused", async (text) => {
  const other = join(folder, "other.json");
  await writeFile(other, text);
  await expect(createFileTenants(other).list()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

test("a file of a later version is refused and unchanged", async () => {
  const later = join(folder, "later.json");
  const text = '{"format":2,"tenants":[]}';
  await writeFile(later, text);
  const store = createFileTenants(later);
  await expect(store.save(tenant("site-1"))).rejects.toMatchObject({ code: "STORE_TOO_NEW" });
  expect(await readFile(later, "utf8")).toBe(text);
});
