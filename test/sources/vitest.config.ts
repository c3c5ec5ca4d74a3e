import { defineConfig } from "vitest/config";

/** Tests that read or compile all sources, as a linter does. */
export default defineConfig({
  test: {
    include: ["test/sources/**/*.test.ts"],
    isolate: false,
    testTimeout: 60_000,
    experimental: { fsModuleCache: true },
    pool: "forks",
    maxWorkers: 2,
  },
});
