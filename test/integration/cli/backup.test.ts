/** `callboard backup` and `restore`: what is restored is what was there, and whatever is wrong changes nothing. */
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSqliteFile } from "../../../src/host/store/db/sqlite-file.ts";
import { startAlteringProxy } from "../../support/altering-proxy.ts";
import { runCommand } from "../../support/command-line.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { runAlone } from "../../support/run-alone.ts";
import { executeOn } from "../../support/sqlite-statement.ts";
import { waitFor } from "../../support/wait-for.ts";

const MASTER_KEY = randomBytes(32);
const TOKEN = `token-${randomBytes(18).toString("hex")}`;
const SECRET = `secret-${randomBytes(18).toString("hex")}`;

let folder: string;
let receiver: Receiver;
/** A backup with an event that was delivered and one that waits. */
let whole: string;
let contents: { readonly masterKeys: readonly string[]; readonly rows: Readonly<Record<string, number>> };

const environment = (dataDir: string) => ({
  CALLBOARD_DATA_DIR: dataDir,
  CALLBOARD_MASTER_KEY: MASTER_KEY.toString("hex"),
  CALLBOARD_ADMIN_TOKEN: TOKEN,
});
const SITE = "/api/v1/sites/jira";

async function publish(host: TestHost, key: string): Promise<string> {
  const { body, status } = await host.call("POST", `${SITE}/events`, {
    event: "jira:issue_created",
    payload: { issue: { key } },
  });
  expect(status).toBe(202);
  return (body as { readonly id: string }).id;
}

const findStates = async (host: TestHost): Promise<readonly string[]> => {
  const { body } = await host.call("GET", "/api/v1/deliveries");
  return (body as { items: { state: string }[] }).items.map(({ state }) => state).toSorted();
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-backup-"));
  receiver = await startReceiver(
    ({ url }, response) => void response.writeHead(url === "/down" ? 503 : 204).end(),
  );
  const host = await startTestHost(environment(join(folder, "first")));
  await host.call("POST", `${SITE}/webhooks`, { name: "w", url: `${receiver.url}/w`, secret: SECRET });
  const down = { name: "down", url: `${receiver.url}/down`, events: ["jira:issue_created"] };
  await host.call("POST", `${SITE}/webhooks`, { ...down, retryProfile: "jira" });
  await publish(host, "BURN-1");
  await waitFor(async () => expect(await findStates(host)).toEqual(["delivered", "waiting"]));
  whole = join(folder, "whole.sqlite");
  const { code, out, notes } = await runCommand(host, ["backup", whole, "--json"]);
  expect({ code, notes }).toEqual({ code: 0, notes: "" });
  contents = JSON.parse(out) as typeof contents;
  expect(readdirSync(join(folder, "first")).filter((name) => name.includes(".bak_"))).toEqual([]);
  await host.host.stop();
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a backup", () => {
  test("has no key, no token and no secret, and only its owner can read it", () => {
    const text = readFileSync(whole).toString("latin1");
    const forms = [
      MASTER_KEY.toString("latin1"),
      MASTER_KEY.toString("hex"),
      MASTER_KEY.toString("base64"),
      TOKEN,
      SECRET,
    ];
    expect(forms.filter((form) => text.includes(form))).toEqual([]);
    // The search finds what is there.
    expect(text).toContain("BURN-1");
    expect((statSync(whole).mode & 0o777).toString(8)).toBe("600");
  });

  test("names the master key, and counts its rows", () => {
    expect(contents.masterKeys).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/)]);
    expect(contents.rows).toMatchObject({ callboard_event: 1, callboard_delivery: 2, callboard_webhook: 2 });
  });
});

describe("on a host that runs", () => {
  let host: TestHost;
  let dataDir: string;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(folder, "host-"));
    host = await startTestHost(environment(dataDir));
  });
  afterEach(() => host.stop());
  const copies = () => readdirSync(dataDir).filter((name) => name.includes(".bak_"));

  test("a file that exists is not overwritten", async () => {
    const file = join(folder, "mine.txt");
    writeFileSync(file, "mine");
    const { code, notes } = await runCommand(host, ["backup", file]);
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[FILE_EXISTS]") as string,
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("a folder that is not there is named, and the server keeps no copy", async () => {
    const { code, notes } = await runCommand(host, ["backup", join(folder, "nowhere", "b.sqlite")]);
    expect({ code, notes }).toEqual({ code: 1, notes: expect.stringContaining("error[ENOENT]") as string });
    expect(copies()).toEqual([]);
  });

  test("a download that was altered on its way is refused, and nothing is left", async () => {
    const proxy = await startAlteringProxy(host.url, async function* (path, chunks) {
      for await (const chunk of chunks) {
        // The integrity check of SQLite would not find it.
        const at = path.endsWith("/file") ? chunk.indexOf("jira") : -1;
        if (at >= 0) chunk.write("JIRA", at);
        yield chunk;
      }
    });
    const out = mkdtempSync(join(folder, "altered-"));
    const { code, notes } = await runCommand({ url: proxy.url, token: host.token }, [
      "backup",
      join(out, "b.sqlite"),
    ]);
    await proxy.close();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[BACKUP_INVALID]") as string,
    });
    expect(readdirSync(out)).toEqual([]);
    expect(copies()).toEqual([]);
  });

  test("a backup that is deleted while it runs leaves nothing, and the next one can begin", async () => {
    const { body } = await host.call("POST", "/api/v1/backups");
    const { id } = body as { readonly id: string };
    expect((await host.call("GET", `/api/v1/backups/${id}/file`)).body).toMatchObject({
      code: "BACKUP_STATE",
    });
    expect((await host.call("POST", "/api/v1/backups")).body).toMatchObject({ code: "BACKUP_STATE" });
    expect((await host.call("DELETE", `/api/v1/backups/${id}`)).status).toBe(204);
    expect((await host.call("GET", `/api/v1/backups/${id}`)).body).toMatchObject({
      code: "BACKUP_NOT_FOUND",
    });
    expect(copies()).toEqual([]);
    // What a process that was killed left there goes with the next backup.
    writeFileSync(join(dataDir, "callboard.sqlite.bak_left"), "");
    const { code } = await runCommand(host, ["backup", join(dataDir, "b.sqlite")]);
    expect(code).toBe(0);
    expect(copies()).toEqual([]);
  });

  test("a backup during events has each of them whole, and the events are accepted", async () => {
    await host.call("POST", `${SITE}/webhooks`, { name: "w", url: `${receiver.url}/w` });
    const over = new AbortController();
    const publishing = (async () => {
      let count = 0;
      for (; !over.signal.aborted; count += 1) await publish(host, `DURING-${count}`);
      return count;
    })();
    const file = join(dataDir, "during.sqlite");
    const { code } = await runCommand(host, ["backup", file]);
    over.abort();
    const count = await publishing;
    expect(code).toBe(0);
    expect(count).toBeGreaterThan(0);
    const other = environment(mkdtempSync(join(folder, "checked-")));
    expect((await runAlone(other, ["restore", file])).code).toBe(0);
    const check = await runAlone(other, ["db", "check", "--json"]);
    expect(JSON.parse(check.out)).toMatchObject({ ok: true });
    const { body } = await host.call("GET", `${SITE}/events?limit=200`);
    expect((body as { items: unknown[] }).items.length).toBe(Math.min(count, 200));
  });

  test("a restore finds the database locked, and changes nothing", async () => {
    const before = readdirSync(dataDir).toSorted();
    const { code, notes } = await runAlone(environment(dataDir), ["restore", whole, "--replace"]);
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[STORE_LOCKED]") as string,
    });
    expect(readdirSync(dataDir).toSorted()).toEqual(before);
    await publish(host, "STILL-1");
  });
});

test("a database in memory and PostgreSQL are refused, with the tool to use", async () => {
  const host = await startTestHost({ CALLBOARD_DATABASE_URL: "sqlite::memory:" });
  const { code, notes } = await runCommand(host, ["backup", join(folder, "memory.sqlite")]);
  await host.stop();
  expect(code).toBe(1);
  expect(notes).toMatch(/error\[BACKUP_UNSUPPORTED\].*pg_dump/);
  expect(existsSync(join(folder, "memory.sqlite"))).toBe(false);
  const url = { ...environment(folder), CALLBOARD_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
  const restored = await runAlone(url, ["restore", whole]);
  expect(restored.code).toBe(1);
  expect(restored.notes).toMatch(/error\[BACKUP_UNSUPPORTED\].*pg_restore/);
});

describe("a restore", () => {
  let dataDir: string;
  beforeEach(() => (dataDir = mkdtempSync(join(folder, "restored-"))));
  const restore = (file: string, ...flags: readonly string[]) =>
    runAlone(environment(dataDir), ["restore", file, ...flags]);

  test("gives what was there, and sends what waited", async () => {
    const { code, out } = await restore(whole);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining("restored as it was at") as string,
    });
    const host = await startTestHost(environment(dataDir));
    expect(await findStates(host)).toEqual(["delivered", "waiting"]);
    expect((await host.call("GET", "/api/v1/audit/verify")).body).toMatchObject({ verified: true });
    // The signing secret opens, and what is new is delivered.
    await publish(host, "BURN-2");
    await waitFor(async () =>
      expect(await findStates(host)).toEqual(["delivered", "delivered", "waiting", "waiting"]),
    );
    // What was restored is a database like others: its owner's alone, and it can be backed up again.
    expect((statSync(join(dataDir, "callboard.sqlite")).mode & 0o777).toString(8)).toBe("600");
    expect(await runCommand(host, ["backup", join(dataDir, "again.sqlite")])).toMatchObject({ code: 0 });
    await host.stop();
  });

  test("doesn't take over what the log of a database that was deleted holds", async () => {
    const database = join(dataDir, "callboard.sqlite");
    copyFileSync(whole, database);
    const open = await openSqliteFile(database, "write");
    await open.query("PRAGMA journal_mode=WAL");
    await open.query("UPDATE callboard_event SET name = 'of another database'");
    copyFileSync(`${database}-wal`, join(dataDir, "log"));
    await open.close();
    rmSync(database);
    renameSync(join(dataDir, "log"), `${database}-wal`);
    expect((await restore(whole)).code).toBe(0);
    const restored = await openSqliteFile(database, "read");
    expect(await restored.query("SELECT name FROM callboard_event")).toEqual([
      { name: "jira:issue_created" },
    ]);
    await restored.close();
  });

  test("keeps the database that was there beside it, if it may replace it", async () => {
    const host = await startTestHost(environment(dataDir));
    await publish(host, "OLD-1");
    await host.host.stop();
    const refused = await restore(whole);
    expect(refused.code).toBe(1);
    expect(refused.notes).toContain("error[STORE_EXISTS]");

    const { code, out } = await restore(whole, "--replace", "--json");
    expect(code).toBe(0);
    const { aside } = JSON.parse(out) as { readonly aside: string };
    expect(readFileSync(aside).toString("latin1")).toContain("OLD-1");
    const old = { ...environment(dataDir), CALLBOARD_DATABASE_URL: `sqlite:${aside}` };
    const [before, after] = [await startTestHost(old), await startTestHost(environment(dataDir))];
    expect(await findStates(before)).toEqual([]);
    expect(await findStates(after)).toEqual(["delivered", "waiting"]);
    await before.host.stop();
    await after.host.stop();
  });

  test("replaces a database that is damaged", async () => {
    writeFileSync(join(dataDir, "callboard.sqlite"), randomBytes(8192));
    const log = randomBytes(4096);
    writeFileSync(join(dataDir, "callboard.sqlite-wal"), log);
    expect((await restore(whole)).notes).toContain("error[STORE_EXISTS]");
    const { code, out } = await restore(whole, "--replace", "--json");
    expect(code).toBe(0);
    const { aside } = JSON.parse(out) as { readonly aside: string };
    // For those who try to rescue it.
    expect(readFileSync(`${aside}-wal`).equals(log)).toBe(true);
    const host = await startTestHost(environment(dataDir));
    expect(await findStates(host)).toEqual(["delivered", "waiting"]);
    await host.host.stop();
  });

  const copy = (name: string): string => {
    const path = join(dataDir, name);
    copyFileSync(whole, path);
    return path;
  };
  const write = (name: string, text: string): string => {
    const path = join(dataDir, name);
    writeFileSync(path, text);
    return path;
  };
  /** A copy of the backup on which a statement was run. */
  const alter = async (name: string, sql: string): Promise<string> => {
    const path = copy(name);
    await executeOn(path, sql);
    return path;
  };
  const WRONG: Readonly<Record<string, readonly [make: () => Promise<string> | string, code: string]>> = {
    "a file that is not there": [() => join(folder, "nothing"), "BACKUP_INVALID"],
    "a text": [() => write("text", "not a database"), "BACKUP_INVALID"],
    "a folder": [() => folder, "BACKUP_INVALID"],
    "a SQLite database of something else": [
      async () => {
        const path = join(dataDir, "else");
        await executeOn(path, "CREATE TABLE t (n)");
        return path;
      },
      "BACKUP_INVALID",
    ],
    "a backup that was cut off": [
      () => {
        const path = copy("cut");
        truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096);
        return path;
      },
      "BACKUP_INVALID",
    ],
    "a backup with a row less": [() => alter("less", "DELETE FROM callboard_event"), "BACKUP_INVALID"],
    "a backup with a secret that was altered": [
      () =>
        alter(
          "altered",
          "UPDATE callboard_webhook SET secret_sealed = (SELECT private_sealed FROM callboard_signing_key) WHERE secret_sealed IS NOT NULL",
        ),
      "BACKUP_KEY",
    ],
    "an empty file": [() => write("empty", ""), "BACKUP_INVALID"],
    "a backup of a later version": [
      () =>
        alter(
          "later",
          "INSERT INTO callboard_migration (name, applied_at, version, usable_from) VALUES ('9000-later', 1, '99.0.0', '99.0.0')",
        ),
      "STORE_TOO_NEW",
    ],
  };
  test.each(Object.entries(WRONG))("refuses %s, and leaves nothing", async (_what, [make, expected]) => {
    const file = await make();
    const before = readdirSync(dataDir).toSorted();
    const { code, notes } = await restore(file);
    expect(code).toBe(1);
    expect(notes).toContain(`error[${expected}]`);
    expect(readdirSync(dataDir).toSorted()).toEqual(before);
  });

  test.each([
    ["text", "not a database"],
    ["empty", ""],
  ])("says of a %s that it is no SQLite database", async (name, contents) => {
    expect((await restore(write(name, contents))).notes).toContain("it is no SQLite database");
  });

  test("refuses without the master key, and names it", async () => {
    const [id] = contents.masterKeys;
    const wrong = { ...environment(dataDir), CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex") };
    const { CALLBOARD_MASTER_KEY: _none, ...without } = wrong;
    for (const env of [wrong, without]) {
      const { code, notes } = await runAlone(env, ["restore", whole]);
      expect(code).toBe(1);
      expect(notes).toContain("error[BACKUP_KEY]");
      expect(notes).toContain(id);
    }
    expect(readdirSync(dataDir)).toEqual([]);
  });
});
