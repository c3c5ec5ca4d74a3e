/** Packs each package once for the whole run, as it is published. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { CLONE } from "./installed.ts";

const run = promisify(execFile);

interface Packed {
  /** Path of the tarball. */
  readonly tarball: string;
  /** The files in it. */
  readonly paths: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    /** By the package's name. */
    readonly packages: Readonly<Record<"callboard" | "@callboard/addon" | "@callboard/client", Packed>>;
  }
}

/** Provides each package under its name. */
export default async function packAll(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-packed-"));
  const callboard = await pack(CLONE, folder);
  await run("npm", ["run", "build:packages"], { cwd: CLONE });
  project.provide("packages", {
    callboard,
    "@callboard/addon": await pack(join(CLONE, "dist-packages/addon"), folder),
    "@callboard/client": await pack(join(CLONE, "dist-packages/client"), folder),
  });
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}

async function pack(source: string, folder: string): Promise<Packed> {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: source });
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as readonly [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  return { tarball: join(folder, filename), paths: files.map(({ path }) => path) };
}
