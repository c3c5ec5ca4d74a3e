import { describe, expect, test } from "vitest";
import { formatUsage, readOptions } from "../../bench/crashlab/options.ts";

const NAMES = ["kills", "order", "batches"];
const read = (...args: readonly string[]) => readOptions(args, NAMES, 42);

describe("options of the crash lab", () => {
  test("run every scenario on both databases with 200 kills when left out", () => {
    expect(read()).toEqual({
      kind: "run",
      options: { scenarios: undefined, database: undefined, kills: 200, deliveries: 0, seed: 42 },
    });
  });

  test("choose scenarios, a database, kills, deliveries and a seed", () => {
    const given = "--scenario order --scenario kills --database SQLite --kills 5 --deliveries 900 --seed 7";
    expect(read(...given.split(" "))).toEqual({
      kind: "run",
      options: { scenarios: ["order", "kills"], database: "SQLite", kills: 5, deliveries: 900, seed: 7 },
    });
  });

  test.each([
    ["--kill 5", "Unknown option '--kill'"],
    ["order", "Unexpected argument 'order'"],
    ["--kills", "argument missing"],
    ["--kills -1", "argument is ambiguous"],
    ["--kills=five", "--kills must be a whole number"],
    ["--seed=1.5", "--seed must be a whole number"],
    ["--scenario orders", 'There is no scenario "orders"'],
    ["--database MySQL", "--database must be SQLite or PostgreSQL"],
  ])("%s is refused", (args, problem) => {
    expect(read(...args.split(" "))).toMatchObject({
      kind: "refused",
      problem: expect.stringContaining(problem) as string,
    });
  });

  test("are printed on request, with every scenario", () => {
    expect(read("--help", "--kills", "x")).toEqual({ kind: "help" });
    expect(formatUsage(NAMES)).toContain("Scenarios: kills, order, batches");
  });
});
