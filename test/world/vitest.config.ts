import { defineConfig } from "vitest/config";

/** Started by test/world/run.sh, inside the world. */
export default defineConfig({
  test: {
    include: ["test/world/*.test.ts"],
    globalSetup: ["test/world/global-setup.ts"],
    experimental: { fsModuleCache: true },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    // There is one world, with one Callboard at a time on its usual port.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
