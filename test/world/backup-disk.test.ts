/** Disks that are full: a backup, a restore and a file of types are refused by name, leave nothing, and the server goes on. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import { runAlone } from "../support/run-alone.ts";

const WORLD = process.env["WORLD_DIR"] ?? "/nowhere";
const OF_SERVER = join(WORLD, "disk-of-server");
const TINY = join(WORLD, "tiny-disk");

let folder: string;
function mount(path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", path], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}

beforeAll(() => {
  // The mount namespace is the world's own, so nobody else sees it.
  mount(OF_SERVER, "200m");
  mount(TINY, "100k");
  folder = mkdtempSync(join(tmpdir(), "callboard-disk-"));
});
afterAll(() => {
  for (const path of [OF_SERVER, TINY]) spawnSync("umount", [path]);
  rmSync(folder, { recursive: true, force: true });
});

test("types that don't fit on the disk leave the file that was there", async () => {
  const file = join(TINY, "jira.d.ts");
  const host = await startTestHost();
  writeFileSync(file, "old");
  writeFileSync(join(TINY, "ballast"), Buffer.alloc(90 * 1024));
  const { code, notes } = await runCommand(host, ["products", "types", "jira", "--out", file]);
  await host.stop();
  expect([code, readFileSync(file, "utf8")]).toEqual([1, "old"]);
  expect(notes).toContain(`error[DISK_FULL]: ${file} can't be written: the disk is full`);
  expect(readdirSync(TINY).toSorted()).toEqual(["ballast", "jira.d.ts"]);
  for (const name of readdirSync(TINY)) rmSync(join(TINY, name));
});

test("a backup and a restore on full disks", async () => {
  const host = await startTestHost({ CALLBOARD_DATA_DIR: OF_SERVER });
  const full = await runCommand(host, ["backup", join(TINY, "backup.sqlite")]);
  expect(full.code).toBe(1);
  expect(full.notes).toContain("error[DISK_FULL]");
  expect(readdirSync(TINY)).toEqual([]);

  const good = join(folder, "backup.sqlite");
  expect((await runCommand(host, ["backup", good])).code).toBe(0);

  // Less than the 64 MiB that are left beside the copy, and more than events need.
  writeFileSync(join(OF_SERVER, "ballast"), Buffer.alloc(150 * 1024 * 1024));
  const before = readdirSync(OF_SERVER).toSorted();
  const refused = await runCommand(host, ["backup", join(folder, "second.sqlite")]);
  expect(refused.code).toBe(1);
  expect(refused.notes).toContain("error[DISK_FULL]");
  expect(readdirSync(OF_SERVER).toSorted()).toEqual(before);
  const event = { event: "jira:issue_created", payload: {} };
  expect((await host.call("POST", "/api/v1/sites/jira/events", event)).status).toBe(202);
  await host.host.stop();

  const key = { CALLBOARD_DATA_DIR: OF_SERVER };
  const restored = await runAlone(key, ["restore", good, "--replace"]);
  expect(restored.code).toBe(1);
  expect(restored.notes).toContain("error[DISK_FULL]");
  expect(readdirSync(OF_SERVER).filter((name) => name.includes("restor"))).toEqual([]);
  const again = await startTestHost(key);
  expect((await again.call("GET", "/api/v1/sites/jira/events")).body).toMatchObject({ items: [{}] });
  await again.host.stop();
}, 60_000);
