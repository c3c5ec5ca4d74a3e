/** A SQLite file belongs to one process, whatever it is called: with real processes. */
import { execFileSync, spawnSync } from "node:child_process";
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
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

  test.runIf(canMake)(
    "is refused to a second process, and to a second host in the same one",
    { timeout: 60_000 },
    async () => {
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
    },
  );
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
