/** A copy that was damaged on its way is noticed before it counts as a backup. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { completeBackup, loadRecord, verifyBackup } from "../../src/host/care/backup-file.ts";
import { openMigrated } from "../support/store.ts";

let folder: string;
let copy: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-backup-file-"));
  copy = join(folder, "copy.sqlite");
  const database = await openMigrated(`sqlite:${copy}`);
  await database.autocommit.query(
    "INSERT INTO callboard_event (site_no, id, name, lane, body, body_size) VALUES (1, 'a', 'canary_of_index', 0, '{}', 2)",
  );
  await database.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const going = new AbortController().signal;

/** Changes the name in the table or in its index, so that they differ. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf("canary_of_index");
  expect(bytes.indexOf("canary_of_index", at + 1)).toBeGreaterThan(at);
  bytes.write("Canary", at);
  writeFileSync(path, bytes);
}

test("a whole copy becomes a backup, which is verified", async () => {
  const facts = await completeBackup(copy, going);
  expect(facts.rows["callboard_event"]).toBe(1);
  expect(await loadRecord(copy)).toMatchObject({ rows: facts.rows, version: facts.version });
  await expect(verifyBackup(copy, going)).resolves.toBeUndefined();
});

test("a copy whose index differs from its table is refused", async () => {
  damage(copy);
  await expect(completeBackup(copy, going)).rejects.toMatchObject({ code: "BACKUP_INVALID" });
});

test("a backup that was damaged later is refused, although it has all of its rows", async () => {
  await completeBackup(copy, going);
  damage(copy);
  await expect(loadRecord(copy)).resolves.toBeDefined();
  await expect(verifyBackup(copy, going)).rejects.toMatchObject({ code: "BACKUP_INVALID" });
});

test("a signal ends the check before it begins", async () => {
  const ended = AbortSignal.abort(new Error("enough"));
  await expect(completeBackup(copy, ended)).rejects.toThrow("enough");
});
