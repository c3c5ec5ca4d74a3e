/**
 * Every secret of a receiver is planted, used, refused and replaced, and returned by a receiver that echoes what it is sent. Then it is
 * looked for in the log, on standard output, on pages, in responses and problems, in exports, in a backup and in the database.
 */
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATIONS } from "../../src/client/operation-table.ts";
import { createLogger } from "../../src/logger.ts";
import { createSeal } from "../../src/host/store/seal.ts";
import { SEALED_COLUMNS } from "../../src/host/store/sealed-values.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import type { CallingAddon } from "../support/calling-addon.ts";
import { runCommand } from "../support/command-line.ts";
import { describeOnEach } from "../support/databases.ts";
import { followLinks } from "../support/follow-links.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { quickRequest } from "../support/raw-request.ts";
import { createSecretSearch } from "../support/secret-search.ts";
import { dump } from "../support/store.ts";
import { createAuthority } from "../support/tls-files.ts";
import type { TestAuthority } from "../support/tls-files.ts";
import { answerJson, startTokenServer } from "../support/token-server.ts";
import { waitFor } from "../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const EVENT = "jira:issue_created";
const KEY = "org.example.tide";
const PLAIN_KEY = "org.example.plain";
/** Is part of names and URLs, so that a place that has anything of receivers has it. */
const MARK = "tide-gauge";

type Texts = readonly string[];
interface Rotated<T> {
  readonly value: T;
  readonly previous?: { readonly value: T };
}

/** Reads the values before and after a rotation. */
const inRotation =
  (list: (value: never) => Texts) =>
  (text: string): Texts => {
    const { value, previous } = JSON.parse(text) as Rotated<never>;
    return [...list(value), ...(previous === undefined ? [] : list(previous.value))];
  };
const headersIn = inRotation((headers: readonly (readonly [string, string])[]) =>
  headers.map(([, value]) => value),
);
const keyIn = inRotation(({ client }: { readonly client?: { readonly key: string } }) =>
  client === undefined ? [] : pemIn(client.key),
);
/** The first line of the base64. */
const pemIn = (pem: string): Texts => [pem.split("\n")[1] ?? ""];
const authenticationIn = inRotation((authentication: Readonly<Record<string, string>>) =>
  ["password", "token", "clientSecret"].flatMap((name) => authentication[name] ?? []),
);
/** As it is, and the base64 behind its prefix. */
const secretIn = (text: string): Texts => (/^whs[ek]/.test(text) ? [text, text.slice(6)] : [text]);
const asItIs = (text: string): Texts => [text];

/** What is secret in each sealed column: a new column has to be added, and a secret planted in it. */
const SECRETS_IN: Readonly<Record<string, (text: string) => Texts>> = {
  "callboard_access_token.token_sealed": asItIs,
  "callboard_audit_key.key_sealed": asItIs,
  "callboard_endpoint.headers_sealed": headersIn,
  "callboard_endpoint.tls_sealed": keyIn,
  "callboard_installation.previous_secret_sealed": asItIs,
  "callboard_installation.secret_sealed": asItIs,
  "callboard_pending_install.secret_sealed": asItIs,
  "callboard_signing_key.private_sealed": pemIn,
  "callboard_webhook.authentication_sealed": authenticationIn,
  "callboard_webhook.headers_sealed": headersIn,
  "callboard_webhook.previous_secret_sealed": secretIn,
  "callboard_webhook.routing_key_sealed": asItIs,
  "callboard_webhook.secret_sealed": secretIn,
  "callboard_webhook.tls_sealed": keyIn,
};
/** Is there only while an install is under way; canary.test.ts has the secret of a refused one. */
const IN_PASSING = ["callboard_pending_install.secret_sealed"];

const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string | Buffer])[] = [
  ["identity", (text) => text],
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["deflate", deflateSync],
  ["gzip, gzip", (text) => gzipSync(gzipSync(text))],
];

/** Every text that the bytes are in one of the encodings. */
const decodeAnyhow = (bytes: Buffer): string =>
  [gunzipSync, brotliDecompressSync, inflateSync]
    .flatMap((decode) => {
      try {
        return [decode(bytes)];
      } catch {
        return [];
      }
    })
    .join("\n");

/** Operations whose response is a stream or a file, or that are about nothing of this host. */
const NOT_READ = [
  "downloadBackup",
  "showBackup",
  "showDirectoryEntry",
  "showProductChange",
  "streamListener",
];

describeOnEach((newUrl, database) => {
  const masterKey = randomBytes(32);
  const search = createSecretSearch();
  const { hide, note } = search;
  const canary = (name: string) => hide(name, `canary-${name}-${randomBytes(18).toString("base64url")}`);
  const lines: string[] = [];
  let folder: string;
  let host: TestHost;
  let authority: TestAuthority;
  let echo: Receiver;
  let addon: CallingAddon;
  const sealed = new Map<string, readonly string[]>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "callboard-canary-"));
    authority = createAuthority();
    const databaseUrl = await newUrl();
    host = await startTestHost(
      {
        CALLBOARD_DATABASE_URL: databaseUrl,
        CALLBOARD_MASTER_KEY: masterKey.toString("hex"),
        CALLBOARD_ADMIN_TOKEN: canary("admin-token"),
        CALLBOARD_RETRY_SCHEDULE: "1h",
        CALLBOARD_OUTBOX_URL: `postgres://reader:${canary("outbox-password")}@127.0.0.1:1/app`,
      },
      createLogger("debug", (line) => void lines.push(line)),
    );
    echo = await startReceiver(({ headers, body, url }, response) =>
      throwBack(response, { url, headers, body: body.toString() }),
    );
    await useWebhooks();
    await useAddons();
    await usePortals();
    await readResponses();
    // They show what the API responds, whatever database it is from.
    if (database === "SQLite") {
      await readPages();
      await readCommands();
      await readFiles(databaseUrl);
    }
    note("log", lines.join(""));
    await host.host.stop();
    await readDatabase(databaseUrl);
  }, 240_000);
  afterAll(async () => {
    await addon.stop();
    await echo.close();
    await host.stop();
    authority.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  let echoes = 0;
  let tokens = 0;
  /** Throws everything back, in a header as well; the body in each content encoding in turn. */
  function throwBack(response: ServerResponse, sent: object): void {
    const text = JSON.stringify(sent);
    const [encoding, encode] = ENCODINGS[echoes++ % ENCODINGS.length]!;
    response.setHeader("x-echo", text.slice(0, 8_000).replaceAll(/[^ -~]/g, "?"));
    response.writeHead(400, { "content-encoding": encoding }).end(encode(text));
  }

  /** A refusal is a problem; its response is looked at as every other one. */
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) {
    const reply = await host.call(method, path, body, headers);
    note(`${reply.status >= 400 ? "problem" : "response"} of ${method} ${path}`, reply.text);
    return reply;
  }
  /** A response that shows a secret once. The secret is looked for everywhere else. */
  async function askOnce(method: string, path: string, member: string, body?: unknown, key?: string) {
    const headers = key === undefined ? undefined : { "idempotency-key": key };
    const reply = await host.call(method, path, body, headers);
    expect([path, reply.status]).toEqual([path, expect.toSatisfy((status) => Number(status) < 300)]);
    return hide(`${member} of ${path}`, String(reply.body[member]));
  }
  async function askAndSucceed(method: string, path: string, body?: unknown) {
    const reply = await ask(method, path, body);
    expect([method, path, reply.status, reply.text.slice(0, 300)]).toEqual([
      method,
      path,
      expect.toSatisfy((status) => Number(status) < 300),
      expect.anything(),
    ]);
    return reply;
  }

  const newWebhook = (name: string) => ({
    name: `${MARK} ${name}`,
    url: `${echo.url}/${MARK}`,
    format: "jira",
  });

  /** Saves the values, sends with them, saved and not, and is refused with them. */
  async function useWebhook(name: string, values: Readonly<Record<string, unknown>>): Promise<string> {
    const webhook = { ...newWebhook(name), ...values };
    const made = await askAndSucceed("POST", `${SITE}/webhooks`, webhook);
    const path = `${SITE}/webhooks/${made.body.id as string}`;
    await ask("POST", `${path}/execute`, { event: EVENT });
    await ask("POST", `${SITE}/webhooks/execute`, { ...webhook, event: EVENT });
    await ask("POST", `${SITE}/webhooks/preview`, { ...webhook, event: EVENT });
    expect((await ask("PUT", path, { ...webhook, name: "" })).status).toBe(422);
    expect((await ask("POST", `${SITE}/webhooks`, { ...webhook, url: "nowhere" })).status).toBe(422);
    return path;
  }

  async function useWebhooks(): Promise<void> {
    await useSettings();
    await useTokens();
    await useCertificates();
    await useSigning();
    await useChecks();
  }

  async function useSettings(): Promise<void> {
    for (const [name, make] of [
      ["headers", (turn: string) => ({ headers: { "x-api-key": canary(`header-${turn}`) } })],
      [
        "basic",
        (turn: string) => ({
          authentication: { kind: "basic", user: "bell", password: canary(`password-${turn}`) },
        }),
      ],
      ["bearer", (turn: string) => ({ authentication: { kind: "bearer", token: canary(`bearer-${turn}`) } })],
    ] as const) {
      const path = await useWebhook(name, make("before"));
      await askAndSucceed("PUT", path, { ...newWebhook(name), ...make("after") });
      await ask("POST", `${path}/execute`, { event: EVENT });
    }
    for (const refused of [
      { headers: { host: canary("refused-header") } },
      { headers: { "x-a": `${canary("split-header")}\r\nx-b: c` } },
      { authentication: { kind: "bearer", token: `${canary("refused-token")} x` } },
      { authentication: { kind: canary("refused-kind") } },
      { authentication: { kind: "basic", user: "a:b", password: canary("refused-password") } },
      { format: "pagerduty", routingKey: canary("refused-routing-key") },
      { secret: canary("refused-secret") },
    ]) {
      const reply = await ask("POST", `${SITE}/webhooks`, {
        ...newWebhook("refused"),
        signature: "standard",
        ...refused,
      });
      expect([JSON.stringify(refused), reply.status]).toEqual([expect.anything(), 422]);
    }
    const routingKey = hide("routing key", randomBytes(16).toString("hex"));
    await useWebhook("alert", { format: "pagerduty", routingKey });
  }

  async function useTokens(): Promise<void> {
    const server = await startTokenServer();
    const accessToken = canary("access-token");
    server.answer = (_request, response) =>
      answerJson(response, 200, { access_token: accessToken, expires_in: 3_600 });
    const client = (clientSecret: string) => ({
      authentication: { kind: "oauth2", tokenUrl: server.tokenUrl, clientId: "client", clientSecret },
    });
    await useWebhook("client", client(canary("client-secret")));
    server.answer = ({ headers, body }, response) => throwBack(response, { headers, body: body.toString() });
    const refused = await ask("POST", `${SITE}/webhooks`, {
      ...newWebhook("client"),
      ...client(canary("refused-client-secret")),
    });
    expect(refused.status).toBe(422);
    await server.close();
  }

  async function useCertificates(): Promise<void> {
    const tls = authority.issue("client");
    const values = { url: "https://127.0.0.1:44444/", tls: { ...tls, authorities: authority.certificate } };
    await useWebhook("certificate", values);
    for (const refused of [
      { certificate: tls.certificate, key: authority.issue("other").key },
      { certificate: tls.key, key: tls.key },
      { key: tls.key },
    ]) {
      for (const line of pemIn(refused.key)) hide("key of a refused certificate", line);
      const reply = await ask("POST", `${SITE}/webhooks`, {
        ...newWebhook("refused"),
        ...values,
        tls: refused,
      });
      expect(reply.status).toBe(422);
    }
  }

  async function useSigning(): Promise<void> {
    for (const [signature, secret] of [
      ["standard", `whsec_${randomBytes(32).toString("base64")}`],
      ["hub", canary("hub-secret")],
      ["hub-256", canary("hub-256-secret")],
    ] as const) {
      hide(`secret of ${signature}`, secret);
      const path = await useWebhook(signature, { signature, secret });
      const idempotencyKey = canary(`idempotency-key-${signature}`);
      const rotated = await askOnce("POST", `${path}/rotate-secret`, "secret", {}, idempotencyKey);
      expect(rotated).not.toBe(secret);
      await ask("POST", `${path}/execute`, { event: EVENT });
    }
    const path = await useWebhook("ed25519", { signature: "ed25519" });
    await askAndSucceed("POST", `${path}/rotate-secret`, {});
  }

  /** The value of a challenge must come back, and is told to nobody else. */
  async function useChecks(): Promise<void> {
    let value = "";
    const server = createServer((request, response) => {
      value = String(request.headers["webhook-challenge"]);
      throwBack(response, { headers: request.headers });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const reply = await ask("POST", `${SITE}/webhooks`, {
      ...newWebhook("checked"),
      url: `http://127.0.0.1:${port}/`,
      verify: "challenge",
      headers: { "x-api-key": canary("header-of-a-check") },
    });
    expect([reply.status, reply.body.code]).toEqual([422, "URL_UNVERIFIED"]);
    hide("challenge", value);
    server.closeAllConnections();
    server.close();
  }

  async function useAddons(): Promise<void> {
    const modules = { webhooks: [{ event: EVENT, url: `/${MARK}` }] };
    addon = await startCallingAddon(host, "jira", KEY, modules);
    hide("shared secret", addon.secret);
    addon.answerWebhooks(({ headers, body }, response) => {
      hide(`signature of a token, ${++tokens}`, String(headers["authorization"]).split(".")[2] ?? "");
      throwBack(response, { headers, body: body.toString() });
    });
    // Without a callback: nothing listens there.
    const plain = { key: PLAIN_KEY, name: PLAIN_KEY, baseUrl: "https://127.0.0.1:44445", modules };
    await askAndSucceed("POST", `${SITE}/addons`, {
      descriptor: { ...plain, authentication: { type: "none" } },
    });
    const { body } = await ask("GET", `${SITE}/endpoints?limit=100`);
    const findPath = (key: string): string => {
      const found = (body.items as { number: number; addonKey: string | null }[]).find(
        ({ addonKey }) => addonKey === key,
      );
      return `${SITE}/endpoints/${found?.number}`;
    };
    for (const turn of ["before", "after"]) {
      const headers = { "x-api-key": canary(`endpoint-header-${turn}`) };
      await askAndSucceed("PATCH", findPath(KEY), { headers });
    }
    const tls = { ...authority.issue("callboard"), authorities: authority.certificate };
    await askAndSucceed("PATCH", findPath(PLAIN_KEY), { tls });
    for (const change of [
      { headers: { authorization: canary("endpoint-authorization") } },
      { headers: { "x-a": `${canary("endpoint-split-header")}\n` } },
      { tls: { certificate: tls.certificate, key: authority.issue("other").key } },
    ]) {
      expect((await ask("PATCH", findPath(KEY), change)).status).toBe(422);
    }
    for (const [encoding] of ENCODINGS) {
      const published = await askAndSucceed("POST", `${SITE}/events`, { event: EVENT });
      await waitFor(async () => {
        for (const { id } of published.body.deliveries as { id: string }[]) {
          const delivery = await host.call("GET", `/api/v1/deliveries/${id}`);
          expect([encoding, delivery.body.attempts]).not.toEqual([encoding, []]);
        }
      });
    }
    await askAndSucceed("POST", `${SITE}/addons/${KEY}/disable`);
    await askAndSucceed("POST", `${SITE}/addons/${KEY}/enable`);
    await askAndSucceed("POST", `${SITE}/addons/${KEY}/rotate-secret`);
  }

  /** The links and sessions of a vendor and a tenant: used, unused, and at the top of a window and in a frame. */
  async function usePortals(): Promise<void> {
    await useWebhook("owned", { owner: "tenant of the tide" });
    await host.call("PATCH", "/api/v1/portal-look", { origins: ["https://app.example.com"] });
    for (const portal of [{ addon: KEY }, { owner: "tenant of the tide" }]) {
      const token = await askOnce("POST", "/api/v1/tokens", "token", {
        name: MARK,
        scopes: ["admin"],
        ...portal,
      });
      await ask("GET", "/api/v1/deliveries", undefined, { authorization: `Bearer ${token}` });
      await ask("GET", "/api/v1/settings", undefined, { authorization: `Bearer ${token}` });
      for (const use of ["unused", "window", "frame"]) await useLink(portal, use);
    }
  }

  async function useLink(portal: object, use: string): Promise<void> {
    const { body } = await host.call("POST", "/api/v1/portal-links", portal);
    const { pathname } = new URL(body.url as string);
    hide(`login link, ${use}`, pathname.split("/").at(-1) ?? "");
    if (use === "unused") return;
    const entered = await quickRequest({
      url: host.url + pathname,
      method: use === "frame" ? "GET" : "POST",
      headers:
        use === "frame"
          ? { "sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site" }
          : { origin: host.url, "content-type": "application/x-www-form-urlencoded" },
    });
    const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
    hide(`session, ${use}`, cookie.split("=")[1] ?? "");
    const get = async (path: string) =>
      quickRequest({ url: host.url + path, method: "GET", headers: { cookie } });
    const again = await quickRequest({ url: host.url + pathname, method: "GET", headers: {} });
    note("page of a used link", again.text);
    for (const { path, text } of await followLinks(get, "/admin/deliveries"))
      note(`page ${path} of a portal`, text);
  }

  async function readResponses(): Promise<void> {
    const listIds = async (path: string): Promise<readonly string[]> => {
      const { body } = await host.call("GET", path);
      return (body.items as { id?: string; number?: number }[]).map(({ id, number }) => id ?? String(number));
    };
    const values: Readonly<Record<string, readonly string[]>> = {
      "{site}": ["jira"],
      "{product}": ["jira"],
      "{event}": [EVENT],
      "addons/{key}": [KEY, PLAIN_KEY],
      "webhooks/{id}": await listIds(`${SITE}/webhooks`),
      "events/{id}": await listIds(`${SITE}/events`),
      "deliveries/{id}": await listIds("/api/v1/deliveries?limit=100"),
      "endpoints/{number}": await listIds(`${SITE}/endpoints?limit=100`),
      "replays/{id}": await listIds(`${SITE}/replays`),
    };
    for (const [id, [method, pattern]] of Object.entries(OPERATIONS)) {
      if (method !== "GET" || NOT_READ.includes(id)) continue;
      for (const path of fillPath(pattern, values)) {
        // An export is lines of JSON, which is no JSON.
        const headers = { authorization: `Bearer ${host.token}` };
        const reply = await quickRequest({ url: host.url + path, method: "GET", headers });
        expect([path, reply.status]).toEqual([path, 200]);
        note(`${id.startsWith("export") ? "export" : "response"} of ${path}`, reply.text);
      }
    }
    for (const path of ["/metrics", "/readyz", "/.well-known/jwks.json"]) await ask("GET", path);
  }

  function fillPath(pattern: string, values: Readonly<Record<string, readonly string[]>>): readonly string[] {
    const filled = Object.entries(values).reduce<readonly string[]>(
      (paths, [name, all]) =>
        paths.flatMap((path) =>
          path.includes(name)
            ? all.map((value) => path.replace(name, name.replace(/\{\w+\}/, encodeURIComponent(value))))
            : [path],
        ),
      [pattern],
    );
    expect([pattern, filled.filter((path) => path.includes("{"))]).toEqual([pattern, []]);
    return filled;
  }

  async function readPages(): Promise<void> {
    const session = await logIn(host);
    hide("session of an administrator", session.cookie.split("=")[1] ?? "");
    const get = async (path: string) => {
      const page = await session.get(path);
      return { status: page.status, text: await page.text() };
    };
    const pages = await followLinks(get, "/admin");
    expect(pages.length).toBeGreaterThan(50);
    for (const { path, text } of pages) note(`page ${path}`, text);
    note("export of deliveries by page", (await get("/admin/deliveries/export")).text);
    const header = canary("header-in-a-form");
    const password = canary("password-in-a-form");
    const typed = { headersChoice: "given", headers: `x-api-key: ${header}`, authPassword: password };
    const chosen = { authenticationChoice: "basic", authUser: "bell", name: "", url: echo.url, do: "test" };
    for (const action of ["test", "preview", "save"]) {
      const form = await session.post("/admin/webhooks/jira/new", {
        ...{ csrf: session.csrf, ...typed, ...chosen, testEvent: EVENT, do: action },
      });
      // A form that is shown again has what was typed, and nothing else has.
      note(`page of a form, ${action}`, withoutFields(await form.text()));
    }
  }

  const withoutFields = (html: string): string =>
    html.replaceAll(/<textarea.*?<\/textarea>|<input[^>]*>/gs, "");

  async function readCommands(): Promise<void> {
    const [webhook] = (await host.call("GET", `${SITE}/webhooks`)).body.items as { id: string }[];
    const [delivery] = (await host.call("GET", "/api/v1/deliveries")).body.items as { id: string }[];
    for (const command of [
      "webhooks",
      `webhooks show ${webhook?.id}`,
      `webhooks preview ${webhook?.id} ${EVENT}`,
      "endpoints",
      "addons",
      `addons show ${KEY}`,
      "deliveries",
      `deliveries show ${delivery?.id}`,
      "audit list",
      "settings",
      "portal",
      "status",
      "tokens",
      "doctor",
      "export events --since 1h",
      "export deliveries --since 1h",
    ]) {
      for (const form of [command, `${command} --json`]) {
        const { out, notes } = await runCommand(host, form.split(" "));
        note(`${command.startsWith("export") ? "export" : "standard output"} of ${form}`, out + notes);
      }
    }
  }

  async function readFiles(databaseUrl: string): Promise<void> {
    const backup = join(folder, "backup");
    expect((await runCommand(host, ["backup", backup])).code).toBe(0);
    note("backup", readFileSync(backup).toString("latin1"));
    const file = databaseUrl.slice("sqlite:".length);
    for (const each of [file, `${file}-wal`]) {
      if (existsSync(each)) note(`file ${each}`, readFileSync(each).toString("latin1"));
    }
  }

  /** Every row, and what is sealed in them. */
  async function readDatabase(databaseUrl: string): Promise<void> {
    const opened = await openDatabase(databaseUrl);
    note("dump", await dump(opened.read));
    for (const table of ["callboard_attempt", "callboard_lifecycle_call"]) {
      const rows = await opened.read.query<{ answer: Buffer }>(
        `SELECT answer FROM ${table} WHERE answer IS NOT NULL`,
      );
      for (const { answer } of rows) note(`dump, decoded, of ${table}`, decodeAnyhow(answer));
    }
    const seal = createSeal(masterKey);
    for (const { table, column, key, findPlace } of SEALED_COLUMNS) {
      const rows = await opened.read.query<{ sealed: Buffer }>(
        `SELECT ${key}, ${column} AS sealed FROM ${table.name} WHERE ${column} IS NOT NULL`,
      );
      const name = `${table.name}.${column}`;
      const texts = rows.flatMap(
        ({ sealed: value, ...columns }) => SECRETS_IN[name]?.(seal.open(findPlace(columns), value)) ?? [],
      );
      sealed.set(name, texts);
      for (const text of texts) hide(name, text);
    }
    await opened.close();
  }

  test("each sealed column is known here, and has a secret", () => {
    expect([...sealed.keys()].toSorted()).toEqual(Object.keys(SECRETS_IN).toSorted());
    const empty = [...sealed].filter(([, texts]) => texts.length === 0).map(([name]) => name);
    expect(empty).toEqual(IN_PASSING);
  });

  test("no secret is told anywhere", () => {
    expect(search.findings()).toEqual([]);
  });

  test("the search finds what is there, in every place", () => {
    const places = new Set(search.listPlaces(MARK).map((where) => where.split(" ")[0]));
    const expected = ["response", "export", "dump"];
    const ofSqlite = ["page", "standard", "backup", "file"];
    expect([...places]).toEqual(
      expect.arrayContaining(database === "SQLite" ? [...expected, ...ofSqlite] : expected),
    );
    expect(search.listPlaces("addon.called")).toEqual(["log"]);
    expect(
      search.listPlaces("BODY_SCHEMA").filter((where) => where.startsWith("problem")).length,
    ).toBeGreaterThan(5);
  });
});

test("the search knows a secret in JSON, in a URL, in hexadecimal and within base64", () => {
  const secret = `a "secret" of 24 letters/${createHmac("sha256", "x").digest("base64url")}`;
  const forms: readonly string[] = [
    JSON.stringify({ secret }),
    `/?secret=${encodeURIComponent(secret)}`,
    Buffer.from(`bell ${secret}`).toString("hex"),
    ...["", "x", "xy"].flatMap((before) =>
      (["base64", "base64url"] as const).map((encoding) =>
        Buffer.from(`${before}${secret}:more`).toString(encoding),
      ),
    ),
  ];
  for (const text of forms) {
    const search = createSecretSearch();
    search.hide("it", secret);
    search.note("text", text);
    expect([text, search.findings()]).toEqual([text, ["it in text"]]);
    expect(search.listPlaces("nothing of it")).toEqual([]);
  }
});
