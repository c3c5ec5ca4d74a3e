/**
 * Installs the clients from their lock files unless that was done before. No install script of npm runs. The tests begin with it; it
 * can be run by itself as well, while something else is waited for.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

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

export default async function installClients() {
  const waiting = [...CLIENTS];
  const installNext = async () => {
    for (let client = waiting.shift(); client !== undefined; client = waiting.shift()) {
      await installClient(join(import.meta.dirname, client));
    }
  };
  await Promise.all([installNext(), installNext(), installPython(join(import.meta.dirname, "generated/python"))]);
}

/** @param {string} folder */
function installClient(folder) {
  return installOnce(join(folder, "package-lock.json"), join(folder, "node_modules"), () =>
    run(folder, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"),
  );
}

/**
 * Without Python and its module venv there is none, and its test is skipped.
 *
 * @param {string} folder
 */
async function installPython(folder) {
  try {
    await run(folder, "python3", "-c", "import ensurepip, venv");
  } catch {
    return;
  }
  await installOnce(join(folder, "requirements.txt"), join(folder, ".venv"), async () => {
    await run(folder, "python3", "-m", "venv", ".venv");
    const quiet = ["--quiet", "--disable-pip-version-check"];
    await run(folder, ".venv/bin/pip", "install", ...quiet, "-r", "requirements.txt");
  });
}

/**
 * The marker is within what is installed, and goes with it.
 *
 * @param {string} lockFile
 * @param {string} installed
 * @param {() => Promise<void>} install
 */
async function installOnce(lockFile, installed, install) {
  const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  const marker = join(installed, ".installed-lock");
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return;
  await install();
  writeFileSync(marker, lock);
}

/**
 * @param {string} cwd
 * @param {string} program
 * @param {readonly string[]} args
 * @throws {Error} with what the program wrote to standard error
 */
async function run(cwd, program, ...args) {
  await promisify(execFile)(program, args, { cwd, maxBuffer: 16 * 1024 * 1024 });
}

if (process.argv[1] === import.meta.filename) await installClients();
