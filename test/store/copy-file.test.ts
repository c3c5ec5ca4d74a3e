/** The copy of a SQLite file that is written to meanwhile: no commit has to write the log that the copy made long. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyOwnFile } from "../../src/host/store/db/copy-file.ts";
import type { Database, Queryable } from "../../src/host/store/db/database.ts";
import { openSqliteFile } from "../../src/host/store/db/sqlite-file.ts";
import { openMigrated } from "../support/store.ts";

let folder: string;
let file: string;
let database: Database;
/** Number of the next setting. */
let next: number;
beforeEach(async () => {
  next = 0;
  folder = mkdtempSync(join(tmpdir(), "callboard-copy-"));
  file = join(folder, "callboard.sqlite");
  database = await openMigrated(`sqlite:${file}`);
  // Several steps of the copy.
  await write(8_000);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Commits so many settings of 4 KB at once. */
async function write(count: number): Promise<void> {
  const first = next;
  next += count;
  await database.autocommit.query(
    `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${next - 1})
     INSERT INTO callboard_setting (name, value) SELECT 's' || i, printf('%.*c', 4000, 'x') FROM n`,
  );
}

const readAutoCheckpoint = async (): Promise<number | undefined> => {
  const [row] = await database.autocommit.query<{ wal_autocheckpoint: number }>("PRAGMA wal_autocheckpoint");
  return row?.wal_autocheckpoint;
};
const countSettings = async (q: Queryable): Promise<number | undefined> => {
  const [row] = await q.query<{ count: number }>("SELECT COUNT(*) AS count FROM callboard_setting");
  return row?.count;
};

function copy(onProgress: (share: number) => Promise<unknown>, signal = new AbortController().signal) {
  const target = join(folder, "copy.sqlite");
  const writes: Promise<unknown>[] = [];
  const copying = copyOwnFile(file, target, {
    signal,
    writer: database.autocommit,
    onProgress: (share) => void writes.push(onProgress(share)),
  });
  return { target, done: copying.finally(() => Promise.all(writes)) };
}

// On a machine that is busy a write can come late.
test(
  "has what was committed when it began, and the log is in the file afterwards",
  { retry: 2 },
  async () => {
    const levels: (number | undefined)[] = [];
    const settings = await countSettings(database.read);
    const { target, done } = copy(async (share) => {
      levels.push(await readAutoCheckpoint());
      // Early, so that the log has all of it before the copy ends.
      if (share < 0.3) await write(300);
    });
    await done;
    expect(levels.length).toBeGreaterThan(3);
    expect(new Set(levels.slice(0, -1))).toEqual(new Set([0]));
    expect(await readAutoCheckpoint()).toBe(1_000);
    const copied = await openSqliteFile(target, "read");
    expect(await countSettings(copied)).toBe(settings);
    await copied.close();
    expect(next).toBeGreaterThan(10_000);
    // All of the log is in the file, so what is written begins it anew.
    await database.autocommit.query("PRAGMA wal_autocheckpoint=0");
    await write(10);
    const [after] = await database.autocommit.query<{ log: number }>("PRAGMA wal_checkpoint(PASSIVE)");
    expect(after?.log).toBeLessThan(200);
  },
);

test("that is interrupted leaves the log as it was written before", async () => {
  const ending = new AbortController();
  const { done } = copy(() => {
    ending.abort(new Error("enough"));
    return Promise.resolve();
  }, ending.signal);
  await expect(done).rejects.toThrow();
  expect(await readAutoCheckpoint()).toBe(1_000);
});
