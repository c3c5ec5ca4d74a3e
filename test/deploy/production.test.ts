/** docs/production.md: each of its commands is run by a test, with the folders and programs of the test. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { startServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { listCommands, splitCommand } from "./commands.ts";
import { ROOT, describeWith, readFromRoot, requireProgram, runProgram } from "./programs.ts";

const PAGE = "docs/production.md";
const CALLBOARD = join(ROOT, "bin/callboard.cjs");

/** Where the commands are run; the page says of the others that no test can. */
const RUN_IN: readonly (readonly [command: RegExp, where: string])[] = [
  [/^docker (?:build|run|exec|stop) /, "image.test.ts"],
  [/^callboard sites add /, "image.test.ts"],
  [/^(?:CALLBOARD_BASE_URL=\S+ )?docker compose /, "here"],
  [/^helm upgrade /, "here"],
  [/^npm install --prefix \/opt\/callboard callboard$/, "../pack/pack.test.ts"],
  [/^install /, "here"],
  [/^nginx -t$/, "proxy.ts"],
  [/^caddy validate /, "here"],
  [/^CALLBOARD_DATABASE_URL=\S+ callboard migrate$/, "here"],
  [/^(?:tar|pg_dump|pg_restore) /, "here"],
  [/^(?:kubectl|systemctl) /, "nowhere: they need a cluster, or systemd as the first process"],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-production-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command of the page in a shell, with other text for what this machine doesn't have. */
function follow(
  command: string,
  replaced: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): string {
  const line = Object.entries(replaced).reduce((text, [from, to]) => text.replaceAll(from, to), command);
  const { status, stdout, stderr } = spawnSync("sh", ["-ec", line], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    encoding: "utf8",
  });
  expect([line, status, status === 0 ? "" : stderr + stdout]).toEqual([line, 0, ""]);
  return stdout;
}

test("every command of the page is run somewhere", () => {
  const commands = listCommands(PAGE);
  expect(commands.length).toBeGreaterThan(20);
  expect(commands.filter((command) => !RUN_IN.some(([pattern]) => pattern.test(command)))).toEqual([]);
});

test("units, settings and configurations are copied to where they belong", () => {
  const commands = listCommands(PAGE, /^install /);
  expect(commands.length).toBe(4);
  for (const place of ["etc/systemd/system", "etc/nginx/conf.d"])
    mkdirSync(join(folder, place), { recursive: true });
  for (const command of commands) {
    follow(command, {
      "/opt/callboard/node_modules/callboard": ROOT,
      " /etc": ` ${folder}/etc`,
      " .env": ` ${folder}/.env`,
    });
  }
  const modes = [
    ".env",
    "etc/callboard/callboard.env",
    "etc/systemd/system/callboard.service",
    "etc/nginx/conf.d/upstream.conf",
  ];
  expect(modes.map((path) => (statSync(join(folder, path)).mode & 0o777).toString(8))).toEqual([
    "600",
    "600",
    "644",
    "644",
  ]);
});

describeWith(["docker-compose"], "the commands of Compose", () => {
  test("name files that it takes", () => {
    const commands = listCommands(PAGE, /docker compose /);
    expect(commands.length).toBe(2);
    const settings = readFromRoot("deploy/env.example").replaceAll(/=$/gm, "=abcdefghijklmnopqrstuvwxyz");
    writeFileSync(join(folder, "filled.env"), settings);
    for (const command of commands) {
      const replaced = {
        "docker compose": requireProgram("docker-compose"),
        "--env-file .env": `--env-file ${folder}/filled.env`,
        "up --detach": "config --quiet",
      };
      expect(follow(command, replaced)).toBe("");
    }
  });
});

describeWith(["helm"], "the command of Helm", () => {
  test("renders the chart", () => {
    const [command = ""] = listCommands(PAGE, /^helm upgrade/);
    const [, , , ...args] = splitCommand(command);
    const { status, out, errors } = runProgram("helm", ["template", "--kube-version=1.34.0", ...args]);
    expect([status, errors]).toEqual([0, ""]);
    expect(out).toContain("kind: Ingress");
  });

  test("the values for ingress-nginx are taken", () => {
    const [, values = ""] = /^```yaml\n([^]*?)^```/m.exec(readFromRoot(PAGE)) ?? [];
    const file = join(folder, "values.yaml");
    writeFileSync(file, `baseUrl: https://callboard.example.com\n${values}`);
    const chart = "deploy/helm/callboard";
    const { out } = runProgram("helm", [
      "template",
      "--kube-version=1.34.0",
      "callboard",
      chart,
      "--values",
      file,
    ]);
    expect(out).toContain("nginx.ingress.kubernetes.io/proxy-body-size: 25m");
  });
});

describeWith(["caddy"], "the command of Caddy", () => {
  test("accepts the file", () => {
    const [command = ""] = listCommands(PAGE, /^caddy /);
    follow(command, { "caddy validate": `${requireProgram("caddy")} validate` }, { HOME: folder });
  });
});

describe("a backup of SQLite", () => {
  test("has everything, and a server starts on it", async () => {
    const [pack = "", unpack = ""] = listCommands(PAGE, /^tar /);
    const [before, after] = [join(folder, "before"), join(folder, "after")];
    mkdirSync(before);
    mkdirSync(after);
    await withServer(before, (callboard) =>
      callboard("sites", "add", "kept", "--product", "jira", "--name", "Kept"),
    );
    const archive = { "callboard.tar.gz": join(folder, "callboard.tar.gz") };
    follow(pack, { ...archive, "/var/lib/callboard": before });
    follow(unpack, { ...archive, "/var/lib/callboard": after });
    expect(await withServer(after, (callboard) => callboard("sites", "list"))).toContain("kept");
    expect(readFileSync(join(after, "master.key"))).toEqual(readFileSync(join(before, "master.key")));
  });
});

describe("sizing", () => {
  const EVENTS = 1_000;

  test("an event takes as much of the disk as the page says", async () => {
    const [, size = "", body = ""] =
      /^\| disk +\| (\S+) KB for an event with a body of (\S+) KB and 3/m.exec(readFromRoot(PAGE)) ?? [];
    const dataDir = join(folder, "sized");
    const receiver = await startReceiver();
    const text = "a".repeat(Number(body) * 1000);
    const measure = () => statSync(join(dataDir, "callboard.sqlite")).size;
    await withServer(dataDir, async (callboard) => {
      await callboard("sites", "add", "tracker", "--product", "jira", "--name", "Tracker");
      for (const name of ["a", "b", "c"])
        await callboard("webhooks", "add", "--site", "tracker", "--name", name, `${receiver.url}/${name}`);
      return "";
    });
    const before = measure();
    await withServer(dataDir, async (_callboard, url) => {
      const authorization = `Bearer ${readFileSync(join(dataDir, "token"), "utf8").trim()}`;
      const headers = { authorization, "content-type": "application/json" };
      const event = JSON.stringify({ event: "jira:issue_created", payload: { text } });
      for (let sent = 0; sent < EVENTS; sent += 10) {
        const all = Array.from({ length: 10 }, () =>
          fetch(`${url}/api/v1/sites/tracker/events`, { method: "POST", headers, body: event }),
        );
        expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([202]));
      }
      await waitFor(() => expect(receiver.received.length).toBe(3 * EVENTS), 60_000);
      return "";
    });
    await receiver.close();
    const kilobytes = (measure() - before) / EVENTS / 1000;
    console.log(`disk: ${kilobytes.toFixed(1)} KB for an event`);
    expect(kilobytes / Number(size)).toBeGreaterThan(0.8);
    expect(kilobytes / Number(size)).toBeLessThan(1.25);
  });
});

async function withServer(
  dataDir: string,
  use: (callboard: (...args: string[]) => Promise<string>, url: string) => Promise<string>,
): Promise<string> {
  const env = {
    CALLBOARD_DATA_DIR: dataDir,
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_ALLOW_NETWORKS: "127.0.0.1",
  };
  const server = await startServeProcess({
    command: process.execPath,
    args: [CALLBOARD, "serve", "--port", "0"],
    cwd: folder,
    env,
  });
  try {
    return await use(async (...args) => {
      const { stdout } = await promisify(execFile)(process.execPath, [CALLBOARD, ...args], {
        env: { PATH: process.env["PATH"], ...env },
      });
      return stdout;
    }, server.url);
  } finally {
    server.send("SIGTERM");
    expect(await server.ended).toBe(0);
  }
}

// The oldest PostgreSQL, since a newer server refuses an older pg_dump.
describeWith(["psql", "pg_dump"], "PostgreSQL", () => {
  let postgres: Postgres;
  let at: string;
  const formatUrl = (role: string, password: string) => `postgres://${role}:${password}@${at}/callboard`;
  const psql = (url: string, sql: string) =>
    runProgram(
      "psql",
      [url, "--quiet", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
      { input: sql },
    );

  beforeAll(async () => {
    postgres = await startPostgres({ version: 13 });
    at = new URL(postgres.url).host;
    const [, sql = ""] = /^```sql\n([^]*?)^```/m.exec(readFromRoot(PAGE)) ?? [];
    // Its administrator has the name of a role of the page.
    const root = "CREATE ROLE root SUPERUSER LOGIN PASSWORD 'x'";
    expect(psql(`${postgres.url}/postgres`, root).status).toBe(0);
    const administrator = `postgres://root:x@${at}/postgres`;
    expect(psql(administrator, "ALTER ROLE callboard RENAME TO administrator").status).toBe(0);
    const { status, errors } = psql(administrator, sql);
    expect([status, errors]).toEqual([0, ""]);
  });
  afterAll(() => postgres.stop());

  test("an owner migrates, and a server runs with a role that can only read and write rows", async () => {
    const [migrate = ""] = listCommands(PAGE, /callboard migrate$/);
    const said = follow(migrate, {
      "db.example.com": at,
      " callboard migrate": ` ${process.execPath} ${CALLBOARD} migrate`,
    });
    expect(said).toContain("applied: ");
    const env = {
      CALLBOARD_DATABASE_URL: formatUrl("callboard", "change-this-too"),
      CALLBOARD_MASTER_KEY: "0123456789abcdef".repeat(4),
      CALLBOARD_DATA_DIR: join(folder, "on-postgresql"),
    };
    const server = await startServeProcess({
      command: process.execPath,
      args: [CALLBOARD, "serve", "--port", "0"],
      cwd: folder,
      env,
    });
    const ready = await fetch(`${server.url}/readyz`);
    server.send("SIGTERM");
    expect([ready.status, await server.ended]).toEqual([200, 0]);
    expect(psql(env.CALLBOARD_DATABASE_URL, "CREATE TABLE more (id int);").errors).toContain(
      "permission denied",
    );
  });

  test("a dump can be restored", () => {
    const [dump = "", restore = ""] = listCommands(PAGE, /^pg_/);
    const file = { "callboard.dump": join(folder, "callboard.dump") };
    const owner = formatUrl("callboard_owner", "change-this");
    follow(dump, file, { CALLBOARD_DATABASE_URL: owner });
    const copy = "CREATE DATABASE copy OWNER callboard_owner ENCODING 'UTF8' TEMPLATE template0";
    expect(psql(`postgres://root:x@${at}/postgres`, copy).errors).toBe("");
    const target = owner.replace(/callboard$/, "copy");
    follow(restore, file, { CALLBOARD_DATABASE_URL: target });
    const count = "SELECT count(*) FROM callboard_setting";
    expect(psql(target, count).out).toBe(psql(owner, count).out);
    expect(existsSync(join(folder, "callboard.dump"))).toBe(true);
  });
});
