/** A start that fails, at whatever step, closes all that it has opened. */
import { execFile } from "node:child_process";
import { renameSync } from "node:fs";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createHost } from "../../src/host/index.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { silentLogger } from "../../src/logger.ts";
import type { Logger } from "../../src/logger.ts";
import { testConfig } from "../support/config.ts";
import { freePort } from "../support/free-port.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

let env: Record<string, string>;
let remove: () => void;
let port: number;
let tables: readonly string[];

beforeAll(async () => {
  const made = testConfig();
  remove = made.remove;
  port = await freePort();
  env = { CALLBOARD_DATA_DIR: made.config.dataDir, CALLBOARD_PORT: String(port) };
  await startAndStop();
  await inDatabase(async (query) => {
    const rows = await query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'callboard_%'",
    );
    tables = rows.map(({ name }) => String(name));
  });
});
afterAll(() => remove());

const start = (further: Record<string, string> = {}, logger: Logger = silentLogger) =>
  createHost({ config: readConfig({ ...env, ...further }), logger }).start();

async function startAndStop(): Promise<void> {
  const host = await start();
  await host.stop();
}

type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

async function inDatabase(work: (query: Query) => Promise<void>): Promise<void> {
  const database = await openDatabase(readConfig(env).databaseUrl);
  try {
    await work((sql) => database.autocommit.query(sql));
  } finally {
    await database.close();
  }
}
const run = (sql: string) =>
  inDatabase(async (query) => {
    await query(sql);
  });

/** Nothing listens, and nobody holds the file. */
async function expectAllClosed(): Promise<void> {
  const server = await listenOn(port);
  await new Promise((resolve) => server.close(resolve));
  await inDatabase(() => Promise.resolve());
}

function listenOn(onPort: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(onPort, "127.0.0.1", () => resolve(server));
  });
}

/** The same start as a command: it ends only when nothing is left that keeps a process going. */
function exitCode(): Promise<unknown> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"] ?? "", ...env }, timeout: 30_000 };
    execFile(process.execPath, [CALLBOARD, "serve"], options, (error) => resolve(error?.code ?? 0));
  });
}

test("whichever table cannot be read", async () => {
  const failed: string[] = [];
  for (const table of tables) {
    await run(`ALTER TABLE ${table} RENAME TO away`);
    try {
      await (await start()).stop();
    } catch {
      failed.push(table);
      await expectAllClosed();
    }
    await run(`ALTER TABLE away RENAME TO ${table}`);
  }
  // Those that a start reads; the others are read later.
  expect(failed).toEqual(
    expect.arrayContaining([
      "callboard_migration",
      "callboard_signing_key",
      "callboard_setting",
      "callboard_site",
      "callboard_pending_install",
    ]),
  );
  await startAndStop();
}, 60_000);

test.each(["started_at", "host.version"])("whichever setting cannot be written: %s", async (name) => {
  await run(`DELETE FROM callboard_setting WHERE name = '${name}'`);
  await run(
    `CREATE TRIGGER broken BEFORE INSERT ON callboard_setting WHEN NEW.name = '${name}'
     BEGIN SELECT RAISE(ABORT, 'broken'); END`,
  );
  await expect(start()).rejects.toThrow(/broken/);
  await expectAllClosed();
  expect(await exitCode()).toBe(1);
  await run("DROP TRIGGER broken");
  await startAndStop();
});

test("a port that is taken", async () => {
  const taken = await listenOn(port);
  await expect(start()).rejects.toThrow(/EADDRINUSE/);
  await inDatabase(() => Promise.resolve());
  expect(await exitCode()).toBe(1);
  await new Promise((resolve) => taken.close(resolve));
  await startAndStop();
});

test.each([
  ["CALLBOARD_ALLOW_NETWORKS", "10.0.0"],
  ["CALLBOARD_TRUSTED_PROXIES", "nobody"],
])("a %s that is none", async (key, value) => {
  await expect(start({ [key]: value, CALLBOARD_PROFILE: "prod" })).rejects.toThrow(key);
  await expectAllClosed();
});

test("a master key that has gone", async () => {
  const file = join(env["CALLBOARD_DATA_DIR"] ?? "", "master.key");
  renameSync(file, `${file}.away`);
  await expect(start()).rejects.toThrow(/is gone/);
  await expectAllClosed();
  renameSync(`${file}.away`, file);
  await startAndStop();
});

test("the very last step", async () => {
  const broken = () => {
    throw new Error("broken at the end");
  };
  await expect(start({}, { ...silentLogger, info: broken })).rejects.toThrow("broken at the end");
  await expectAllClosed();
  await startAndStop();
});
