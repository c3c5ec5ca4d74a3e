/** A disk that is nearly full: a file system of its own, as small as it has to be. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listAlerts, scrape } from "../support/alerts.ts";
import { startTestHost } from "../support/host.ts";
import { hasPromtool } from "../support/promtool.ts";

const SMALL = join(process.env["WORLD_DIR"] ?? "/nowhere", "small-disk");

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
}

beforeAll(() => {
  mkdirSync(SMALL, { recursive: true });
  // The mount namespace is the world's own, so nobody else sees it.
  mount("-t", "tmpfs", "-o", "size=400m", "none", SMALL);
});
afterAll(() => {
  spawnSync("umount", [SMALL]);
});

test.skipIf(!hasPromtool())(
  "a disk with little space left is told, and one with enough is not",
  async () => {
    const host = await startTestHost({ CALLBOARD_DATA_DIR: SMALL });
    const low = await scrape(host);
    await host.stop();
    expect(listAlerts(low, low)).toContain("CallboardDiskLow");

    mount("-o", "remount,size=4g", SMALL);
    const roomy = await startTestHost({ CALLBOARD_DATA_DIR: SMALL });
    const free = await scrape(roomy);
    await roomy.stop();
    expect(listAlerts(free, free)).not.toContain("CallboardDiskLow");
  },
  60_000,
);
