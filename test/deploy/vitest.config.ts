import { defineConfig } from "vitest/config";

/** The files of `deploy/`, loaded and run by the programs that they are for. */
export default defineConfig({
  test: {
    include: ["test/deploy/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
