import { defineConfig } from "vitest/config";

/** The package as it is published, installed into an empty folder. */
export default defineConfig({
  test: {
    include: ["test/pack/*.test.ts"],
    globalSetup: ["test/pack/pack-all.ts", "test/pack/install-nodes.ts"],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
