/** The first start and those after it, as real processes: what is made, what is told, and what is refused. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { freePort } from "../support/free-port.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");
const started: ServeProcess[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-first-"));
});
afterEach(async () => {
  for (const each of started.splice(0)) await stop(each);
  rmSync(folder, { recursive: true, force: true });
});

async function serve(env: Readonly<Record<string, string>> = {}): Promise<ServeProcess> {
  const args = [CALLBOARD, "serve", "--port", "0"];
  const process_ = await startServeProcess({ command: process.execPath, args, cwd: folder, env });
  started.push(process_);
  return process_;
}

async function stop({ send, ended }: ServeProcess): Promise<unknown> {
  send("SIGTERM");
  return ended;
}

/** A start that is refused: its exit code and what it said. */
function refused(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  user: { readonly uid?: number; readonly gid?: number } = {},
) {
  return new Promise<{ code: unknown; out: string; notes: string }>((resolve) => {
    const options = {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      ...user,
      timeout: 15_000,
      // A start that goes round for ever hears no other signal.
      killSignal: "SIGKILL" as const,
    };
    execFile(process.execPath, [CALLBOARD, "serve", ...args], options, (error, out, notes) =>
      resolve({ code: error?.code, out, notes }),
    );
  });
}

const api = async (host: ServeProcess, token: string, path: string) =>
  (
    await fetch(`${host.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  ).json() as Promise<{
    readonly items: readonly Readonly<Record<string, unknown>>[];
  }>;

test("the first start makes everything, tells where it is, and ends with READY", async () => {
  const host = await serve();
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();

  expect(host.results().trimEnd().split("\n").at(-1)).toBe(`READY ${host.url}`);
  expect(host.output()).toContain("Profile dev: deliveries can reach the network of this machine");
  for (const told of [
    token,
    `${host.url}/admin`,
    `${host.url}/api/openapi.json`,
    join(folder, ".callboard/callboard.sqlite"),
    `"hosts": ["http://admin:${token}@localhost:${new URL(host.url).port}/jira"]`,
    `CONNECT_KEYS_CDN_URL=${host.url}/keys`,
  ]) {
    expect(host.results()).toContain(told);
  }
  const getMode = (file: string) => statSync(join(folder, ".callboard", file)).mode & 0o777;
  expect([getMode("token"), getMode("master.key"), getMode(".")]).toEqual([0o600, 0o600, 0o700]);
  expect([getMode("callboard.sqlite"), getMode("callboard.sqlite-wal")]).toEqual([0o600, 0o600]);

  expect((await api(host, token, "/sites")).items.map(({ key }) => key)).toEqual([
    "jira",
    "confluence",
    "projectrak",
    "backlog",
    "tracker",
    "callboard",
  ]);
  const [key] = (await api(host, token, "/keys")).items;
  const pem = await (await fetch(`${host.url}/keys/${String(key?.["kid"])}`)).text();
  expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
});

test("a command in the same folder finds the server, on any port and behind any base URL", async () => {
  const host = await serve({ CALLBOARD_BASE_URL: "http://127.0.0.1:9/elsewhere" });
  expect(host.url).toBe("http://127.0.0.1:9/elsewhere");
  const sites = await new Promise<string>((resolve, reject) => {
    const options = { cwd: folder, env: { PATH: process.env["PATH"] ?? "" } };
    execFile(process.execPath, [CALLBOARD, "sites", "--json"], options, (error, out, notes) =>
      error === null ? resolve(out) : reject(new Error(notes)),
    );
  });
  expect((JSON.parse(sites) as { items: unknown[] }).items).toHaveLength(6);
  await stop(host);
});

test("a later start keeps everything and does not show the token again", async () => {
  await stop(await serve());
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();

  const host = await serve();

  expect(host.output()).not.toContain(token);
  expect(host.results()).toContain(`Token     in ${join(folder, ".callboard/token")}`);
  expect((await api(host, token, "/keys")).items).toHaveLength(1);
});

test("a master key that has gone is missed, not replaced", async () => {
  await stop(await serve());
  const file = join(folder, ".callboard/master.key");
  const key = readFileSync(file, "utf8");
  rmSync(file);

  expect(await refused(["--port", "0"])).toMatchObject({
    code: 2,
    notes: expect.stringMatching(/CONFIG_INVALID.*master\.key is gone/),
  });
  expect(existsSync(file)).toBe(false);

  writeFileSync(file, key);
  await serve();
});

test("a token of the configuration is named, and no file is promised", async () => {
  const token = "configured-token-of-a-test";
  const host = await serve({ CALLBOARD_ADMIN_TOKEN: token });

  expect(host.results()).toContain("Token     the value of CALLBOARD_ADMIN_TOKEN");
  expect(host.output()).not.toContain(token);
  expect((await api(host, token, "/sites")).items).toHaveLength(6);
});

describe("a changed environment", () => {
  const T1 = "configured-token-number-one";
  const T2 = "configured-token-number-two";
  const auth = (token: string) => ({ authorization: `Bearer ${token}` });
  const readStatus = async (host: ServeProcess, token: string) =>
    (await fetch(`${host.url}/api/v1/sites`, { headers: auth(token) })).status;
  const listTokens = async (host: ServeProcess, token: string) => (await api(host, token, "/tokens")).items;
  const warnings = (host: ServeProcess) =>
    host
      .output()
      .split("\n")
      .filter((line) => line.includes('"level":"warn"'))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

  test("a revoked token of the configuration stays revoked, and the start says so once", async () => {
    const first = await serve({ CALLBOARD_ADMIN_TOKEN: T1 });
    const made = await fetch(`${first.url}/api/v1/tokens`, {
      method: "POST",
      headers: { ...auth(T1), "content-type": "application/json" },
      body: JSON.stringify({ name: "other", scopes: ["admin"] }),
    });
    const { token: other } = (await made.json()) as { token: string };
    const configured = (await listTokens(first, T1)).find(({ name }) => name === "configured");
    const revoked = await fetch(`${first.url}/api/v1/tokens/${String(configured?.["id"])}`, {
      method: "DELETE",
      headers: auth(other),
    });
    expect(revoked.ok).toBe(true);
    await stop(first);

    for (const _start of [2, 3]) {
      const host = await serve({ CALLBOARD_ADMIN_TOKEN: T1 });
      expect([await readStatus(host, T1), await readStatus(host, other)]).toEqual([401, 200]);
      expect(warnings(host)).toMatchObject([
        { event: "token.configured-revoked", setting: "CALLBOARD_ADMIN_TOKEN" },
      ]);
      expect(host.results()).toMatch(/Token +revoked/);
      expect(host.output()).not.toContain(T1);
      await stop(host);
    }
    // Another one is taken, and the other tokens stay as they are.
    const host = await serve({ CALLBOARD_ADMIN_TOKEN: T2 });
    expect([await readStatus(host, T1), await readStatus(host, T2), await readStatus(host, other)]).toEqual([
      401, 200, 200,
    ]);
    expect(warnings(host)).toEqual([]);
  });

  test("a new token of the configuration revokes the one before it, and only that", async () => {
    const first = await serve({ CALLBOARD_ADMIN_TOKEN: T1 });
    const made = await fetch(`${first.url}/api/v1/tokens`, {
      method: "POST",
      headers: { ...auth(T1), "content-type": "application/json" },
      body: JSON.stringify({ name: "configured", scopes: ["admin"] }),
    });
    const { token: namesake } = (await made.json()) as { token: string };
    await stop(first);

    const second = await serve({ CALLBOARD_ADMIN_TOKEN: T2 });
    expect([
      await readStatus(second, T1),
      await readStatus(second, T2),
      await readStatus(second, namesake),
    ]).toEqual([401, 200, 200]);
    expect(warnings(second)).toMatchObject([{ event: "token.replaced", name: "configured" }]);
    expect((await api(second, T2, "/audit")).items).toMatchObject([
      {
        action: "token.revoked",
        actor: "configuration",
        detail: expect.stringContaining("CALLBOARD_ADMIN_TOKEN"),
      },
      { action: "token.created" },
    ]);
    await stop(second);

    // Back again: the old one stays revoked, and nobody is locked out.
    const third = await serve({ CALLBOARD_ADMIN_TOKEN: T1 });
    expect([await readStatus(third, T1), await readStatus(third, T2)]).toEqual([401, 200]);
    await stop(third);
    // Not given any more: what was valid stays valid.
    const fourth = await serve();
    expect([await readStatus(fourth, T1), await readStatus(fourth, T2)]).toEqual([401, 200]);
  });

  test("the token of an earlier version, which kept no note of it, is replaced as well", async () => {
    await stop(await serve({ CALLBOARD_ADMIN_TOKEN: T1 }));
    const database = await openDatabase(`sqlite:${join(folder, ".callboard/callboard.sqlite")}`);
    await database.autocommit.query("DELETE FROM callboard_setting WHERE name = 'configured_token'");
    await database.close();

    const host = await serve({ CALLBOARD_ADMIN_TOKEN: T2 });

    expect([await readStatus(host, T1), await readStatus(host, T2)]).toEqual([401, 200]);
  });
});

test("in the prod profile no site is made, and how to add one is told", async () => {
  const host = await serve({ CALLBOARD_PROFILE: "prod" });
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();

  expect((await api(host, token, "/sites")).items.map(({ key }) => key)).toEqual(["callboard"]);
  expect(host.results()).toContain("callboard sites create KEY --product jira");
  expect(host.results()).not.toContain("/jira");
});

test("a second process on the same file is refused, and says what to do", async () => {
  await serve();

  expect(await refused(["--port", "0"])).toMatchObject({
    code: 1,
    out: "",
    notes: expect.stringMatching(/^error\[STORE_LOCKED\]: .*CALLBOARD_DATA_DIR.*PostgreSQL/),
  });
});

test.each([
  ["a port that is taken", "PORT", /EADDRINUSE.*\n.*--port/],
  ["a directory below a file", "FILE", /below.*ENOTDIR.*\n.*--data-dir/],
  [
    "a database that is none",
    "JUNK",
    /STORE_INVALID.*callboard\.sqlite is no SQLite database.*\n.*--data-dir/,
  ],
  [
    "a database that does not run",
    "POSTGRES",
    /STORAGE.*Nothing listens at postgres:\/\/user:\*\*\*@127.*\n.*CALLBOARD_DATABASE_URL/,
  ],
  ["a network that is none", "NETWORK", /CONFIG_INVALID.*CALLBOARD_ALLOW_NETWORKS: "10\.0\.0"/],
] as const)("%s is told with what to do about it", async (_title, what, reason) => {
  const file = join(folder, "file");
  writeFileSync(file, "x");
  mkdirSync(join(folder, "junk"));
  writeFileSync(join(folder, "junk/callboard.sqlite"), "no database at all");
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const args = {
    PORT: ["--port", String(port)],
    FILE: ["--data-dir", join(file, "below")],
    JUNK: ["--data-dir", join(folder, "junk")],
    POSTGRES: ["--database-url", `postgres://user:hidden@127.0.0.1:${await freePort()}/callboard`],
    NETWORK: ["--allow-networks", "10.0.0"],
  };
  const env: Record<string, string> =
    what === "POSTGRES" ? { CALLBOARD_MASTER_KEY: randomBytes(32).toString("base64") } : {};

  const told = await refused(["--port", "0", ...args[what]], env);

  expect(told).toMatchObject({
    code: what === "NETWORK" ? 2 : 1,
    out: "",
    notes: expect.stringMatching(reason),
  });
  expect(told.notes).not.toContain("hidden");
  await new Promise((resolve) => taken.close(resolve));
});

test.each([
  ["the dev profile on every interface", ["--host", "0.0.0.0", "--profile", "dev"], /dev profile .* refused/],
  ["no profile on every interface", ["--host", "0.0.0.0"], /CALLBOARD_PROFILE must be given/],
  [
    "values that cannot be read, all at once",
    ["--port", "x", "--role", "y"],
    /CALLBOARD_ROLE .*\n.*CALLBOARD_PORT|CALLBOARD_PORT .*\n.*CALLBOARD_ROLE/,
  ],
])("%s is refused with the reason", async (_title, args, reason) => {
  expect(await refused(args)).toMatchObject({ code: 2, out: "", notes: expect.stringMatching(reason) });
});

describe("a path that cannot be used ends the start with 1 and a sentence", () => {
  const nobody = 65_534;
  const locked = () => {
    const path = join(folder, "locked");
    mkdirSync(path, { mode: 0o500 });
    return path;
  };
  const file = () => {
    const path = join(folder, "file");
    writeFileSync(path, "x");
    return path;
  };
  const directory = (name: string) => {
    mkdirSync(join(folder, ".callboard", name), { recursive: true });
    return [];
  };

  test.each([
    ["where the system makes none", () => ["--data-dir", "/proc/x"], /directory \/proc\/x: .*\(ENOENT\)/],
    ["below that", () => ["--data-dir", "/proc/x/y"], /directory \/proc\/x: .*\(ENOENT\)/],
    [
      "read-only",
      () => ["--data-dir", "/sys/kernel/x"],
      /directory \/sys\/kernel\/x: .*\(E(PERM|ACCES|ROFS)\)/,
    ],
    ["without permission", () => ["--data-dir", join(locked(), "x")], /locked\/x: .*permission \(EACCES\)/],
    ["a file in its place", () => ["--data-dir", file()], /file: a file is in its place \(EEXIST\)/],
    ["too long", () => ["--data-dir", join(folder, "x".repeat(300))], /path is too long \(ENAMETOOLONG\)/],
    [
      "a database below /proc",
      () => ["--database-url", "sqlite:/proc/x/db"],
      /directory \/proc\/x: .*\(ENOENT\)/,
    ],
    [
      "a database that is a directory",
      () => ["--database-url", `sqlite:${folder}`],
      /it is a directory.*\(EISDIR\)/,
    ],
    ["a token file that is a directory", () => directory("token"), /token.*\n.*--data-dir/],
    ["a master key that is a directory", () => directory("master.key"), /EISDIR.*\n.*--data-dir/],
  ])("%s", async (_title, getArgs, reason) => {
    const args = getArgs();
    // Root may do everything: as somebody else, when the tests run as root.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chmodSync(folder, 0o777);
    if (isRoot && existsSync(join(folder, ".callboard"))) chmodSync(join(folder, ".callboard"), 0o777);
    const told = await refused(["--port", "0", ...args], {}, isRoot ? { uid: nobody, gid: nobody } : {});

    expect(told).toMatchObject({ code: 1, out: "", notes: expect.stringMatching(reason) });
    expect(told.notes).not.toContain("    at ");
  });
});
