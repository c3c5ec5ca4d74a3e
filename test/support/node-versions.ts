/** Other versions of Node, as npm's package `node` brings them. They are kept for the next run, also for that of another clone. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What takes long to get, and doesn't change. */
export const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "callboard-tests");

/** Those that people run beside the one that runs the tests. */
export const OTHER_MAJORS = [22, 24] as const;

/** Returns the path of a Node of this major version, which is installed first where it isn't. */
export function installNode(major: number): string {
  const folder = join(CACHE, `node-${major}`);
  const program = join(folder, "node_modules/node/bin/node");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, `node@${major}`], {
      stdio: "pipe",
    });
  }
  return program;
}
