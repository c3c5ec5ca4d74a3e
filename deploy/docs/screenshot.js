/**
 * Makes `docs/images/deliveries.png`, the picture of the README: a real server with an add-on and webhooks, of which one is
 * healthy, one recovers and one fails. Run it after `npm run build`; it needs Chromium.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TARGET = join(ROOT, "docs/images/deliveries.png");
const data = mkdtempSync(join(tmpdir(), "callboard-picture-"));
const env = { ...process.env, CALLBOARD_DATA_DIR: data };

/** Starts a program of Node and resolves to the address in its READY line. */
function start(args, more = {}) {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...env, ...more } });
  const ready = new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      const address = /^READY (\S+)$/m.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}`)));
  });
  return { ready, stop: () => child.kill() };
}

/** A receiver that responds with these statuses, the last one from then on. */
function receive(port, statuses) {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(statuses[Math.min(count++, statuses.length - 1)]).end();
  });
  server.listen(port, "127.0.0.1");
  return server;
}

const host = start(["bin/callboard.cjs", "serve", "--port", "0"]);
const url = await host.ready;
const token = readFileSync(join(data, "token"), "utf8").trim();
async function call(method, path, body) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const addon = start(["examples/first-addon.mjs"], {
  CALLBOARD_URL: url,
  PORT: "3100",
  TENANTS: join(data, "t.json"),
});
const receivers = [receive(3201, [200]), receive(3202, [503, 503, 200]), receive(3203, [500])];
try {
  await call("POST", "/sites/jira/addons", { descriptorUrl: await addon.ready });
  for (const [name, port, events] of [
    ["Burndown", 3201, ["jira:issue_created", "jira:issue_updated", "comment_created"]],
    ["Release notes", 3202, ["jira:issue_updated", "jira:version_released"]],
    ["Chat relay", 3203, ["comment_created"]],
  ]) {
    await call("POST", "/sites/jira/webhooks", { name, url: `http://127.0.0.1:${port}/hooks`, events });
  }
  for (const event of [
    "jira:issue_created",
    "comment_created",
    "jira:issue_updated",
    "jira:version_released",
  ]) {
    const trigger = ["bin/callboard.cjs", "trigger", event, "--site", "jira"];
    execFileSync(process.execPath, trigger, { cwd: ROOT, env: { ...env, CALLBOARD_URL: url } });
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000));

  const executablePath = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1200, height: 720 }, colorScheme: "light" });
  await page.goto((await call("POST", "/login-links", {})).url);
  await page.goto(`${url}/admin/deliveries`);
  mkdirSync(join(ROOT, "docs/images"), { recursive: true });
  await page.screenshot({ path: TARGET });
  await browser.close();
} finally {
  for (const receiver of receivers) receiver.close();
  addon.stop();
  host.stop();
  rmSync(data, { recursive: true, force: true });
}
