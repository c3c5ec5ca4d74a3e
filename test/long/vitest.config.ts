import { defineConfig } from "vitest/config";
import { longestFirst } from "../support/longest-first.ts";
import { LONG_FILES } from "./files.ts";

export default defineConfig({
  test: {
    include: [...LONG_FILES],
    globalSetup: "test/stores/server.ts",
    setupFiles: "test/support/put-back.ts",
    isolate: false,
    provide: { databases: ["SQLite", "PostgreSQL"] },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    experimental: { fsModuleCache: true },
    sequence: { sequencer: longestFirst(LONG_FILES) },
    pool: "forks",
    // More than most machines have cores: these tests wait for clocks and processes half of the time or more.
    maxWorkers: 5,
  },
});
