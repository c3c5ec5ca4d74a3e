import { defineConfig } from "vitest/config";
import { longestFirst } from "../support/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    experimental: { fsModuleCache: true },
    sequence: {
      sequencer: longestFirst([
        "test/browser/accessibility.test.ts",
        "test/browser/live.test.ts",
        "test/browser/portals.test.ts",
        "test/browser/docs.test.ts",
        "test/browser/inspector.test.ts",
        "test/browser/lists.test.ts",
        "test/browser/shell.test.ts",
      ]),
    },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    maxWorkers: 2,
  },
});
