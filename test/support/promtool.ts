/** promtool, which comes with Prometheus: in the PATH, or named by PROMTOOL. */
import { spawnSync } from "node:child_process";

const PROMTOOL = process.env["PROMTOOL"] ?? "promtool";

export const HOW_TO_GET_PROMTOOL =
  "promtool was not found: unpack Debian's package prometheus, or set PROMTOOL to where it is";

export function hasPromtool(): boolean {
  return spawnSync(PROMTOOL, ["--version"]).status === 0;
}

/** What it printed, and whether it had complaints. */
export function promtool(
  args: readonly string[],
  input?: string,
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, args, { input, encoding: "utf8" });
  return { status, output: stdout + stderr };
}
