/** The directory's limit, and its checks: once a day, by whichever process takes an entry first. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDirectoryChecks } from "../../../../src/host/registry/directory/checks.ts";
import { CHECK_EVERY_MS, createDirectory } from "../../../../src/host/registry/directory/directory.ts";
import type { Directory } from "../../../../src/host/registry/directory/directory.ts";
import { loadSnapshots } from "../../../support/load-snapshots.ts";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../../src/catalogue/index.ts";
import { silentLogger } from "../../../../src/logger.ts";
import { startReceiver } from "../../../support/http-receiver.ts";
import type { Receiver } from "../../../support/http-receiver.ts";
import { openRegistry, tester } from "../../../support/registry.ts";
import type { TestRegistry } from "../../../support/registry.ts";
import { waitFor } from "../../../support/wait-for.ts";

let host: TestRegistry;
let addon: Receiver;
let now = 0;
let directory: Directory;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  addon = await startReceiver((request, response) => {
    const key = /(\w+)\.json$/.exec(request.url)?.[1];
    if (key === "gone") return void response.writeHead(404).end();
    response.end(
      JSON.stringify({ key, baseUrl: addon.url, authentication: { type: "none" }, version: "1.0.0" }),
    );
  });
  host = await openRegistry({ now: () => now });
  const { database, seal } = host.context;
  const snapshots = await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS));
  directory = createDirectory({ ...host.context, snapshots });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await addon.close();
  await host.close();
});

function startChecks(): void {
  const checks = createDirectoryChecks({ ...host.context, logger: silentLogger, lookEveryMs: 20 });
  checks.start();
  stops.push(checks.stop);
}
const url = (key: string) => `${addon.url}/${key}.json`;
const countReads = (key: string) => addon.received.filter((request) => request.url === `/${key}.json`).length;

test("every entry is read once a day, by one of several processes", async () => {
  for (const key of ["a", "b", "c"]) await directory.add(url(key), {}, tester);
  startChecks();
  startChecks();
  now += CHECK_EVERY_MS;
  await waitFor(() => expect(["a", "b", "c"].map(countReads)).toEqual([2, 2, 2]));
  await waitFor(async () => {
    for (const key of ["a", "b", "c"])
      expect(await directory.show(key, [])).toMatchObject({ readAt: now, checkAt: now + CHECK_EVERY_MS });
  });
  // The other one looks as well by then.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(["a", "b", "c"].map(countReads)).toEqual([2, 2, 2]);
});

test("an entry of a process that stopped is taken by another one", async () => {
  await directory.add(url("a"), {}, tester);
  const { database } = host.context;
  await database.write((tx) =>
    tx.query("UPDATE callboard_directory_entry SET check_at = $1", [now + 5 * 60_000]),
  );
  startChecks();
  now += 5 * 60_000;
  await waitFor(() => expect(countReads("a")).toBe(2));
});

test("a descriptor that can't be read is tried again the next day", async () => {
  await directory.add(url("a"), {}, tester);
  const { database } = host.context;
  await database.write((tx) =>
    tx.query("UPDATE callboard_directory_entry SET descriptor_url = $1", [url("gone")]),
  );
  startChecks();
  now += CHECK_EVERY_MS;
  await waitFor(async () => expect((await directory.show("a", [])).failedAt).toBe(now));
  expect(await directory.show("a", [])).toMatchObject({
    version: "1.0.0",
    failureCode: "DESCRIPTOR_FETCH",
    checkAt: now + CHECK_EVERY_MS,
  });
});

test("has at most 1,000 add-ons", async () => {
  await directory.add(url("a"), {}, tester);
  const { database } = host.context;
  await database.write(async (tx) => {
    for (let no = 1; no < 1_000; no += 1)
      await tx.query(
        `INSERT INTO callboard_directory_entry (addon_key, descriptor_url, name, edited, added_at, added_by, read_at, check_at)
         SELECT $1, descriptor_url, name, edited, added_at, added_by, read_at, check_at FROM callboard_directory_entry
         WHERE addon_key = 'a'`,
        [`x${no}`],
      );
  });
  await expect(directory.add(url("b"), {}, tester)).rejects.toMatchObject({ code: "LIMIT_REACHED" });
  await directory.remove("x1", tester);
  await expect(directory.add(url("b"), {}, tester)).resolves.toMatchObject({ addonKey: "b" });
  // Pages have the same size however many there are.
  expect((await directory.list([], { limit: 50 })).items).toHaveLength(50);
});
