import { defineConfig } from "vitest/config";
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
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: "forks",
    // The databases and the network are waited for more than half of the time.
    maxWorkers: 4,
  },
});
