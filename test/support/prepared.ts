/**
 * What every fresh database is given at a price, made once in a process and copied for each test: the migrated schema, and
 * the key pair of signed install, which takes longer to make than most tests.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MASTER_KEY_FILE } from "../../src/host/admin/master-key.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { createSeal } from "../../src/host/store/seal.ts";
import { insertSigningKey } from "../../src/host/store/tables/keys.ts";
import { createSigningKey } from "../../src/protocol/signing-key.ts";
import type { SigningKey } from "../../src/protocol/signing-key.ts";

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

/** The key pair that hosts and registries of the tests sign installs with. */
export const sharedSigningKey: () => Promise<SigningKey> = once(createSigningKey);

/** The bytes of a SQLite file that was migrated and then changed by `change`. */
async function fileWith(change: (database: Database) => Promise<void>, from?: Buffer): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-prepared-"));
  const file = join(folder, "callboard.sqlite");
  if (from !== undefined) writeFileSync(file, from);
  const database = await openDatabase(`sqlite:${file}`);
  await change(database);
  await database.close();
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

const migratedFile = once(() =>
  fileWith(async (database) => {
    await migrate(database);
  }),
);

const MASTER_KEY = randomBytes(32);
const fileWithKey = once(async () => {
  const key = { ...(await sharedSigningKey()), createdAt: Date.now(), retiredAt: undefined };
  const insert = (database: Database) =>
    database.write((tx) => insertSigningKey(tx, createSeal(MASTER_KEY), key));
  return fileWith(insert, await migratedFile());
});

/** Puts the migrated schema where the URL says, if that is a SQLite file that is not there yet. */
export async function prepareSchema(url: string): Promise<void> {
  const file = url.slice("sqlite:".length);
  if (!url.startsWith("sqlite:") || file === ":memory:" || existsSync(file)) return;
  writeFileSync(file, await migratedFile(), { mode: 0o600 });
}

/** Puts a migrated SQLite file, a master key and a key pair into a new data directory. */
export async function prepareDataDirectory(dataDir: string, databaseUrl: string): Promise<void> {
  writeFileSync(databaseUrl.slice("sqlite:".length), await fileWithKey(), { mode: 0o600 });
  writeFileSync(join(dataDir, MASTER_KEY_FILE), `${MASTER_KEY.toString("base64")}\n`, { mode: 0o600 });
}
