/** Secrets are planted, everything is done once with the logger at its most talkative, and nowhere do they come up again. */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { createLogger } from "../../src/logger.ts";
import { runCommand } from "../support/command-line.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { createAuthority } from "../support/tls-files.ts";
import type { TestAuthority } from "../support/tls-files.ts";
import { answerJson, startTokenServer } from "../support/token-server.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const SITE = "/api/v1/sites/jira";
/** A terminal obeys the first three, and shows what stands behind the last in the other direction. */
const CONTROLS = "\u001b]0;title\u0007\u009b2J\u202e";
const CONTROL = /[^\P{Cc}\n\t]|\p{Bidi_Control}/u;
const canary = (name: string) => `canary-${name}-${randomBytes(18).toString("base64url")}`;
const planted = {
  apiToken: canary("api-token"),
  masterKey: randomBytes(32).toString("hex"),
  nextMasterKey: randomBytes(32).toString("hex"),
  databasePassword: canary("database-password"),
  basicPassword: canary("basic-password"),
  webhookSecret: canary("webhook-secret"),
  /** 32 letters and digits. */
  routingKey: randomBytes(16).toString("hex"),
  addonSession: canary("addon-session"),
  addonCookie: canary("addon-cookie"),
  wrongToken: canary("wrong-token"),
  inspectorToken: canary("inspector-token"),
  urlPassword: canary("url-password"),
  installPassword: canary("install-password"),
  installQuery: canary("install-query"),
  formToken: canary("form-token"),
  proxyUser: canary("proxy-user"),
  proxyPassword: canary("proxy-password"),
  headerValue: canary("header-value"),
  receiverPassword: canary("receiver-password"),
  bearerToken: canary("bearer-token"),
  clientSecret: canary("client-secret"),
  accessToken: canary("access-token"),
  endpointHeader: canary("endpoint-header"),
  lastEndpointHeader: canary("last-endpoint-header"),
};
/** Nothing listens there. This machine's receivers are reached without it. */
const proxyUrl = `http://${planted.proxyUser}:${planted.proxyPassword}@127.0.0.1:1`;
/** The query of a webhook's URL: who may see the webhook sees it, and nobody else. */
const urlQuery = canary("url-query");

let host: TestHost;
let addon: SampleAddon;
let receiver: Receiver;
let authority: TestAuthority;
const webhookPages: string[] = [];
let endpointPage = "";
/** Everything that was told to anybody, by where it was told. */
const told = new Map<string, string>();
const secrets = new Map<string, string>(Object.entries(planted));

beforeAll(async () => {
  authority = createAuthority();
  const lines: string[] = [];
  const logger = createLogger("debug", (line) => void lines.push(line));
  host = await startTestHost(
    {
      CALLBOARD_ADMIN_TOKEN: planted.apiToken,
      CALLBOARD_MASTER_KEY: planted.masterKey,
      CALLBOARD_MASTER_KEY_NEXT: planted.nextMasterKey,
      CALLBOARD_RETRY_SCHEDULE: "1h",
      CALLBOARD_EGRESS_PROXY: proxyUrl,
    },
    logger,
  );
  addon = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
  receiver = await startReceiver(
    (_request, response, count) =>
      void response
        .writeHead(count === 1 ? 503 : 404, {
          "x-acpt": planted.addonSession,
          "set-cookie": `session=${planted.addonCookie}`,
        })
        .end(`no ${CONTROLS}`),
  );
  await doEverything();
  await readEverything();
  await readCommands();
  await readInspector();
  await readProcesses();
  told.set("the logger", lines.join(""));
  expect(lines.length).toBeGreaterThan(10);
});
afterAll(async () => {
  await host.stop();
  await addon.close();
  await receiver.close();
  authority.remove();
});

async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const reply = await host.call(method, path, body, headers);
  told.set(`${told.size} ${method} ${path.replace(secrets.get("ingestToken") ?? "\0", "…")}`, reply.text);
  return reply;
}

/** Each kind of authentication, saved, tried, refused and replaced. */
async function sendWithCredentials(webhook: object): Promise<void> {
  const tokenServer = await startTokenServer();
  tokenServer.answer = (_request, response) =>
    answerJson(response, 200, { access_token: planted.accessToken, expires_in: 3_600 });
  const client = { tokenUrl: tokenServer.tokenUrl, clientId: "client", clientSecret: planted.clientSecret };
  const { key, certificate } = authority.issue("client");
  secrets.set("clientKey", key.split("\n")[1] ?? "");
  for (const more of [
    { headers: { "x-api-key": planted.headerValue } },
    { authentication: { kind: "basic", user: "bell", password: planted.receiverPassword } },
    { authentication: { kind: "bearer", token: planted.bearerToken } },
    { authentication: { kind: "oauth2", ...client } },
    { url: "https://127.0.0.1:44444/hook", tls: { certificate, key, authorities: authority.certificate } },
  ]) {
    const saved = await ask("POST", `${SITE}/webhooks`, { ...webhook, ...more });
    expect(saved.status).toBe(201);
    const at = `${SITE}/webhooks/${saved.body.id as string}`;
    await ask("POST", `${at}/execute`, { event: "jira:issue_created" });
    await ask("POST", `${SITE}/webhooks/execute`, { ...webhook, ...more, event: "jira:issue_created" });
    expect((await ask("PUT", at, { ...webhook, ...more, name: "" })).status).toBe(422);
    await ask("PUT", at, { ...webhook, ...more, headers: { host: planted.headerValue } });
    await ask("PUT", at, { ...webhook, ...more, authentication: { kind: planted.bearerToken } });
    webhookPages.push(`/webhooks/jira/${(saved.body.id as string).split("_").at(-1) ?? ""}`);
  }
  tokenServer.answer = (_request, response) => answerJson(response, 400, { error: planted.clientSecret });
  const refused = { ...webhook, authentication: { kind: "oauth2", ...client } };
  expect((await ask("POST", `${SITE}/webhooks`, refused)).status).toBe(422);
  await tokenServer.close();
}

/** Headers of the add-on's endpoint, which its server throws back, and a client certificate that is refused there. */
async function giveEndpointCredentials(): Promise<void> {
  const { body } = await ask("GET", `${SITE}/endpoints`);
  const { number } = (body.items as readonly { number: number; addonKey: string | null }[]).find(
    ({ addonKey }) => addonKey === KEY,
  ) as { number: number };
  const endpoint = `${SITE}/endpoints/${number}`;
  const { key, certificate } = authority.issue("callboard");
  secrets.set("endpointKey", key.split("\n")[1] ?? "");
  for (const change of [
    { headers: { "x-api-key": planted.lastEndpointHeader } },
    { headers: { "x-api-key": planted.endpointHeader } },
  ]) {
    expect((await ask("PATCH", endpoint, change)).status).toBe(200);
  }
  for (const change of [
    { headers: { authorization: planted.endpointHeader } },
    { headers: { "x-api-key": `${planted.endpointHeader}\n` } },
    { tls: { key, certificate } },
    { tls: { key, certificate: key } },
  ]) {
    expect((await ask("PATCH", endpoint, change)).status).toBe(422);
  }
  endpointPage = `/endpoints/jira/${number}`;
  await ask("POST", `${SITE}/events`, { event: "jira:issue_created" });
}

/** Answers that show a secret once are not kept; the secret is looked for everywhere else. */
async function makeSecrets(): Promise<void> {
  const made = await host.call("POST", "/api/v1/tokens", { name: "pos", scopes: ["ingest"], site: "jira" });
  secrets.set("ingestToken", made.body.token as string);
  const metrics = await host.call("POST", "/api/v1/tokens", { name: "scraper", scopes: ["metrics"] });
  secrets.set("metricsToken", metrics.body.token as string);
  const revoked = await host.call("POST", "/api/v1/tokens", { name: "revoked", scopes: ["admin"] });
  secrets.set("revokedToken", revoked.body.token as string);
  await host.call("DELETE", `/api/v1/tokens/${revoked.body.id}`);
  await ask("GET", "/api/v1/sites", undefined, { authorization: `Bearer ${revoked.body.token}` });
  const session = await logIn(host);
  secrets.set("session", session.cookie.split("=")[1] ?? "");
  for (const use of ["used", "unused"]) {
    const link = (await host.call("POST", "/api/v1/login-links")).body as { url: string };
    secrets.set(`${use} login link`, new URL(link.url).pathname.split("/").at(-1) ?? "");
    if (use === "used") await fetch(link.url, { redirect: "manual" });
  }
}

async function doEverything(): Promise<void> {
  await makeSecrets();
  const descriptorUrl = addon.descriptorUrl;
  addon.describe({ version: `1.0 ${CONTROLS}`, vendor: { name: `Bell ${CONTROLS}` } });
  // Refused first, by an add-on that throws its secret back.
  addon.answer("installed", 500, (payload) => {
    secrets.set("refusedSharedSecret", (JSON.parse(payload) as { sharedSecret: string }).sharedSecret);
    return `cannot install ${CONTROLS} ${payload}`;
  });
  expect((await ask("POST", `${SITE}/addons`, { descriptorUrl })).status).toBe(422);
  addon.answer("installed", 204);
  expect((await ask("POST", `${SITE}/addons`, { descriptorUrl })).status).toBe(201);
  secrets.set("sharedSecret", addon.secret() ?? "");
  await giveEndpointCredentials();
  await ask("POST", `${SITE}/addons/${KEY}/disable`);
  await ask("POST", `${SITE}/addons/${KEY}/enable`);
  await ask("POST", `${SITE}/addons/${KEY}/rotate-secret`);
  secrets.set("rotatedSecret", addon.secret() ?? "");

  const webhook = {
    name: "w",
    url: `${receiver.url}/hook?token=${urlQuery}`,
    format: "jira",
    secret: planted.webhookSecret,
  };
  await sendWithCredentials(webhook);
  const made = await ask("POST", `${SITE}/webhooks`, webhook);
  await ask("POST", `${SITE}/webhooks/${made.body.id}/execute`, { event: "jira:issue_created" });
  await ask("POST", `${SITE}/webhooks/execute`, { ...webhook, event: "jira:issue_created" });

  const { secret: _secret, ...withoutSecret } = webhook;
  const alert = { ...withoutSecret, name: "alert", format: "pagerduty", routingKey: planted.routingKey };
  const alerts = await ask("POST", `${SITE}/webhooks`, alert);
  expect(alerts.status).toBe(201);
  await ask("POST", `${SITE}/webhooks/${alerts.body.id}/execute`, { event: "jira:issue_created" });
  await ask("POST", `${SITE}/webhooks/execute`, { ...alert, event: "jira:issue_created" });
  await ask("POST", `${SITE}/webhooks/preview`, { ...alert, event: "jira:issue_created" });
  await ask("POST", `${SITE}/webhooks`, { ...alert, routingKey: `${planted.routingKey}!` });

  const behindProxy = { ...webhook, url: "https://93.184.216.34/", event: "jira:issue_created" };
  const test = await ask("POST", `${SITE}/webhooks/execute`, behindProxy);
  expect(test.body.attempt.outcome).toBe("unreachable:proxy-unreachable");
  await ask("POST", `${SITE}/addons`, { descriptorUrl: "https://93.184.216.34/d.json" });

  // Refused, with a password in each place that takes a URL.
  const withPassword = `https://me:${planted.urlPassword}@hooks.example.com/`;
  expect((await ask("POST", `${SITE}/webhooks`, { ...webhook, url: withPassword })).status).toBe(422);
  expect(
    (await ask("PUT", `${SITE}/webhooks/${made.body.id}`, { ...webhook, url: withPassword })).status,
  ).toBe(422);
  const refusedUrl = `https://me:${planted.installPassword}@files.example.com/d.json?token=${planted.installQuery}`;
  expect((await ask("POST", `${SITE}/addons`, { descriptorUrl: refusedUrl })).status).toBe(422);
  await ask("POST", `${SITE}/addons`, {
    descriptorUrl: `${receiver.url}/d.json?token=${planted.installQuery}`,
  });
  await ask("POST", "/api/v1/descriptors/validate", { descriptorUrl: refusedUrl });
  const upm = { authorization: `Basic ${btoa(`admin:${planted.apiToken}`)}` };
  const upmToken = (await host.call("GET", "/jira/rest/plugins/1.0/", undefined, upm)).headers.get(
    "upm-token",
  );
  secrets.set("upmToken", upmToken ?? "");
  const byUpm = `/jira/rest/plugins/1.0/?token=${upmToken}`;
  const begun = await ask("POST", byUpm, { pluginUri: refusedUrl }, upm);
  await ask("POST", "/jira/rest/plugins/1.0/?token=wrong", { pluginUri: refusedUrl }, upm);
  await waitFor(async () => {
    const { text } = await ask("GET", new URL(begun.body.links.self, host.url).pathname, undefined, upm);
    expect(text).toContain("URL_CREDENTIALS");
  });
  await ask("GET", "/metrics", undefined, { authorization: `Bearer ${secrets.get("metricsToken")}` });
  await ask("GET", "/api/v1/sites", undefined, { authorization: `Bearer ${secrets.get("metricsToken")}` });
  await ask("POST", "/api/v1/events", {}, { authorization: `Bearer ${secrets.get("metricsToken")}` });

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
  for (const password of [planted.basicPassword, planted.apiToken]) {
    const authorization = `Basic ${btoa(`admin:${password}`)}`;
    await ask("GET", "/jira/rest/plugins/1.0/", undefined, { authorization });
    await ask("GET", "/jira/rest/webhooks/1.0/webhook", undefined, { authorization });
  }
  await ask("POST", "/api/v1/keys/rotate");
  await ask("POST", "/api/v1/master-key/rekey");
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
    "/limits",
    "/deliveries",
    "/catalogue",
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
  const forged = { csrf: planted.formToken, key: "k", name: "n", product: "jira" };
  told.set("forged form", await (await session.post("/admin/settings", forged)).text());
  const wrong = { token: planted.wrongToken };
  told.set("wrong login", await (await session.post("/admin/login", wrong)).text());
  told.set("wrong link", await (await session.get(`/admin/login/${planted.wrongToken}`)).text());
  const pages = [
    "",
    "/addons",
    `/addons/jira/${KEY}`,
    "/webhooks/jira",
    "/deliveries",
    "/events",
    "/audit",
    "/catalogue",
  ];
  const settings = ["", "/tokens", "/keys", "/limits", "/deliveries", "/sites/jira"].map(
    (path) => `/settings${path}`,
  );
  for (const path of [
    ...pages,
    endpointPage,
    ...webhookPages,
    ...settings,
    ...ids.map((id) => `/deliveries/${id}`),
  ]) {
    const page = await session.get(`/admin${path}`);
    expect([path, page.status]).toEqual([path, 200]);
    told.set(`page ${path}`, await page.text());
  }
  const exported = await (await session.get("/admin/deliveries/export")).text();
  expect(exported.split("\n").length).toBeGreaterThan(1);
  told.set("export", exported);
  for (const file of readdirSync(host.dataDir)) {
    if (file.startsWith("callboard.sqlite")) {
      told.set(`file ${file}`, readFileSync(join(host.dataDir, file)).toString("latin1"));
    }
  }
}

/** What the command line prints, as text and as JSON. */
async function readCommands(): Promise<void> {
  const { body } = await host.call("GET", "/api/v1/deliveries?site=jira");
  const [first] = body.items as readonly { id: string }[];
  const lists = ["sites", "addons", "webhooks", "token", "keys", "deliveries", "events received"];
  const event =
    ((await host.call("GET", `${SITE}/events`)).body.items as readonly { id: string }[])[0]?.id ?? "";
  const shown = [`addons show ${KEY}`, `deliveries show ${first?.id ?? ""}`, `events why ${event}`];
  const exports = ["export events --since 1h", "export deliveries --since 1h"];
  const commands = [...lists, ...shown, ...exports, "endpoints"];
  for (const command of commands.flatMap((each) => [each, `${each} --json`])) {
    let text = "";
    const add = (more: string) => void (text += more);
    const code = await run(command.split(" "), {
      out: add,
      note: add,
      env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
      readInput: () => Promise.resolve(""),
    });
    expect([command, code]).toEqual([command, 0]);
    told.set(`callboard ${command}`, text);
  }
  const file = join(host.dataDir, "backup");
  expect((await runCommand(host, ["backup", file])).code).toBe(0);
  told.set("file backup", readFileSync(file).toString("latin1"));
}

/** What the Inspector shows and prints; its token comes with the environment. */
async function readInspector(): Promise<void> {
  const program = join(import.meta.dirname, "../../bin/callboard.cjs");
  const child = spawn(process.execPath, [program, "inspect", "--port", "0", "--answer", "503"], {
    env: {
      PATH: process.env["PATH"],
      CALLBOARD_URL: host.url,
      CALLBOARD_TOKEN: host.token,
      CALLBOARD_INSPECTOR_TOKEN: planted.inspectorToken,
    },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = await waitFor(() => {
    const found = /http:\/\/\S+/.exec(printed)?.[0];
    if (found === undefined) throw new Error(printed);
    return found;
  }, 20_000);
  const bearer = { authorization: `Bearer ${planted.inspectorToken}` };
  for (const [path, headers] of [
    ["/login", {}],
    ["/", {}],
    ["/", bearer],
    ["/generate", bearer],
    ["/answers", bearer],
    ["/nothing", bearer],
    ["/atlassian-connect.json", {}],
  ] as const) {
    told.set(`inspector ${told.size} ${path}`, await (await fetch(url + path, { headers })).text());
  }
  for (const token of [planted.wrongToken, planted.inspectorToken]) {
    const login = await fetch(`${url}/login`, {
      method: "POST",
      body: new URLSearchParams({ token }),
      redirect: "manual",
    });
    told.set(`inspector login ${told.size}`, `${String([...login.headers])}${await login.text()}`);
  }
  child.kill("SIGTERM");
  await ended;
  told.set("output of inspect", printed);
}

/** What the server prints when it starts, and when it can't. */
async function readProcesses(): Promise<void> {
  const program = join(import.meta.dirname, "../../bin/callboard.cjs");
  const cwd = mkdtempSync(join(tmpdir(), "callboard-canary-"));
  const env = {
    CALLBOARD_PORT: "0",
    CALLBOARD_LOG_LEVEL: "debug",
    CALLBOARD_ADMIN_TOKEN: planted.apiToken,
    CALLBOARD_MASTER_KEY: planted.masterKey,
    CALLBOARD_MASTER_KEY_NEXT: planted.nextMasterKey,
    CALLBOARD_EGRESS_PROXY: proxyUrl,
  };
  for (const value of [proxyUrl, `${proxyUrl}/path`, proxyUrl.replace("http:", "ftp:")]) {
    const shown = spawnSync(process.execPath, [program, "config"], {
      cwd,
      env: { PATH: process.env["PATH"], ...env, CALLBOARD_EGRESS_PROXY: value },
      encoding: "utf8",
    });
    expect(shown.stdout).toContain("CALLBOARD_EGRESS_PROXY");
    told.set(`output of config ${told.size}`, shown.stdout + shown.stderr);
  }
  const serving = await startServeProcess({ command: process.execPath, args: [program, "serve"], cwd, env });
  serving.send("SIGTERM");
  await serving.ended;
  told.set("output of serve", serving.output());
  const url = (host: string) => `postgres://callboard:${planted.databasePassword}@${host}/callboard`;
  for (const databaseUrl of [
    url("127.0.0.1:1"),
    url("no.such.host.invalid"),
    `${url("127.0.0.1:99999")}?x=1`,
  ]) {
    const failed = spawnSync(process.execPath, [program, "serve"], {
      cwd,
      env: { PATH: process.env["PATH"], ...env, CALLBOARD_DATABASE_URL: databaseUrl },
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(failed.status).not.toBe(0);
    told.set(`output of serve ${told.size}`, failed.stdout + failed.stderr);
  }
  rmSync(cwd, { recursive: true, force: true });
}

test("no secret that was planted or made is told to anybody", () => {
  expect([...secrets.values()].every((secret) => secret.length >= 20)).toBe(true);
  const found = [...secrets].flatMap(([name, secret]) =>
    [...told].filter(([, text]) => text.includes(secret)).map(([where]) => `${name} in ${where}`),
  );
  expect(found).toEqual([]);
});

test("the query of a webhook's URL is shown with the webhook and its deliveries only", () => {
  const shown = [...told].filter(([, text]) => text.includes(urlQuery)).map(([where]) => where);
  expect(shown.length).toBeGreaterThan(3);
  const WITH_URLS =
    /(?:webhooks|deliveries|endpoints|events|status|export)|^file |^page (?:$|\/deliveries|\/events|\/webhooks)/;
  expect(shown.filter((where) => !WITH_URLS.test(where))).toEqual([]);
  expect(shown.filter((where) => /logger|^output|audit|metrics|limits/.test(where))).toEqual([]);
});

test("no token of an add-on, and no private key", () => {
  const found = [...told].filter(([, text]) => /eyJ[\w-]{10,}\.eyJ[\w-]{10,}|PRIVATE KEY/.test(text));
  expect(found.map(([where]) => where)).toEqual([]);
});

test("no control character of a stranger gets to a terminal or into the log", () => {
  const printed = [...told].filter(([where]) => /^(?:callboard (?!.*--json)|the logger|output)/.test(where));
  expect(printed.length).toBeGreaterThan(10);
  const found = printed.flatMap(([where, text]) =>
    text
      .split("\n")
      .filter((line) => CONTROL.test(line))
      .map((line) => `${where}: ${JSON.stringify(line.slice(0, 200))}`),
  );
  expect(found).toEqual([]);
  expect(
    [...told].some(([where, text]) => where.includes("deliveries show") && text.includes("]0;title")),
  ).toBe(true);
});

test("the search finds what is there", () => {
  const shown = [...told].filter(([, text]) => text.includes(addon.baseUrl)).map(([where]) => where);
  expect(shown.join()).toMatch(/GET \/api\/v1\/sites\/jira\/addons.*page .*file callboard\.sqlite/s);
});
