import { defineConfig } from "vitest/config";
import { LONG_FILES } from "./test/long/files.ts";
import { POSTGRES_FILES } from "./test/stores/files.ts";

/** Each folder has a command of its own. */
const OF_OTHER_COMMANDS = ["browser", "clients", "deploy", "pack", "sources", "world", "fuzz"].map(
  (folder) => `test/${folder}/**`,
);

export default defineConfig({
  test: {
    experimental: { fsModuleCache: true },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    // More than most machines have cores: some tests wait for others, and a file that takes long leaves the rest to them.
    maxWorkers: 4,
    provide: { databases: ["SQLite"] },
    setupFiles: "test/support/put-back.ts",
    projects: [
      // What starts nothing leaves nothing behind: its files share their processes and what these have loaded.
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          exclude: [...LONG_FILES],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "hosts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/unit/**", ...OF_OTHER_COMMANDS, ...LONG_FILES, ...POSTGRES_FILES],
          isolate: false,
        },
      },
    ],
  },
});
