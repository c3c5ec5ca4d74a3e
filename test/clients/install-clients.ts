/** Installs the clients from their lock files unless that was done before. No install script runs. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CLIENTS = ["ace", "backlog-js", "jest", "jira-js", "official-validator", "standard-webhooks/javascript", "transactional"];

export default function installClients(): void {
  for (const client of CLIENTS) {
    const folder = join(import.meta.dirname, client);
    const lock = createHash("sha256")
      .update(readFileSync(join(folder, "package-lock.json")))
      .digest("hex");
    const marker = join(folder, "node_modules", ".installed-lock");
    if (existsSync(marker) && readFileSync(marker, "utf8") === lock) continue;
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: "inherit",
    });
    writeFileSync(marker, lock);
  }
}
