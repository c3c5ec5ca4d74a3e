/** Follows the leak runbook of docs/security.md, command by command: afterwards the old secret is worth nothing. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import type { Environment } from "../../src/config.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { startPostgres } from "../support/postgres.ts";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../docs/security.md"), "utf8");
const RUNBOOK = DOCUMENT.split("\n## ").find((part) => part.startsWith("Leak runbook")) ?? "";
/** The commands of each kind of secret. */
const COMMANDS = new Map(
  RUNBOOK.split("\n### ")
    .slice(1)
    .map((section) => [
      section.split("\n")[0] ?? "",
      [...section.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) => block.trim().split("\n")),
    ]),
);
const followed: string[] = [];

const SITE = "/api/v1/sites/jira";
const CURL = /^curl -X (\w+) -H "Authorization: Bearer (\S+)" "(\S+)"$/;

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  [host, receiver] = await Promise.all([startTestHost(), startReceiver()]);
});
afterAll(() => Promise.all([host.stop(), receiver.close()]));

/** Runs the commands of a section, and returns what each printed. A variable is set right before its command. */
async function follow(
  section: string,
  variables: Readonly<Record<string, string | (() => Promise<string>)>> = {},
  at: { readonly url: string; readonly token: string } = host,
): Promise<readonly string[]> {
  const env = { CALLBOARD_URL: at.url, CALLBOARD_TOKEN: at.token };
  const outputs: string[] = [];
  for (const command of COMMANDS.get(section) ?? []) {
    const values: Record<string, string> = { ...env };
    for (const [name, value] of Object.entries(variables)) {
      if (command.includes(`$${name}`)) values[name] = typeof value === "string" ? value : await value();
    }
    const filled = command.replaceAll(/\$(\w+)/g, (_whole, name: string) => values[name] ?? `no ${name}`);
    const [, method = "", bearer, url] = CURL.exec(filled) ?? [];
    if (url === undefined) outputs.push(await callboard(filled, env));
    else
      outputs.push(
        await (await fetch(url, { method, headers: { authorization: `Bearer ${bearer}` } })).text(),
      );
  }
  followed.push(section);
  return outputs;
}

async function callboard(command: string, env: Readonly<Record<string, string>>): Promise<string> {
  let out = "";
  let notes = "";
  const [program, ...args] = command.split(" ");
  const code = await run(args, {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env,
    readInput: () => Promise.resolve(""),
  });
  expect([program, command, code, notes.includes("error")]).toEqual(["callboard", command, 0, false]);
  return out;
}

const tokenIn = (text: string | undefined) => /cb_\w+?_[\w-]{43}/.exec(text ?? "")?.[0] ?? "";
const parseId = (token: string) => token.split("_")[1] ?? "";
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });

async function createToken(scope: string, at = host): Promise<string> {
  const made = await at.call("POST", "/api/v1/tokens", { name: "leaked", scopes: [scope], site: "jira" });
  return (made.body as { token: string }).token;
}

test("API token", async () => {
  const leaked = await createToken("read");
  const [made, list] = await follow("API token", { NAME: "reader", TOKEN_ID: parseId(leaked) });
  expect(list).toContain(parseId(leaked));
  expect((await host.call("GET", SITE, undefined, withToken(leaked))).status).toBe(401);
  expect((await host.call("GET", SITE, undefined, withToken(tokenIn(made)))).status).toBe(200);
});

test("Token in an ingest URL", async () => {
  const leaked = await createToken("ingest");
  const send = (token: string) =>
    host.call("POST", `/jira/ingest/${token}`, { webhookEvent: "jira:issue_created" }, { authorization: "" });
  expect((await send(leaked)).status).toBe(202);
  const [made] = await follow("Token in an ingest URL", {
    NAME: "relay",
    SITE: "jira",
    TOKEN_ID: parseId(leaked),
  });
  expect([(await send(leaked)).status, (await send(tokenIn(made))).status]).toEqual([401, 202]);
});

test("Session or login link", async () => {
  const leaked = await createToken("read");
  const session = await logIn({ url: host.url, token: leaked });
  const link = (await host.call("POST", "/api/v1/login-links", undefined, withToken(leaked))).body as {
    url: string;
  };
  await follow("Session or login link", { TOKEN_ID: parseId(leaked) });
  const page = await session.get("/admin/deliveries");
  expect([page.status, page.headers.get("location")]).toEqual([303, expect.stringContaining("/admin/login")]);
  expect((await fetch(link.url, { redirect: "manual" })).status).toBe(401);
});

test("Shared secret of an add-on", async () => {
  const addon = await startCallingAddon(host, "jira", "leaking-addon");
  try {
    const path = "/rest/atlassian-connect/1/addons/leaking-addon";
    const callWithLeaked = async () =>
      (await addon.call("GET", path, undefined, { secret: addon.secret })).status;
    expect(await callWithLeaked()).toBe(200);
    const [answer] = await follow("Shared secret of an add-on", { SITE: "jira", KEY: "leaking-addon" });
    expect(answer).not.toContain(addon.secret);
    expect([await callWithLeaked(), (await addon.call("GET", path)).status]).toEqual([401, 200]);
  } finally {
    await addon.stop();
  }
});

test("Signing secret of an outgoing webhook", async () => {
  const made = await host.call("POST", `${SITE}/webhooks`, {
    name: "w",
    url: receiver.url,
    format: "jira",
    secret: "leaked-0123456789",
  });
  const { id } = made.body as { id: string };
  const [answer = ""] = await follow("Signing secret of an outgoing webhook", {
    SITE: "jira",
    WEBHOOK_ID: id,
  });
  const [, secret] = /secret (\S{20,})/.exec(answer) ?? [];
  expect(secret).toMatch(/^whsec_/);
  expect(secret).not.toBe("leaked-0123456789");
});

test("Credentials for a receiver", async () => {
  const basic = (password: string) => ({ kind: "basic", user: "callboard", password });
  const made = await host.call("POST", `${SITE}/webhooks`, {
    name: "closed",
    url: receiver.url,
    authentication: basic("leaked"),
  });
  const { id } = made.body as { id: string };
  const folder = mkdtempSync(join(tmpdir(), "callboard-runbook-"));
  const file = join(folder, "new.json");
  writeFileSync(file, JSON.stringify(basic("fresh")));
  try {
    await follow("Credentials for a receiver", { SITE: "jira", WEBHOOK_ID: id, FILE: file });
  } finally {
    rmSync(folder, { recursive: true });
  }
  receiver.received.length = 0;
  receiver.answer = (_request, response) => void response.writeHead(401).end();
  const tried = await host.call("POST", `${SITE}/webhooks/${id}/execute`, { event: "jira:issue_created" });
  expect(tried).toMatchObject({ status: 200 });
  const sent = receiver.received.map(({ headers }) => headers["authorization"]);
  expect(sent).toEqual([`Basic ${Buffer.from("callboard:fresh").toString("base64")}`]);
});

test("Signing key", async () => {
  const kids = async () =>
    ((await host.call("GET", "/api/v1/keys")).body as { items: { kid: string }[] }).items.map(
      ({ kid }) => kid,
    );
  const [leaked = ""] = await kids();
  expect((await host.call("GET", `/keys/${leaked}`)).status).toBe(200);
  await follow("Signing key", { KEY_ID: leaked });
  expect((await host.call("GET", `/keys/${leaked}`)).status).toBe(404);
  const [fresh = ""] = await kids();
  expect([fresh === leaked, (await host.call("GET", `/keys/${fresh}`)).status]).toEqual([false, 200]);
});

/** Starts hosts one after another on the same data. */
async function onSameData(
  work: (start: (env: Environment) => Promise<TestHost>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-runbook-"));
  let running: TestHost | undefined;
  try {
    await work(async (env) => {
      await running?.stop();
      running = undefined;
      return (running = await startTestHost({ CALLBOARD_DATA_DIR: folder, ...env }));
    });
  } finally {
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("The configured token", () =>
  onSameData(async (start) => {
    const leaked = `cb_leaked_${randomBytes(32).toString("base64url")}`;
    const first = await start({ CALLBOARD_ADMIN_TOKEN: leaked });
    const list = (await first.call("GET", "/api/v1/tokens")).body as { items: { id: string }[] };
    const leakedId = list.items[0]?.id ?? "";
    const [made] = await follow(
      "The configured token",
      { NAME: "admin", TOKEN_ID: leakedId },
      { url: first.url, token: leaked },
    );
    const after = await start({ CALLBOARD_ADMIN_TOKEN: tokenIn(made) });
    expect((await after.call("GET", SITE)).status).toBe(200);
    expect((await after.call("GET", SITE, undefined, withToken(leaked))).status).toBe(401);
  }));

test("Master key", { timeout: 60_000 }, () =>
  onSameData(async (start) => {
    const [leaked, fresh] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")];
    const before = await start({ CALLBOARD_MASTER_KEY: leaked });
    await before.call("POST", `${SITE}/webhooks`, {
      name: "w",
      url: receiver.url,
      format: "jira",
      secret: "kept-0123456789abc",
    });
    const changing = await start({ CALLBOARD_MASTER_KEY: leaked, CALLBOARD_MASTER_KEY_NEXT: fresh });
    await follow("Master key", {}, changing);
    const after = await start({ CALLBOARD_MASTER_KEY: fresh });
    const sent = await after.call("POST", `${SITE}/events`, { event: "jira:issue_created", payload: {} });
    expect(sent.status).toBe(202);
    await expect.poll(() => receiver.received.some(({ headers }) => "x-hub-signature" in headers)).toBe(true);
    await expect(start({ CALLBOARD_MASTER_KEY: leaked })).rejects.toThrow(/CALLBOARD_MASTER_KEY/);
  }),
);

test("Password of the database", { timeout: 60_000 }, async () => {
  const postgres = await startPostgres();
  try {
    const url = await postgres.newUrl();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("CREATE ROLE app LOGIN SUPERUSER PASSWORD 'leaked'");
    const as = (password: string) => url.replace("callboard:callboard", `app:${password}`);
    await onSameData(async (start) => {
      const env = { CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex") };
      await start({ ...env, CALLBOARD_DATABASE_URL: as("leaked") });
      await client.query("ALTER ROLE app PASSWORD 'fresh'");
      await follow("Password of the database");
      const after = await start({ ...env, CALLBOARD_DATABASE_URL: as("fresh") });
      expect((await after.call("GET", SITE)).status).toBe(200);
      await expect(start({ ...env, CALLBOARD_DATABASE_URL: as("leaked") })).rejects.toThrow();
    });
    await client.end();
  } finally {
    await postgres.stop();
  }
});

test("every section of the runbook was followed", () => {
  expect([...COMMANDS.keys()].sort()).toEqual([...followed].sort());
});
