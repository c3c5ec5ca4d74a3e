/** `callboard check` on a plain app of atlassian-connect-express: what the library itself lets through. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { CHECK_IDS } from "../../src/check/checks.ts";
import { freePort } from "../support/free-port.ts";

const ROOT = join(import.meta.dirname, "../..");

/** As the library's documentation makes one; the store is in memory, so that no database has to be built. */
const APP = `
const express = require("express");
const ace = require("atlassian-connect-express");
const { createMemoryStore } = require(${JSON.stringify(join(import.meta.dirname, "ace/memory-store"))});
ace.store.register("memory", createMemoryStore);

const app = express();
const addon = ace(app, {}, undefined, () => {
  app.post("/enabled", addon.authenticate(), (_request, response) => response.sendStatus(204));
  app.post("/disabled", addon.authenticate(), (_request, response) => response.sendStatus(204));
  app.post("/uninstalled", addon.authenticateInstall(), async (request, response) => {
    await addon.settings.del(request.body.clientKey);
    response.sendStatus(204);
  });
});
app.set("port", addon.config.port());
app.use(express.json());
app.use(addon.middleware());
addon.on("jira:issue_created", () => undefined);
app.listen(app.get("port"));
`;

const DESCRIPTOR = {
  key: "org.example.plain",
  name: "Plain",
  baseUrl: "{{localBaseUrl}}",
  authentication: { type: "jwt" },
  lifecycle: {
    installed: "/installed",
    enabled: "/enabled",
    disabled: "/disabled",
    uninstalled: "/uninstalled",
  },
  scopes: ["READ"],
  apiMigrations: { "signed-install": true, gdpr: true },
  modules: { webhooks: [{ event: "jira:issue_created", url: "/issue-created" }] },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-ace-check-"));
  writeFileSync(join(folder, "app.js"), APP);
  writeFileSync(join(folder, "atlassian-connect.json"), JSON.stringify(DESCRIPTOR));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ development: { store: { adapter: "memory" } } }));
  mkdirSync(join(folder, "views"));
  symlinkSync(join(import.meta.dirname, "ace/node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rows of docs/check.md below "What atlassian-connect-express lets through". */
function documented(): readonly (readonly [id: string, state: string])[] {
  const page = readFileSync(join(ROOT, "docs/check.md"), "utf8");
  const [, table = ""] = page.split("| finding ");
  return [...table.matchAll(/^\| `([\w.-]+)` +\| (\w+) /gm)].map(([, id = "", state = ""]) => [id, state]);
}

test("the findings are those of docs/check.md, and nothing else is", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { PATH } = process.env;
  const out = await new Promise<string>((resolve) => {
    const command = [join(ROOT, "bin/callboard.cjs"), "check", url, "--timeout", "20s", "--json", "--", "node", "app.js"];
    execFile(process.execPath, command, { cwd: folder, env: { PATH } }, (_error, stdout, stderr) => {
      resolve(stdout === "" ? stderr : stdout);
    });
  });
  const { checks } = JSON.parse(out) as { readonly checks: readonly { id: string; state: string }[] };

  expect(checks.map(({ id }) => id)).toEqual(CHECK_IDS);
  const findings = checks.filter(({ state }) => state !== "passed");
  expect(findings.map(({ id, state }) => [id, state])).toEqual(documented());
});
