/** Site keys that are paths of the server itself: refused for new sites, kept for sites that have them from before. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import { insertSite } from "../../src/host/store/tables/sites.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { newSite, openMigrated } from "../support/store.ts";

const KEYS = ["docs", "catalogue", "callboard"];

let dir: string;
let host: TestHost;
const lines: string[] = [];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "callboard-reserved-"));
  const url = `sqlite:${join(dir, "old.sqlite")}`;
  const database = await openMigrated(url);
  await database.write((tx) => insertSite(tx, newSite("docs")));
  await database.close();
  host = await startTestHost(
    { CALLBOARD_DATABASE_URL: url },
    createLogger("warn", (line) => void lines.push(line)),
  );
});
afterAll(async () => {
  await host.stop();
  rmSync(dir, { recursive: true });
});

test.each(["callboard", "catalogue", "admin", "healthz", "schema"])(
  "a new site %s is refused",
  async (key) => {
    const reply = await host.call("POST", "/api/v1/sites", { key, product: "jira", name: key });
    expect(reply.status).toBe(422);
    expect(reply.body.errors).toEqual([
      {
        pointer: "/key",
        code: "BODY_SCHEMA",
        detail: expect.stringMatching(`${key} is reserved.*another key`),
      },
    ]);
  },
);

test("a site that has such a key from before works, and is reported at start", async () => {
  const event = { event: "jira:issue_created", payload: {} };
  expect((await host.call("POST", "/api/v1/sites/docs/events", event)).status).toBe(202);
  expect((await host.call("POST", "/docs/ingest?event=jira:issue_created", {})).status).toBe(202);
  expect((await host.call("GET", "/docs/rest/plugins/1.0/")).status).toBe(200);
  const reported = lines.filter((line) => line.includes("site.key-reserved"));
  expect(reported).toEqual([expect.stringContaining('"docs"')]);
});

test("keys that only begin like one are free", async () => {
  for (const key of KEYS.map((reserved) => `${reserved}-2`)) {
    const reply = await host.call("POST", "/api/v1/sites", { key, product: "jira", name: key });
    expect(reply.status).toBe(201);
  }
});
