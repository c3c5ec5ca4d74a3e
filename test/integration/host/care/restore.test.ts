/** A backup of an earlier version: its schema lacks columns that this version knows, and the next start adds them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { restoreBackup } from "../../../../src/host/care/restore.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import { migrate } from "../../../../src/host/store/db/migrate.ts";
import { MIGRATIONS } from "../../../../src/host/store/db/migrations/index.ts";
import { openSqliteFile } from "../../../../src/host/store/db/sqlite-file.ts";
import { countRows } from "../../../../src/host/store/schema.ts";
import { listKeysInUse } from "../../../../src/host/store/sealed-values.ts";
import { writeBackupRecord } from "../../../../src/host/store/tables/backup-record.ts";
import { MASTER_KEY } from "../../../support/store.ts";

/** Later steps add columns for secrets. */
const STEPS_THEN = 20;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "callboard-restore-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As the version of that time made it. */
async function makeOldBackup(path: string): Promise<void> {
  const database = await openDatabase(`sqlite:${path}`);
  await migrate(database, { migrations: MIGRATIONS.slice(0, STEPS_THEN) });
  await database.close();
  const file = await openSqliteFile(path, "write");
  await file.query("PRAGMA journal_mode=DELETE");
  await writeBackupRecord(file, {
    version: "1.0.0-rc.1",
    createdAt: "2026-01-31T12:00:00.000Z",
    schema: MIGRATIONS.slice(0, STEPS_THEN).map(({ name }) => name),
    masterKeys: [],
    rows: await countRows(file),
  });
  await expect(listKeysInUse(file)).rejects.toThrow("no such column");
  await file.close();
}

test("is restored, and brought up to date by the start", async () => {
  const file = join(folder, "old.sqlite");
  await makeOldBackup(file);
  const dataDir = join(folder, "data");
  const { database } = await restoreBackup({
    config: {
      dataDir,
      databaseUrl: `sqlite:${join(dataDir, "callboard.sqlite")}`,
      masterKey: MASTER_KEY,
      nextMasterKey: undefined,
    },
    file,
    replace: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const started = await openDatabase(`sqlite:${database}`);
  const applied = await migrate(started);
  await started.close();
  expect(applied).toEqual(MIGRATIONS.slice(STEPS_THEN).map(({ name }) => name));
});
