import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { signInstall } from "../../../src/protocol/sign-install.ts";
import { signRequest } from "../../../src/protocol/token.ts";
import { startHostKeys } from "../../support/host-keys.ts";
import type { HostKeys } from "../../support/host-keys.ts";
import { listen } from "../../support/listen.ts";
import type { Listening } from "../../support/listen.ts";
import { rawRequest } from "../../support/raw-request.ts";

const ROOT = join(import.meta.dirname, "../../..");
const EXAMPLE = join(ROOT, "examples/first-addon.mjs");
const SECRET = "the shared secret";

let keys: HostKeys;
let site: Listening;
let called: { url: string | undefined; authorization: string | undefined }[];
let folder: string;
let child: ChildProcess;
let printed: string;
let port: number;

beforeEach(async () => {
  expect(existsSync(join(ROOT, "dist/addon/index.js")), "npm run build comes first").toBe(true);
  keys = await startHostKeys();
  called = [];
  site = await listen((request, response) => {
    called.push({ url: request.url, authorization: request.headers.authorization });
    response.end("{}");
  });
  folder = await mkdtemp(join(tmpdir(), "callboard-example-"));
  const free = await listen(() => undefined);
  port = free.port;
  await free.close();
  child = spawn(process.execPath, [EXAMPLE], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      CALLBOARD_URL: keys.url,
      TENANTS: join(folder, "tenants.json"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  printed = "";
  child.stdout?.on("data", (text: Buffer) => (printed += text.toString()));
  await expect.poll(() => printed, { timeout: 45_000 }).toContain("READY");
});

afterEach(async () => {
  child.kill();
  await Promise.all([keys.close(), site.close(), rm(folder, { recursive: true })]);
});

function post(path: string, authorization: string, body: object) {
  return rawRequest(port, "POST", path, { authorization }, JSON.stringify(body));
}

function webhookToken(path: string): string {
  const baseUrl = `http://127.0.0.1:${port}`;
  const nowSeconds = Math.floor(Date.now() / 1000);
  return `JWT ${signRequest({ issuer: "site-1", method: "POST", url: baseUrl + path, baseUrl, sharedSecret: SECRET, nowSeconds })}`;
}

test("the example installs, calls back, and prints what was created", async () => {
  const baseUrl = `http://127.0.0.1:${port}`;
  const install = signInstall({
    kid: "k-1",
    privateKey: keys.goodKey,
    issuer: "site-1",
    url: `${baseUrl}/installed`,
    baseUrl,
    nowSeconds: Math.floor(Date.now() / 1000),
  });
  const body = {
    key: "first-addon",
    clientKey: "site-1",
    sharedSecret: SECRET,
    baseUrl: site.url,
    productType: "jira",
  };
  expect((await post("/installed", `JWT ${install}`, body)).status).toBe(204);

  expect((await post("/enabled", webhookToken("/enabled"), body)).status).toBe(204);
  expect(called).toMatchObject([{ url: "/rest/atlassian-connect/1/addons/first-addon" }]);
  expect(called[0]?.authorization).toMatch(/^JWT /);

  const path = "/issue-created?issue=DEMO-7";
  const issue = { key: "DEMO-7", fields: { summary: "Gate sticks at low tide" } };
  expect((await post(path, webhookToken(path), { issue })).status).toBe(204);
  await expect.poll(() => printed).toContain("DEMO-7 was created: Gate sticks at low tide");
  expect(printed).toContain(`enabled on ${site.url}, which answers 200`);
});

test("the example is shorter than sixty lines", () => {
  expect(readFileSync(EXAMPLE, "utf8").split("\n").length).toBeLessThan(60);
});
