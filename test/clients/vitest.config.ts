import { defineConfig } from "vitest/config";

/** Clients that nobody here wrote: each is installed from its own lock file, in its own folder, before the tests run. */
export default defineConfig({
  test: {
    include: ["test/clients/*.test.ts"],
    globalSetup: ["test/clients/install-clients.js"],
    experimental: { fsModuleCache: true },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    maxWorkers: 1,
  },
});
