/**
 * The crash lab: real processes, real faults, and a check of every promise afterwards.
 *
 * `npm run crashlab -- --help` prints its options. One line per scenario; all figures in a JSON file; ends with 1 when a promise was broken.
 */
import { endWith } from "../exit-code.ts";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../test/support/postgres.ts";
import type { Postgres } from "../../test/support/postgres.ts";
import { deriveSeed } from "./lab.ts";
import type { DatabaseKind, Figures, Scenario } from "./lab.ts";
import { formatUsage, readOptions } from "./options.ts";
import { createRandom } from "./random.ts";
import { SCENARIOS } from "./scenarios/all.ts";

const names = SCENARIOS.map(({ name }) => name);
const reading = readOptions(process.argv.slice(2), names, Date.now() % 1_000_000);
if (reading.kind === "help") {
  console.log(formatUsage(names));
  endWith(0);
}
if (reading.kind === "refused") {
  console.error(`${reading.problem}\n\n${formatUsage(names)}`);
  endWith(2);
}
const { options } = reading;
const { seed, kills, deliveries } = options;

const PROGRESS_EVERY = 20;

type Result = { readonly scenario: string; readonly database: DatabaseKind } & (
  Figures | { readonly impossible: string }
);

let postgres: Postgres | undefined;

async function runOne(scenario: Scenario, database: DatabaseKind): Promise<Result> {
  const name = { scenario: scenario.name, database };
  const impossible = scenario.impossible?.();
  if (impossible !== undefined) return { ...name, impossible };
  const directory = mkdtempSync(join(tmpdir(), "callboard-crash-"));
  if (database === "PostgreSQL") postgres ??= await startPostgres();
  const server = postgres;
  const figures = await scenario.run({
    database,
    random: createRandom(deriveSeed(seed, scenario.name, database)),
    kills,
    deliveries,
    progress: (done, of) => {
      if (done % PROGRESS_EVERY === 0) console.error(`  ${scenario.name} ${database}: ${done} of ${of} …`);
    },
    directory,
    newUrl: () =>
      database === "SQLite" || server === undefined
        ? Promise.resolve(`sqlite:${join(directory, "callboard.sqlite")}`)
        : server.newUrl(),
    restartPostgres: async (how) => server?.restart(how),
  });
  // What broke a promise is kept to be looked at.
  if (figures.violations.length === 0) rmSync(directory, { recursive: true, force: true });
  else console.log(`  journals and database of the next line: ${directory}`);
  return { ...name, ...figures };
}

function line(result: Result): string {
  const head = `${result.scenario.padEnd(17)} ${result.database.padEnd(10)}`;
  if ("impossible" in result) return `${head} not run: ${result.impossible}`;
  const { accepted, lost, duplicates, recoveryMs, violations, details } = result;
  const recovery = recoveryMs === undefined ? "-" : `${(recoveryMs / 1000).toFixed(2)} s`;
  const further = Object.entries(details)
    .map(([key, value]) => `${key} ${typeof value === "number" ? Number(value.toFixed(2)) : value}`)
    .join(", ");
  const figures = `accepted ${String(accepted).padStart(6)}  lost ${lost}  duplicates ${String(duplicates).padStart(5)}`;
  const broken = violations.map((violation) => `\n    BROKEN ${violation}`).join("");
  return `${head} ${figures}  recovery ${recovery.padStart(8)}  ${further}${broken}`;
}

console.log(`crash lab, seed ${seed}, ${kills} kills for each database`);
const results: Result[] = [];
try {
  for (const scenario of SCENARIOS) {
    if (options.scenarios?.includes(scenario.name) === false) continue;
    for (const database of scenario.databases) {
      if (options.database !== undefined && options.database !== database) continue;
      const result = await runOne(scenario, database);
      results.push(result);
      console.log(line(result));
    }
  }
} finally {
  await postgres?.stop();
}
mkdirSync("bench/results", { recursive: true });
const file = `bench/results/crashlab-${new Date().toISOString().replaceAll(":", "-")}.json`;
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), seed, kills, results }, null, 2)}\n`);
const broken = results.filter((result) => "violations" in result && result.violations.length > 0).length;
console.log(
  `${broken === 0 ? "every promise was kept" : `${broken} scenarios broke a promise`}; figures in ${file}`,
);
endWith(broken === 0 ? 0 : 1);
