import { defineConfig } from "vitest/config";
import { longestFirst } from "../support/longest-first.ts";

/** The files of `deploy/`, loaded and run by the programs that they are for. */
export default defineConfig({
  test: {
    include: ["test/deploy/*.test.ts"],
    experimental: { fsModuleCache: true },
    sequence: {
      sequencer: longestFirst([
        "test/deploy/image.test.ts",
        "test/deploy/failover.test.ts",
        "test/deploy/rolling.test.ts",
        "test/deploy/upgrade-on-sqlite.test.ts",
        "test/deploy/production.test.ts",
      ]),
    },
    testTimeout: 60_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    maxWorkers: 2,
  },
});
