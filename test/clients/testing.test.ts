/** callboard/testing in a runner from npm, and `callboard test` around an app on unmodified atlassian-connect-express. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { writeTestingExamples } from "../support/testing-examples.ts";

const run = promisify(execFile);
const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

const removers: (() => void)[] = [];
afterEach(() => {
  for (const remove of removers.splice(0)) remove();
});

async function runIn(cwd: string, args: readonly string[], env = {}): Promise<string> {
  const printed = await run(process.execPath, args, {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  return printed.stdout + printed.stderr;
}

function writeJestExamples() {
  const examples = writeTestingExamples(join(import.meta.dirname, "jest/node_modules"));
  removers.push(examples.remove);
  return examples;
}

test("the example for Jest passes, as CommonJS and as an ES module", async () => {
  const { folder, files } = writeJestExamples();
  const match = ["--testMatch", "**/retries.test.*"];
  expect(files["jest"]).toEqual(["retries.test.cjs"]);
  expect(await runIn(folder, ["node_modules/jest/bin/jest.js", ...match])).toContain("1 passed, 1 total");

  rmSync(join(folder, "retries.test.cjs"));
  writeFileSync(
    join(folder, "retries.test.mjs"),
    `import { CallboardError, createTestHost } from "callboard/testing";
     test("a wrong option is refused", async () => {
       await expect(createTestHost({ now: "yesterday" })).rejects.toBeInstanceOf(CallboardError);
       const host = await createTestHost();
       expect(host.url).toMatch(/^http/);
       await host.close();
     }, 60_000);`,
  );
  const asModule = ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", ...match];
  expect(await runIn(folder, asModule)).toContain("1 passed, 1 total");
}, 180_000);

const ACE_TEST = `
const assert = require("node:assert");
const express = require("express");
const ace = require("atlassian-connect-express");

const app = express();
const addon = ace(app);
app.use(express.json());
app.use(addon.middleware());
const received = new Promise((resolve) => addon.on("jira:issue_created", (event, body) => resolve(body.issue.key)));
app.listen(addon.config.port(), async () => {
  await addon.register();
  const { CALLBOARD_URL: url, CALLBOARD_TOKEN: token } = process.env;
  const published = await fetch(url + "/api/v1/sites/jira/events", {
    method: "POST",
    headers: { authorization: "Bearer " + token, "content-type": "application/json" },
    body: JSON.stringify({ event: "jira:issue_created", payload: { issue: { key: "DEMO-7" } } }),
  });
  assert.equal((await published.json()).deliveries.length, 1);
  assert.equal(await received, "DEMO-7");
  console.log("verified DEMO-7");
  process.exit(0);
});
`;

test("an app on atlassian-connect-express registers itself with $AC_HOST, and verifies what it gets", async () => {
  const folder = mkdtempSync(join(tmpdir(), "callboard-ace-test-"));
  removers.push(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("package.json", { name: "ace-app", private: true, scripts: { test: "node app-test.js" } });
  write("config.json", { development: { hosts: ["$AC_HOST"] } });
  write("atlassian-connect.json", {
    key: "org.example.tested",
    name: "Tested",
    baseUrl: "{{localBaseUrl}}",
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed" },
    scopes: ["READ"],
    apiMigrations: { "signed-install": true },
    modules: { webhooks: [{ event: "jira:issue_created", url: "/issue-created" }] },
  });
  writeFileSync(join(folder, "app-test.js"), ACE_TEST);
  mkdirSync(join(folder, "views"));
  symlinkSync(join(import.meta.dirname, "ace/node_modules"), join(folder, "node_modules"));

  const printed = await runIn(folder, [CALLBOARD, "test", "--json", "--", "npm", "test"], {
    PORT: String(await freePort()),
  });
  expect(printed).toContain("Registered with host at");
  expect(printed).toContain("verified DEMO-7");
  expect(printed).toContain('"exitCode": 0');
}, 120_000);
