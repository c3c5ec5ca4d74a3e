import { defineConfig } from "vitest/config";
import { findChromium } from "./test/browser/support/browser.ts";
import { LONG_FILES } from "./test/long/files.ts";

/** The short ones of the tests in a browser; without one, test/integration/web-app.test.ts says how to get it. */
const LONG_IN_BROWSER =
  findChromium() === undefined ? "test/browser/**" : "test/browser/!(addons|keyboard).test.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [
      "test/clients/**",
      LONG_IN_BROWSER,
      ...LONG_FILES,
      "test/pack/**",
      "test/world/**",
      "test/fuzz/**",
      "node_modules/**",
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
