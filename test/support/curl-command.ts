/** Reads a curl command as a shell does, without running curl. */
import { execFileSync } from "node:child_process";

/** The arguments that the shell gives to curl, which is a function here that prints them. */
export function listArguments(command: string): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync("sh", ["-c", script]).toString("utf8").split("\0").slice(0, -1);
}

export interface CommandRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request that the command makes. */
export function requestOfCommand(command: string): CommandRequest {
  const given = listArguments(command);
  const after = (flag: string) => given.flatMap((each, at) => (each === flag ? [given[at + 1] ?? ""] : []));
  const url = new URL(given.find((each) => each.startsWith("http")) ?? "");
  return {
    method: after("-X")[0] ?? "GET",
    target: url.pathname + url.search,
    headers: Object.fromEntries(after("-H").map((header) => header.split(/: (.*)/s).slice(0, 2))),
    body: [...after("--data-binary"), ...after("--data-raw")][0] ?? "",
  };
}
