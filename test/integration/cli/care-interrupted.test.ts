/**
 * Commands of data care that are interrupted in the middle: by Ctrl-C, by SIGTERM, and by a kill that they can't notice. Each says what
 * became of its work, nothing half done is left, what was there goes on, and the same command does it the next time.
 */
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startChild } from "../../support/child-command.ts";
import type { ChildCommand } from "../../support/child-command.ts";
import { runCommand } from "../../support/command-line.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { runAlone } from "../../support/run-alone.ts";
import { executeOn } from "../../support/sqlite-statement.ts";
import { waitFor } from "../../support/wait-for.ts";

const KEY = {
  CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
  CALLBOARD_ADMIN_TOKEN: randomBytes(18).toString("hex"),
};
const SITE = "/api/v1/sites/jira";
const SUBJECT = "Zoë.Kim@example.com";
/** Copying and checking so much takes long enough to be interrupted. */
const EVENTS = 25_000;
const BODY_BYTES = 4_000;

let folder: string;
/** A database of 100 MB, and its backup. */
let large: string;
let backup: string;

const environment = (dataDir: string) => ({ ...KEY, CALLBOARD_DATA_DIR: dataDir });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-interrupted-"));
  const dataDir = join(folder, "large");
  const made = await startTestHost(environment(dataDir));
  await made.host.stop();
  large = join(dataDir, "callboard.sqlite");
  await executeOn(
    large,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
     INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
     SELECT 1, printf('019a0000000070008%011x0000', i), 'jira:issue_created', 0,
       '{"who":"${SUBJECT}","text":"' || printf('%.*c', ${BODY_BYTES}, 'x') || '"}', ${BODY_BYTES} FROM n`,
  );
  const host = await startTestHost(environment(dataDir));
  backup = join(folder, "backup.sqlite");
  expect(await runCommand(host, ["backup", backup])).toMatchObject({ code: 0, notes: "" });
  await host.host.stop();
  expect(statSync(backup).size).toBeGreaterThan(EVENTS * BODY_BYTES);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Interrupts the command once something is so. Resolves to how it ended. */
async function interrupt(
  { child, ended, notes }: ChildCommand,
  signal: NodeJS.Signals,
  isUnderWay: () => boolean,
): Promise<number | NodeJS.Signals | null> {
  await waitFor(() => {
    if (!isUnderWay()) throw new Error(`not under way: ${notes()}`);
  }, 30_000);
  child.kill(signal);
  return ended;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

describe("a backup", () => {
  let host: TestHost;
  let dataDir: string;
  let out: string;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(folder, "host-"));
    out = mkdtempSync(join(folder, "out-"));
    copyFileSync(large, join(dataDir, "callboard.sqlite"));
    host = await startTestHost(environment(dataDir));
  });
  afterEach(() => host.stop());
  const start = () =>
    startChild({ CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token }, ["backup", join(out, "b.sqlite")]);
  const copies = () => readdirSync(dataDir).filter((name) => name.includes(".bak_"));
  const again = async () => {
    expect((await runCommand(host, ["backup", join(out, "b.sqlite")])).code).toBe(0);
    expect(readdirSync(out)).toEqual(["b.sqlite"]);
    expect(copies()).toEqual([]);
  };

  test.each(SIGNALS)(
    "leaves nothing here and nothing on the server after %s while it copies",
    async (signal) => {
      const command = start();
      expect(await interrupt(command, signal, () => copies().length > 0)).toBe(1);
      expect(command.notes()).toBe(
        "error[INTERRUPTED]: The backup was interrupted, and nothing is left of it\n",
      );
      expect(readdirSync(out)).toEqual([]);
      expect(copies()).toEqual([]);
      await again();
    },
    60_000,
  );

  test.each(SIGNALS)(
    "leaves nothing after %s while it is downloaded",
    async (signal) => {
      const command = start();
      expect(await interrupt(command, signal, () => existsSync(join(out, "b.sqlite.partial")))).toBe(1);
      expect(command.notes()).toContain("error[INTERRUPTED]");
      expect(readdirSync(out)).toEqual([]);
      expect(copies()).toEqual([]);
      await again();
    },
    60_000,
  );

  test("whose command is killed has no file under its name, and the next one removes what is left", async () => {
    const command = start();
    const ended = await interrupt(command, "SIGKILL", () => existsSync(join(out, "b.sqlite.partial")));
    expect(ended).toBe("SIGKILL");
    expect(readdirSync(out)).toEqual(["b.sqlite.partial"]);
    await again();
  }, 60_000);
});

test("a server that is killed while it copies starts again, whole and without the copy", async () => {
  const dataDir = mkdtempSync(join(folder, "killed-"));
  copyFileSync(large, join(dataDir, "callboard.sqlite"));
  const env = environment(dataDir);
  const server = startChild(env, ["serve", "--port", "0"]);
  const readUrl = () => waitFor(() => findUrl(dataDir), 30_000);
  const url = await readUrl();
  const created = await fetch(`${url}/api/v1/backups`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY.CALLBOARD_ADMIN_TOKEN}` },
  });
  expect(created.status).toBe(201);
  const copies = () => readdirSync(dataDir).filter((name) => name.includes(".bak_"));
  expect(await interrupt(server, "SIGKILL", () => copies().length > 0)).toBe("SIGKILL");
  expect(copies()).not.toEqual([]);

  const host = await startTestHost(env);
  expect(copies()).toEqual([]);
  expect((await host.call("GET", `${SITE}/events?limit=1`)).body).toMatchObject({ items: [{}] });
  await host.host.stop();
  expect(JSON.parse((await runAlone(env, ["db", "check", "--json"])).out)).toMatchObject({ ok: true });
}, 60_000);

describe("a restore", () => {
  let dataDir: string;
  beforeEach(() => (dataDir = mkdtempSync(join(folder, "restored-"))));
  const copying = () => readdirSync(dataDir).some((name) => name.includes(".restoring"));
  const start = (...flags: readonly string[]) =>
    startChild(environment(dataDir), ["restore", backup, ...flags]);
  const again = async (...flags: readonly string[]) => {
    const { code, notes } = await runAlone(environment(dataDir), ["restore", backup, ...flags]);
    expect({ code, notes }).toEqual({ code: 0, notes: "" });
    expect(copying()).toBe(false);
    expect(JSON.parse((await runAlone(environment(dataDir), ["db", "check", "--json"])).out)).toMatchObject({
      ok: true,
    });
  };

  test.each(SIGNALS)(
    "leaves the folder as it was after %s",
    async (signal) => {
      const command = start();
      expect(await interrupt(command, signal, copying)).toBe(1);
      expect(command.notes()).toBe(
        "error[INTERRUPTED]: The restore was interrupted, and nothing is changed\n",
      );
      expect(readdirSync(dataDir)).toEqual([]);
      await again();
    },
    60_000,
  );

  test.each([...SIGNALS, "SIGKILL"] as const)(
    "leaves the database that is there in use after %s",
    async (signal) => {
      const before = await startTestHost(environment(dataDir));
      await before.call("POST", `${SITE}/events`, { event: "jira:issue_created", payload: { old: true } });
      await before.host.stop();
      const ended = await interrupt(start("--replace"), signal, copying);
      expect(ended).toBe(signal === "SIGKILL" ? "SIGKILL" : 1);
      if (signal !== "SIGKILL") expect(readdirSync(dataDir)).toEqual(["callboard.sqlite"]);
      const after = await startTestHost(environment(dataDir));
      const { body } = await after.call("GET", `${SITE}/events`);
      expect((body as { items: unknown[] }).items).toHaveLength(1);
      await after.host.stop();
      await again("--replace");
    },
    60_000,
  );

  test("doesn't undo changes by the journal that an earlier one left, which was killed", async () => {
    writeFileSync(join(dataDir, "callboard.sqlite.restoring"), randomBytes(4096));
    writeFileSync(join(dataDir, "callboard.sqlite.restoring-journal"), randomBytes(4096));
    await again();
    expect(readdirSync(dataDir).filter((name) => name.includes("restoring"))).toEqual([]);
  }, 60_000);

  test("of what an earlier one left is refused: it is no backup any more", async () => {
    const left = join(dataDir, "callboard.sqlite.restoring");
    copyFileSync(backup, left);
    const { code, notes } = await runAlone(environment(dataDir), ["restore", left]);
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[BACKUP_INVALID]") as string,
    });
    expect(readdirSync(dataDir)).toEqual(["callboard.sqlite.restoring"]);
  });
});

test.each(SIGNALS)(
  "a check ends at once after %s",
  async (signal) => {
    const command = startChild({ ...KEY, CALLBOARD_DATABASE_URL: `sqlite:${large}` }, ["db", "check"]);
    // The file is open from then on.
    expect(
      await interrupt(command, signal, () => existsSync(`${large}-wal`) || existsSync(`${large}-journal`)),
    ).toBe(1);
    expect(command.notes()).toContain("error[INTERRUPTED]: The check was interrupted; it changes nothing");
  },
  60_000,
);

test.each(SIGNALS)(
  "an export says after %s that its output is not complete",
  async (signal) => {
    const dataDir = mkdtempSync(join(folder, "exported-"));
    copyFileSync(large, join(dataDir, "callboard.sqlite"));
    const host = await startTestHost(environment(dataDir));
    const command = startChild({ CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token }, [
      "export",
      "events",
    ]);
    expect(await interrupt(command, signal, () => command.out().length > 0)).toBe(1);
    await host.stop();
    expect(command.notes()).toBe(
      "error[INTERRUPTED]: The export was interrupted: the output is not complete\n",
    );
    expect(command.out().split("\n").length).toBeLessThan(EVENTS);
  },
  60_000,
);

test("an erasure that is interrupted says so, and the next one erases the rest", async () => {
  const dataDir = mkdtempSync(join(folder, "erased-"));
  copyFileSync(large, join(dataDir, "callboard.sqlite"));
  const host = await startTestHost(environment(dataDir));
  const left = async () => {
    const { out } = await runCommand(host, ["erase", "--subject", SUBJECT, "--json"]);
    return (JSON.parse(out) as { found: Record<string, number> }).found["event.body"] ?? 0;
  };
  const command = startChild({ CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token }, [
    ...["erase", "--subject", SUBJECT, "--confirm"],
  ]);
  const isErasing = async () => {
    const { body } = await host.call("GET", "/api/v1/audit?limit=5");
    if (!JSON.stringify(body).includes("data.erased")) throw new Error(`not under way: ${command.notes()}`);
  };
  await waitFor(isErasing, 60_000);
  command.child.kill("SIGINT");
  expect(await command.ended).toBe(1);
  expect(command.notes()).toContain(
    "error[INTERRUPTED]: The erasure was interrupted: what it erased is gone",
  );
  const rest = await left();
  expect(rest).toBeGreaterThan(0);
  expect(rest).toBeLessThan(EVENTS);
  expect((await runCommand(host, ["erase", "--subject", SUBJECT, "--confirm"])).code).toBe(0);
  expect(await left()).toBe(0);
  await host.host.stop();
}, 120_000);

/** The address that a server writes into its data directory. */
async function findUrl(dataDir: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(join(dataDir, "url"), "utf8")).trim();
}
