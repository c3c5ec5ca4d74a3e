import { defineConfig } from "vitest/config";
import { longestFirst } from "../support/longest-first.ts";

/** The package as it is published, installed into an empty folder. */
export default defineConfig({
  test: {
    include: ["test/pack/*.test.ts"],
    globalSetup: ["test/pack/pack-all.ts", "test/pack/install-nodes.ts"],
    experimental: { fsModuleCache: true },
    sequence: {
      sequencer: longestFirst([
        "test/pack/packages.test.ts",
        "test/pack/pack.test.ts",
        "test/pack/stories.test.ts",
        "test/pack/versions.test.ts",
      ]),
    },
    testTimeout: 120_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    maxWorkers: 2,
  },
});
