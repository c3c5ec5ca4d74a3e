/** Which names a SQLite file may have, and that nothing is done to a file that is none. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { openMigrated } from "../support/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

test("a statement that comes after the close is refused, however many were prepared", async () => {
  const database = await openMigrated(`sqlite:${join(folder, "late.sqlite")}`);
  for (let number = 0; number < 200; number += 1) await database.read.query(`SELECT ${number} AS number`);
  await database.close();

  await expect(database.read.query("SELECT 200 AS number")).rejects.toThrow("SQLITE_MISUSE");
  // What the refusal leads to happens in turns of their own.
  await new Promise((resolve) => setTimeout(resolve, 10));
});
