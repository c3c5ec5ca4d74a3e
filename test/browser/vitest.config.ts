import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Browsers are greedy: one file at a time.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
