/** Secrets are planted, everything is done once with the logger at its most talkative, and nowhere do they come up again. */
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../src/logger.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const SITE = "/api/v1/sites/jira";
const canary = (name: string) => `canary-${name}-${randomBytes(18).toString("base64url")}`;
const planted = {
  apiToken: canary("api-token"),
  masterKey: randomBytes(32).toString("hex"),
  webhookSecret: canary("webhook-secret"),
  addonSession: canary("addon-session"),
  addonCookie: canary("addon-cookie"),
  wrongToken: canary("wrong-token"),
};

let host: TestHost;
let addon: SampleAddon;
let receiver: Receiver;
/** Everything that was told to anybody, by where it was told. */
const told = new Map<string, string>();
const secrets = new Map<string, string>(Object.entries(planted));

beforeAll(async () => {
  const lines: string[] = [];
  const logger = createLogger("debug", (line) => void lines.push(line));
  host = await startTestHost(
    {
      CALLBOARD_ADMIN_TOKEN: planted.apiToken,
      CALLBOARD_MASTER_KEY: planted.masterKey,
      CALLBOARD_RETRY_SCHEDULE: "1h",
    },
    logger,
  );
  addon = await startSampleAddon({ publicKeyOf: () => Promise.resolve(undefined) });
  receiver = await startReceiver(
    (_request, response, count) =>
      void response
        .writeHead(count === 1 ? 503 : 404, {
          "x-acpt": planted.addonSession,
          "set-cookie": `session=${planted.addonCookie}`,
        })
        .end("no"),
  );
  await doEverything();
  await readEverything();
  told.set("the logger", lines.join(""));
  expect(lines.length).toBeGreaterThan(10);
});
afterAll(async () => {
  await host.stop();
  await addon.close();
  await receiver.close();
});

async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const reply = await host.call(method, path, body, headers);
  told.set(`${told.size} ${method} ${path.replace(secrets.get("ingestToken") ?? "\0", "…")}`, reply.text);
  return reply;
}

/** Answers that show a secret once are not kept; the secret is looked for everywhere else. */
async function makeSecrets(): Promise<void> {
  const made = await host.call("POST", "/api/v1/tokens", { name: "pos", scopes: ["ingest"], site: "jira" });
  secrets.set("ingestToken", made.body.token as string);
  const session = await logIn(host);
  secrets.set("session", session.cookie.split("=")[1] ?? "");
}

async function doEverything(): Promise<void> {
  await makeSecrets();
  const descriptorUrl = addon.descriptorUrl;
  // Refused first, by an add-on that throws its secret back.
  addon.answer("installed", 500, (payload) => {
    secrets.set("refusedSharedSecret", (JSON.parse(payload) as { sharedSecret: string }).sharedSecret);
    return `cannot install ${payload}`;
  });
  expect((await ask("POST", `${SITE}/addons`, { descriptorUrl })).status).toBe(422);
  addon.answer("installed", 204);
  expect((await ask("POST", `${SITE}/addons`, { descriptorUrl })).status).toBe(201);
  secrets.set("sharedSecret", addon.secret() ?? "");
  await ask("POST", `${SITE}/addons/${KEY}/disable`);
  await ask("POST", `${SITE}/addons/${KEY}/enable`);
  await ask("POST", `${SITE}/addons/${KEY}/rotate-secret`);
  secrets.set("rotatedSecret", addon.secret() ?? "");

  const webhook = { name: "w", url: receiver.url, format: "jira", secret: planted.webhookSecret };
  const made = await ask("POST", `${SITE}/webhooks`, webhook);
  await ask("POST", `${SITE}/webhooks/${made.body.id}/execute`, { event: "jira:issue_created" });
  await ask("POST", `${SITE}/webhooks/execute`, { ...webhook, event: "jira:issue_created" });

  const token = secrets.get("ingestToken") ?? "";
  const anonymous = { authorization: "" };
  await ask("POST", `/jira/ingest/${token}`, { webhookEvent: "jira:issue_created" }, anonymous);
  for (const path of [`/jira/ingest/${token}`, `/confluence/ingest/${token}`, `/jira/ingest/${token}/x`]) {
    await ask("POST", path, "{", anonymous);
  }
  await ask("GET", `/jira/ingest/${token}`, undefined, anonymous);
  await ask("GET", `${SITE}?token=${planted.wrongToken}`);
  await ask("GET", SITE, undefined, { authorization: `Bearer ${planted.wrongToken}` });
  await ask("GET", "/jira/rest/plugins/1.0/", undefined, {
    authorization: `Basic ${btoa(`admin:${planted.wrongToken}`)}`,
  });
  await ask("POST", "/api/v1/keys/rotate");
  await waitFor(async () => {
    const { body } = await host.call("GET", "/api/v1/deliveries?site=jira&state=failed");
    expect(body.items.length).toBeGreaterThan(0);
  });
}

async function readEverything(): Promise<void> {
  const paths = [
    "/sites",
    "/tokens",
    "/audit",
    "/status",
    "/endpoints",
    "/settings",
    "/keys",
    "/deliveries",
  ].map((path) => `/api/v1${path}`);
  const lists = ["/addons", `/addons/${KEY}`, "/events", "/webhooks"].map((path) => SITE + path);
  for (const path of [...paths, SITE, ...lists, "/metrics", "/readyz", "/api/openapi.json"]) {
    expect([path, (await ask("GET", path)).status]).toEqual([path, 200]);
  }
  const { body } = await host.call("GET", "/api/v1/deliveries?site=jira");
  const ids = (body.items as readonly { id: string }[]).map(({ id }) => id);
  for (const id of ids) await ask("GET", `/api/v1/deliveries/${id}`);

  const session = await logIn(host);
  secrets.set("laterSession", session.cookie.split("=")[1] ?? "");
  const pages = ["", "/addons", `/addons/jira/${KEY}`, "/webhooks/jira", "/deliveries", "/events", "/audit"];
  const settings = ["", "/tokens", "/keys", "/deliveries", "/sites/jira"].map((path) => `/settings${path}`);
  for (const path of [...pages, ...settings, ...ids.map((id) => `/deliveries/${id}`)]) {
    const page = await session.get(`/admin${path}`);
    expect([path, page.status]).toEqual([path, 200]);
    told.set(`page ${path}`, await page.text());
  }
  for (const file of readdirSync(host.dataDir)) {
    if (file.startsWith("callboard.sqlite")) {
      told.set(`file ${file}`, readFileSync(join(host.dataDir, file)).toString("latin1"));
    }
  }
}

test("no secret that was planted or made is told to anybody", () => {
  expect([...secrets.values()].every((secret) => secret.length >= 20)).toBe(true);
  const found = [...secrets].flatMap(([name, secret]) =>
    [...told].filter(([, text]) => text.includes(secret)).map(([where]) => `${name} in ${where}`),
  );
  expect(found).toEqual([]);
});

test("no token of an add-on, and no private key", () => {
  const found = [...told].filter(([, text]) => /eyJ[\w-]{10,}\.eyJ[\w-]{10,}|PRIVATE KEY/.test(text));
  expect(found.map(([where]) => where)).toEqual([]);
});

test("the search finds what is there", () => {
  const shown = [...told].filter(([, text]) => text.includes(addon.baseUrl)).map(([where]) => where);
  expect(shown.join()).toMatch(/GET \/api\/v1\/sites\/jira\/addons.*page .*file callboard\.sqlite/s);
});
