import { defineConfig } from "vitest/config";
import { CITUS_URL } from "../support/citus.ts";
import { longestFirst } from "../support/longest-first.ts";
import { FILES_FOR_BOTH, LONGEST_FILES, POSTGRES_FILES } from "./files.ts";

export default defineConfig({
  test: {
    include: [...POSTGRES_FILES, ...FILES_FOR_BOTH],
    globalSetup: "test/stores/server.ts",
    setupFiles: ["test/support/put-back.ts", "test/stores/not-on-citus.ts"],
    isolate: false,
    experimental: { fsModuleCache: true },
    sequence: { sequencer: longestFirst(LONGEST_FILES) },
    provide: { databases: ["PostgreSQL", "SQLite in memory"] },
    // Each statement on a cluster is planned by two servers, and each database is made on all of them.
    testTimeout: CITUS_URL === undefined ? 20_000 : 90_000,
    hookTimeout: CITUS_URL === undefined ? 60_000 : 120_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    // The databases and the network are waited for more than half of the time.
    maxWorkers: 4,
  },
});
