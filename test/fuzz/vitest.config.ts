import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/fuzz/*.test.ts"],
    experimental: { fsModuleCache: true },
    testTimeout: 1_600_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
