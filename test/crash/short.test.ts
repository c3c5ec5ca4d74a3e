/** The short form of the crash lab: a few kills of real processes on each database, and lost answers to COMMIT. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../bench/crashlab/random.ts";
import type { DatabaseKind, Setting } from "../../bench/crashlab/lab.ts";
import { SCENARIOS } from "../../bench/crashlab/scenarios/all.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";

const MAX_MS = 120_000;

let postgres: Postgres;
const directories: string[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function setting(database: DatabaseKind): Setting {
  const directory = mkdtempSync(join(tmpdir(), "callboard-crash-"));
  directories.push(directory);
  return {
    database,
    random: createRandom(7),
    kills: 3,
    directory,
    newUrl: () =>
      database === "SQLite"
        ? Promise.resolve(`sqlite:${join(directory, "callboard.sqlite")}`)
        : postgres.newUrl(),
    restartPostgres: (how) => postgres.restart(how),
  };
}

test.each<[string, DatabaseKind]>([
  ["kills", "SQLite"],
  ["kills", "PostgreSQL"],
  ["order", "SQLite"],
  ["order", "PostgreSQL"],
  ["batches", "SQLite"],
  ["batches", "PostgreSQL"],
  ["transitions", "SQLite"],
  ["transitions", "PostgreSQL"],
  ["caller", "PostgreSQL"],
  ["lost-commits", "PostgreSQL"],
])(
  "%s on %s break no promise",
  async (name, database) => {
    const scenario = SCENARIOS.find((each) => each.name === name);

    const figures = await scenario!.run(setting(database));

    // How long things took (I5, I7) says something about the machine too; the lab judges that, a test does not.
    const broken = figures.violations.filter((violation) => !/^I[57]/.test(violation));
    expect([figures.lost, broken]).toEqual([0, []]);
    expect(figures.accepted).toBeGreaterThan(name === "kills" ? 1_000 : 0);
  },
  MAX_MS,
);
