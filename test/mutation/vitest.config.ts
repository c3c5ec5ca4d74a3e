import { defineConfig } from "vitest/config";

/** The tests of the file that is changed, which start nothing. */
export default defineConfig({
  test: {
    include: (process.env["MUTATION_TESTS"] ?? "").split(" "),
    exclude: ["node_modules/**"],
    setupFiles: ["./test/mutation/setup.ts"],
    testTimeout: 20_000,
  },
});
