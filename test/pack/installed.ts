/** The package as it is published, installed into empty folders. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export const CLONE = join(import.meta.dirname, "../..");
const run = promisify(execFile);

interface Packed {
  /** Path of the tarball. */
  readonly tarball: string;
  /** The files in it. */
  readonly paths: readonly string[];
}

export async function packInto(folder: string): Promise<Packed> {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: CLONE });
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as readonly [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  return { tarball: join(folder, filename), paths: files.map(({ path }) => path) };
}

/** Installs packages, one of which is the tarball, without building SQLite: that takes minutes, and the clone has the same version. */
export async function installInto(folder: string, ...packages: readonly string[]): Promise<void> {
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...flags, ...packages], { cwd: folder });
  const built = join(folder, "node_modules/sqlite3/build");
  mkdirSync(built, { recursive: true });
  cpSync(join(CLONE, "node_modules/sqlite3/build"), built, { recursive: true, dereference: true });
}
