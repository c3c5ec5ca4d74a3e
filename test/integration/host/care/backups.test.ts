/** The copy of a backup on the server: kept for ten minutes, longer while it is downloaded, and never in the way of the next one. */
import { existsSync, linkSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBackups } from "../../../../src/host/care/backups.ts";
import type { Backup, Backups } from "../../../../src/host/care/backups.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { silentLogger } from "../../../../src/logger.ts";
import { openMigrated } from "../../../support/store.ts";
import { waitFor } from "../../../support/wait-for.ts";

const BY = { actor: "token:test", address: "127.0.0.1" };
const MINUTE_MS = 60_000;

let folder: string;
let file: string;
let database: Database;
let backups: Backups;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-backups-"));
  file = join(folder, "callboard.sqlite");
  database = await openMigrated(`sqlite:${file}`);
  backups = createBackups({ database, logger: silentLogger });
});
afterEach(async () => {
  vi.useRealTimers();
  await backups.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function makeReady(): Promise<Backup & { readonly path: string }> {
  const backup = await backups.create(BY);
  await waitFor(() => expect(backups.show(backup.id).state.kind).toBe("ready"));
  return { ...backup, path: `${file}.${backup.id}` };
}

test("is deleted after ten minutes", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  const { id, path } = await makeReady();
  await vi.advanceTimersByTimeAsync(9 * MINUTE_MS);
  expect(existsSync(path)).toBe(true);
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  await waitFor(() => expect(existsSync(path)).toBe(false));
  expect(() => backups.show(id)).toThrow(expect.objectContaining({ code: "BACKUP_NOT_FOUND" }));
});

test("is kept while it is downloaded, and ten minutes from then on", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  const { id, path } = await makeReady();
  const { ended } = backups.download(id);
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(existsSync(path)).toBe(true);
  ended();
  await vi.advanceTimersByTimeAsync(9 * MINUTE_MS);
  expect(existsSync(path)).toBe(true);
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  await waitFor(() => expect(existsSync(path)).toBe(false));
});

test("that can't begin is not in the way of the next one, and each has an entry in the audit log", async () => {
  const elsewhere = join(folder, "elsewhere");
  linkSync(file, elsewhere);
  rmSync(file);
  await expect(backups.create(BY)).rejects.toMatchObject({ code: "ENOENT" });
  linkSync(elsewhere, file);
  const { id } = await makeReady();
  const entries = await database.read.query("SELECT actor, address, action, object FROM callboard_audit");
  expect(entries).toEqual([{ ...BY, action: "backup.created", object: id }]);
});
