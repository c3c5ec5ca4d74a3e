/** Builds of earlier states of this repository, which share a database with the present one while an upgrade is under way. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./programs.ts";

/** One before the schema changed much, and one that ran a month of features later. Released versions are added here. */
export const EARLIER_COMMITS = {
  "0.1.0": "c023d949c7b90c62c8f5301ecf0a9d6d4be0ccd5",
  "0.1.0 with steps up to 0021": "0e10879c3c44b00b7da2a18ab18e7e5aff7475a3",
} as const;

/** Undefined where the commit can be built. A clone without history lacks it: in CI that is a failure. */
function whyNotBuilt(commit: string): string | undefined {
  try {
    execFileSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: ROOT, stdio: "ignore" });
    return undefined;
  } catch {
    return `the clone lacks ${commit}: git fetch --unshallow`;
  }
}

/** Builds a commit below a folder, with the packages of this checkout. Returns the root of the build. */
export function buildCommit(commit: string, folder: string): string {
  const missing = whyNotBuilt(commit);
  if (missing !== undefined) throw new Error(missing);
  const root = join(folder, commit);
  mkdirSync(root);
  const archive = execFileSync("git", ["archive", commit], { cwd: ROOT, maxBuffer: 256 * 1024 * 1024 });
  execFileSync("tar", ["-x"], { cwd: root, input: archive });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  // Its types were checked when it was committed.
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", "tsconfig.json", "--noCheck"], { cwd: root });
  return root;
}

/** Skips a test on a machine without history, and never in CI. */
export const isBuildable = (commit: string): boolean =>
  process.env["CI"] !== undefined || whyNotBuilt(commit) === undefined;
