/** A configuration for tests: loopback, any free port, a database and a data directory of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import type { Config, Environment } from "../../src/config.ts";

export interface TestConfig {
  readonly config: Config;
  readonly remove: () => void;
}

export function testConfig(env: Environment = {}): TestConfig {
  const dataDir = mkdtempSync(join(tmpdir(), "callboard-"));
  const config = readConfig({
    CALLBOARD_DATA_DIR: dataDir,
    CALLBOARD_PORT: "0",
    CALLBOARD_LOG_LEVEL: "silent",
    ...env,
  });
  return { config, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}
