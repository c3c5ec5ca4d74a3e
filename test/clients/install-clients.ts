/** Installs the clients from their lock files unless that was done before. No install script of npm runs. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CLIENTS = [
  "ace",
  "backlog-js",
  "generated/typescript",
  "jest",
  "jira-js",
  "official-validator",
  "openapi-linters",
  "standard-webhooks/javascript",
  "transactional",
];

export default function installClients(): void {
  for (const client of CLIENTS) {
    const folder = join(import.meta.dirname, client);
    installOnce(join(folder, "package-lock.json"), join(folder, "node_modules"), () =>
      run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
    );
  }
  installPython(join(import.meta.dirname, "generated/python"));
}

/** Without Python and its module venv there is none, and its test is skipped. */
function installPython(folder: string): void {
  try {
    execFileSync("python3", ["-c", "import ensurepip, venv"], { stdio: "ignore" });
  } catch {
    return;
  }
  installOnce(join(folder, "requirements.txt"), join(folder, ".venv"), () => {
    run(folder, "python3", "-m", "venv", ".venv");
    const quiet = ["--quiet", "--disable-pip-version-check"];
    run(folder, ".venv/bin/pip", "install", ...quiet, "-r", "requirements.txt");
  });
}

/** The marker is within what is installed, and goes with it. */
function installOnce(lockFile: string, installed: string, install: () => void): void {
  const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  const marker = join(installed, ".installed-lock");
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return;
  install();
  writeFileSync(marker, lock);
}

function run(cwd: string, program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { cwd, stdio: "inherit" });
}
