/** Packages installed into empty folders. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export const CLONE = join(import.meta.dirname, "../..");
const run = promisify(execFile);
const QUIET = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];

/** Installs packages, and builds none of them. */
export async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  await run("npm", ["install", ...QUIET, ...packages], { cwd: folder });
}

/** Installs packages, one of which is Callboard, without building SQLite: that takes minutes, and the clone has the same version. */
export async function installWithSqlite(folder: string, ...packages: readonly string[]): Promise<void> {
  await install(folder, ...packages);
  const built = join(folder, "node_modules/sqlite3/build");
  mkdirSync(built, { recursive: true });
  cpSync(join(CLONE, "node_modules/sqlite3/build"), built, { recursive: true, dereference: true });
}
