/** A SQLite file belongs to one process, whatever it is called, and nothing is done to a file that is not one. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { openMigrated } from "../support/store.ts";
import { startServeProcess } from "../support/serve-process.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const callboard = (...args: readonly string[]) =>
  spawnSync(process.execPath, [CALLBOARD, ...args], { cwd: folder, encoding: "utf8" });

/** Other names of a file, each as it is made; what is returned takes it away. */
const NAMES: Readonly<Record<string, (file: string, other: string) => (() => void) | undefined>> = {
  "its own name": () => undefined,
  "a symbolic link": (file, other) => {
    symlinkSync(file, other);
    return undefined;
  },
  "a hard link": (file, other) => {
    linkSync(file, other);
    return undefined;
  },
  "a bind mount": (file, other) => {
    writeFileSync(other, "");
    execFileSync("mount", ["--bind", file, other]);
    return () => void execFileSync("umount", [other]);
  },
};

describe.each(Object.entries(NAMES))("a file that is opened by %s", (name, make) => {
  const canMake = name !== "a bind mount" || (process.platform === "linux" && process.getuid?.() === 0);

  test.runIf(canMake)("is refused to a second process, and to a second host in the same one", async () => {
    const file = join(folder, "callboard.sqlite");
    const other = name === "its own name" ? file : join(folder, "other.sqlite");
    const host = await startServeProcess({
      command: process.execPath,
      args: [CALLBOARD, "serve", "--port", "0", "--database-url", `sqlite:${file}`],
      cwd: folder,
    });
    const takeAway = make(file, other);

    const second = callboard("migrate", "--database-url", `sqlite:${other}`);
    const here = await openDatabase(`sqlite:${other}`).catch((error: unknown) => error);
    host.send("SIGTERM");
    await host.ended;

    expect([second.status, second.stderr]).toEqual([1, expect.stringMatching(/^error\[STORE_LOCKED\]: /)]);
    expect(here).toMatchObject({ code: "STORE_LOCKED" });
    const mine = await openDatabase(`sqlite:${file}`);
    await expect(openDatabase(`sqlite:${other}`)).rejects.toMatchObject({ code: "STORE_LOCKED" });
    // The refused one has not loosened the first one's hold.
    expect(callboard("migrate", "--database-url", `sqlite:${other}`).status).toBe(1);
    await mine.close();
    expect(callboard("migrate", "--database-url", `sqlite:${other}`).status).toBe(0);
    takeAway?.();
  });
});

test("a file that is no database is left as it is, with nothing beside it", async () => {
  const file = join(folder, "hostname");
  writeFileSync(file, "a-computer\n".repeat(200));

  await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow(/SQLITE_NOTADB/);

  expect(readdirSync(folder)).toEqual(["hostname"]);
  expect(readFileSync(file, "utf8")).toBe("a-computer\n".repeat(200));
});

test.each([
  ["sqlite:file:/x/y", "without file:"],
  ["sqlite:/x/y?mode=rwc", "parameters"],
  ["sqlite::memory:?cache=shared", "parameters"],
  ["sqlite:", "names no file"],
  ["sqlite://x/y", "host"],
])("%s is refused", async (url, why) => {
  await expect(openDatabase(url)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(why) as string,
  });
});

test("a name may have any character that a file may have, but a question mark", async () => {
  const strange = join(folder, "a b%20c#d&e=ü");
  mkdirSync(strange);
  const file = join(strange, "x%.sqlite");
  const database = await openMigrated(`sqlite:${file}`);
  await database.close();
  expect(readdirSync(strange)).toEqual(["x%.sqlite"]);
  expect(readFileSync(file).subarray(0, 15).toString()).toBe("SQLite format 3");
});

test("callboard migrate tells what it applied, and that there is nothing more to do", () => {
  const url = `sqlite:${join(folder, "callboard.sqlite")}`;

  const first = callboard("migrate", "--database-url", url, "--json");
  const second = callboard("migrate", "--database-url", url);

  expect(JSON.parse(first.stdout)).toMatchObject({
    applied: expect.arrayContaining(["0001-first"]) as string[],
  });
  expect([second.status, second.stdout]).toEqual([0, "The database is up to date.\n"]);
});
