import { defineConfig } from "vitest/config";
import { FILES_FOR_BOTH, POSTGRES_FILES } from "./files.ts";

export default defineConfig({
  test: {
    include: [...POSTGRES_FILES, ...FILES_FOR_BOTH],
    globalSetup: "test/stores/server.ts",
    setupFiles: ["test/support/put-back.ts", "test/stores/not-on-citus.ts"],
    isolate: false,
    provide: { databases: ["PostgreSQL", "SQLite in memory"] },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
