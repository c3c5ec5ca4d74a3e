/**
 * Follows the loss runbook of docs/security.md: the master key is gone, and afterwards a real add-on verifies events again, with a new
 * secret.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { describe, expect, test } from "vitest";
import { createAddon, createMemoryTenants } from "../../src/addon/index.ts";
import { run } from "../../src/cli/index.ts";
import type { Environment } from "../../src/config.ts";
import { createHost } from "../../src/host/index.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { silentLogger } from "../../src/logger.ts";
import { testConfig } from "../support/config.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { listen } from "../support/listen.ts";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../docs/security.md"), "utf8");
const SECTIONS = new Map(
  (DOCUMENT.split("\n## ").find((part) => part.startsWith("Loss runbook")) ?? "")
    .split("\n### ")
    .slice(1)
    .map((section) => [
      section.split("\n")[0] ?? "",
      [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block.trim().split("\n")),
    ]),
);

const KEY = "org.example.ledger";
const TOKEN = "a-token-that-outlives-the-key";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

async function callboard(command: string, env: Environment): Promise<Ran> {
  const [out, notes]: string[][] = [[], []];
  const code = await run(command.split(" ").slice(1), {
    out: (text) => void out?.push(text),
    note: (text) => void notes?.push(text),
    env,
    readInput: () => Promise.resolve(""),
  });
  return { code, out: out?.join("") ?? "", notes: notes?.join("") ?? "" };
}

/** An add-on on the toolkit, which counts the callbacks and the events that it verified. */
async function startLedger(port: number) {
  const seen = { installed: 0, events: [] as string[], refused: 0, refuses: false };
  const tenants = createMemoryTenants();
  const app = express();
  app.use("/installed", (_request, response, next) => {
    if (seen.refuses) response.writeHead(503).end();
    else next();
  });
  const listening = await listen(app);
  const addon = createAddon({
    descriptor: {
      key: KEY,
      name: "Ledger",
      baseUrl: "{{baseUrl}}",
      authentication: { type: "jwt" },
      lifecycle: { installed: "/installed", enabled: "/enabled", disabled: "/disabled" },
      modules: { webhooks: [{ event: "jira:issue_created", url: "/created" }] },
    },
    baseUrl: listening.url,
    tenants,
    keyServer: `http://127.0.0.1:${port}/keys`,
    bodySignature: "required",
    report: (report) => void (seen.refused += report.kind === "refused" ? 1 : 0),
  });
  addon.onLifecycle("installed", () => void (seen.installed += 1));
  addon.on("jira:issue_created", ({ body }) => void seen.events.push(body?.issue.key ?? ""));
  app.use(addon.router);
  const secret = async () => {
    const [tenant] = await tenants.list();
    return tenant !== undefined && "sharedSecret" in tenant ? tenant.sharedSecret : undefined;
  };
  return { ...listening, seen, secret };
}

const trigger = (host: TestHost, key: string) =>
  host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload: { webhookEvent: "jira:issue_created", issue: { key } },
  });

async function findEndpoint(host: TestHost, origin: string): Promise<string> {
  const { body } = await host.call("GET", "/api/v1/sites/jira/endpoints");
  const found = (body.items as readonly { number: number; origin: string }[]).find(
    (endpoint) => endpoint.origin === origin,
  );
  return `/api/v1/sites/jira/endpoints/${found?.number}`;
}

describe.each(["sqlite", "postgres"] as const)("on %s", (kind) => {
  test("a lost master key costs the secrets and nothing else", { timeout: 60_000 }, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "callboard-lost-"));
    const port = await freePort();
    const env: Record<string, string> = {
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_PORT: String(port),
      CALLBOARD_LOG_LEVEL: "silent",
      CALLBOARD_ADMIN_TOKEN: TOKEN,
      ...(kind === "sqlite"
        ? {}
        : {
            CALLBOARD_DATABASE_URL: await newPostgresUrl(),
            CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
          }),
    };
    const ledger = await startLedger(port);
    const receiver = await startReceiver();
    let host: TestHost | undefined = await startTestHost(env);
    try {
      // Before: an add-on that verifies, a signed webhook, an entry of the audit log.
      const installed = await host.call("POST", "/api/v1/sites/jira/addons", {
        descriptorUrl: `${ledger.url}/atlassian-connect.json`,
      });
      expect(installed.status).toBe(201);
      const made = await host.call("POST", "/api/v1/sites/jira/webhooks", {
        name: "signed",
        url: receiver.url,
        secret: "signing-secret-0123",
      });
      const webhookId = (made.body as { id: string }).id;
      const endpoint = await findEndpoint(host, ledger.url);
      await host.call("PATCH", endpoint, { headers: { "x-api-key": "a-lost-value" } });
      await trigger(host, "OLD-1");
      await expect.poll(() => [ledger.seen.events, receiver.received.length]).toEqual([["OLD-1"], 1]);
      const oldSecret = await ledger.secret();

      // A server that runs keeps the command away.
      const lostEnv = {
        ...env,
        ...(kind === "sqlite" ? {} : { CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex") }),
      };
      const whileRunning = await callboard("callboard keys reset --lost-master-key --yes", lostEnv);
      expect([whileRunning.code, whileRunning.notes]).toEqual([1, expect.stringContaining("STORE_LOCKED")]);
      await host.stop();
      host = undefined;

      // The key is lost, and the start names the command.
      if (kind === "sqlite") rmSync(join(dataDir, "master.key"));
      Object.assign(env, lostEnv);
      await expect(startTestHost(env)).rejects.toThrow("callboard keys reset --lost-master-key");

      const [reset = [], after = []] = SECTIONS.get("Lost master key") ?? [];
      const [dryRun = "", forReal = ""] = reset;
      const would = await callboard(dryRun, env);
      expect(would).toMatchObject({ code: 0, out: expect.stringContaining(`jira/${KEY}`) as string });
      expect(would.out).toContain("1 signing key");
      expect(would.out).toContain(`on jira, ${ledger.url}; set them again`);
      // Nothing was changed by it, nor is anything without consent.
      await expect(startTestHost(env)).rejects.toThrow("--lost-master-key");
      expect((await callboard("callboard keys reset --lost-master-key", env)).code).toBe(2);
      expect((await callboard("callboard keys reset --yes", env)).code).toBe(2);
      await expect(startTestHost(env)).rejects.toThrow("--lost-master-key");

      expect(await callboard(forReal, env)).toMatchObject({ code: 0 });
      if (kind === "sqlite") expect(statSync(join(dataDir, "master.key")).mode & 0o777).toBe(0o600);
      // Again, as after an interruption: there is nothing left to do.
      expect((await callboard(forReal, env)).out).toContain("Nothing is lost");

      // The add-on refuses at first. The list of reinstalls outlives this server.
      ledger.seen.refuses = true;
      host = await startTestHost(env);
      const addonNow = async () => (await host?.call("GET", `/api/v1/sites/jira/addons/${KEY}`))?.body;
      await expect
        .poll(async () => (await addonNow()).reinstall)
        .toMatchObject({ attempts: 1, detail: expect.stringContaining("503") as string });
      await trigger(host, "HELD-1");
      await host.stop();
      ledger.seen.refuses = false;
      host = await startTestHost(env);
      await expect.poll(async () => (await addonNow()).reinstall, { timeout: 20_000 }).toBeNull();
      expect(ledger.seen.installed).toBe(2);
      expect(await ledger.secret()).not.toBe(oldSecret);

      // What was held while it had no secret arrives, and what comes now; everything verifies.
      await trigger(host, "NEW-1");
      await expect.poll(() => ledger.seen.events.toSorted()).toEqual(["HELD-1", "NEW-1", "OLD-1"]);
      expect(ledger.seen.refused).toBe(0);
      expect((await host.call("GET", endpoint)).body.headerNames).toEqual([]);

      // The webhook sent nothing unsigned. It can't be activated, and sends no test, before it has a secret again.
      const cli = { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: TOKEN };
      const [list = "", rotate = "", activate = "", verify = ""] = after.map((command) =>
        command.replace("$SITE", "jira").replace("$WEBHOOK_ID", webhookId),
      );
      expect((await callboard(activate, cli)).notes).toContain("signing secret is lost");
      expect(
        await host.call("POST", `/api/v1/sites/jira/webhooks/${webhookId}/execute`, {
          event: "jira:issue_created",
        }),
      ).toMatchObject({ status: 422 });
      expect((await callboard(list, cli)).out).toContain(`${KEY}  enabled`);
      const rotated = await callboard(rotate, cli);
      const secret = /secret (\S+)/.exec(rotated.out)?.[1] ?? "";
      expect(secret).toMatch(/^whsec_/);
      expect(await callboard(activate, cli)).toMatchObject({ code: 0 });
      expect(receiver.received.slice(1).map(({ body }) => body.toString())).toEqual([]);
      await trigger(host, "NEW-2");
      await expect.poll(() => receiver.received.length).toBe(2);
      expect(receiver.received[1]?.headers).toHaveProperty("x-hub-signature");

      // The audit log is whole, from before the loss to now.
      const checked = await callboard(`${verify} --json`, cli);
      expect(JSON.parse(checked.out)).toMatchObject({ verified: true, problem: null, unchained: 0 });
      expect((JSON.parse(checked.out) as { keyLost: number }).keyLost).toBeGreaterThan(0);
      const entries = (await callboard("callboard audit list", cli)).out;
      for (const action of [
        "addon.installed",
        "master-key.reset",
        "addon.reinstalled",
        "webhook.secret-rotated",
      ])
        expect(entries).toContain(action);
    } finally {
      await host?.stop();
      await ledger.close();
      await receiver.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

test("an entry that was altered before the key was lost is found after it", { timeout: 30_000 }, async () => {
  const { config, remove } = testConfig({ CALLBOARD_ADMIN_TOKEN: TOKEN });
  const env = { CALLBOARD_DATA_DIR: config.dataDir, CALLBOARD_LOG_LEVEL: "silent" };
  const first = await startTestHost({ ...env, CALLBOARD_ADMIN_TOKEN: TOKEN });
  for (const name of ["one", "two", "three"])
    await first.call("POST", "/api/v1/tokens", { name, scopes: ["read"] });
  await first.stop();
  const database = await openDatabase(config.databaseUrl);
  await database.autocommit.query("UPDATE callboard_audit SET actor = 'nobody' WHERE seq = 2");
  await database.close();
  rmSync(join(config.dataDir, "master.key"));
  expect((await callboard("callboard keys reset --lost-master-key --yes", env)).code).toBe(0);
  const host = await startTestHost({ ...env, CALLBOARD_ADMIN_TOKEN: TOKEN });
  const { body } = await host.call("GET", "/api/v1/audit/verify");
  expect(body).toMatchObject({ verified: false, entries: 1, problem: { kind: "altered" } });
  await host.stop();
  remove();
});

test("a key file that holds no key is kept beside the new one; a key that opens everything is left alone", async () => {
  const { config, remove } = testConfig();
  const env = { CALLBOARD_DATA_DIR: config.dataDir, CALLBOARD_LOG_LEVEL: "silent" };
  await (await createHost({ config, logger: silentLogger }).start()).stop();
  const path = join(config.dataDir, "master.key");
  const key = readFileSync(path, "utf8");
  expect((await callboard("callboard keys reset --lost-master-key --yes", env)).out).toContain(
    "Nothing is lost",
  );
  expect(readFileSync(path, "utf8")).toBe(key);
  writeFileSync(path, "half a k");
  await expect(createHost({ config, logger: silentLogger }).start()).rejects.toThrow("--lost-master-key");
  expect((await callboard("callboard keys reset --lost-master-key --yes", env)).code).toBe(0);
  expect(readFileSync(`${path}.unusable`, "utf8")).toBe("half a k");
  await (await createHost({ config, logger: silentLogger }).start()).stop();
  remove();
});

test("Lost admin token", async () => {
  const { config, remove } = testConfig();
  const first = await createHost({ config, logger: silentLogger }).start();
  await first.stop();
  rmSync(join(config.dataDir, "token"));
  const lost = await createHost({ config, logger: silentLogger }).start();
  expect([lost.firstRun.firstToken.kind, existsSync(join(config.dataDir, "token"))]).toEqual([
    "elsewhere",
    false,
  ]);
  await lost.stop();
  const host = await startTestHost({ CALLBOARD_DATA_DIR: config.dataDir, CALLBOARD_ADMIN_TOKEN: TOKEN });
  const [[command = ""] = []] = SECTIONS.get("Lost admin token") ?? [];
  const made = await callboard(command.replace("$NAME", "again"), {
    CALLBOARD_URL: host.url,
    CALLBOARD_TOKEN: TOKEN,
  });
  const authorization = `Bearer ${made.out.trim()}`;
  expect((await host.call("GET", "/api/v1/tokens", undefined, { authorization })).status).toBe(200);
  await host.stop();
  remove();
});

test("every section of the runbook was followed", () => {
  expect([...SECTIONS.keys()]).toEqual(["Lost master key", "Lost admin token"]);
});
