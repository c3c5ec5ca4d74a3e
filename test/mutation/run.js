/**
 * Mutation testing: changes conditions, operators and constants of the pure files one by one, and looks whether a unit test
 * fails. Whatever survives is a rule that nothing checks.
 *
 * `npm run test:mutation` changes all of them, writes their scores, and takes up to half an hour; files named as arguments
 * are changed alone. `npm run test:mutation:ci` changes the core and the files that are not as they were when they were
 * scored, and takes up to three minutes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CORE, ROOT, SCORES, hashOf, mutatedFiles, readScores } from "./files.js";

/** Of all mutants together. */
const LEAST_SCORE = 85;
/** What CI can change in its time, beside the core. */
const MOST_LINES_IN_CI = 1_200;

const DEAD = ["Killed", "Timeout"];
const ALIVE = ["Survived", "NoCoverage"];

const {
  values: { ci, concurrency },
  positionals,
} = parseArgs({
  options: { ci: { type: "boolean", default: false }, concurrency: { type: "string", default: "2" } },
  allowPositionals: true,
});

const all = mutatedFiles();
const scores = readScores();
const changed = all.filter((file) => scores[file] !== undefined && scores[file].hash !== hashOf(file));
const unscored = all.filter((file) => scores[file] === undefined);
const chosen = ci ? [...new Set([...CORE, ...changed])] : positionals.length > 0 ? positionals : all;

const linesOf = (file) => readFileSync(ROOT + file, "utf8").split("\n").length;
const linesToScore = chosen
  .filter((file) => !CORE.includes(file))
  .reduce((sum, file) => sum + linesOf(file), 0);
if (ci && linesToScore > MOST_LINES_IN_CI) {
  fail(
    `${linesToScore} lines changed since they were scored, more than CI has time for. Run npm run test:mutation and commit ${SCORES}.`,
  );
}

if (ci && unscored.length > 0) {
  console.log(`Without a score until the next npm run test:mutation: ${unscored.join(", ")}`);
}

const startedAt = performance.now();
const results = mkdtempSync(join(tmpdir(), "callboard-mutants-"));
/** @type {Map<string, readonly Mutant[]>} */
const mutants = new Map();
const pending = [...chosen];
await Promise.all(Array.from({ length: Number(concurrency) }, work));
rmSync(results, { recursive: true });
const seconds = Math.round((performance.now() - startedAt) / 1000);

/** Several files at once, each in a process of its own: a constant is changed in the tests of its file only. */
async function work() {
  for (let file = pending.shift(); file !== undefined; file = pending.shift()) {
    const begunAt = performance.now();
    mutants.set(file, await mutate(file));
    const tookMs = performance.now() - begunAt;
    if (!ci) writeFileSync(ROOT + SCORES, `${JSON.stringify(known(), null, 2)}\n`);
    const lines = survivorsOf(file).map(
      ({ line, column, status, mutatorName, replacement }) =>
        `  ${file}:${line}:${column}  ${status}  ${mutatorName}: ${replacement.replace(/\s+/g, " ").slice(0, 100)}`,
    );
    console.log([`${shown(scoreOf(file))}  ${file}  ${(tookMs / 1000).toFixed(0)} s`, ...lines].join("\n"));
  }
}

/**
 * @typedef {{ status: string, mutatorName: string, replacement: string, line: number, column: number }} Mutant
 * @param {string} file
 * @returns {Promise<readonly Mutant[]>}
 */
async function mutate(file) {
  const result = join(results, `${file.replaceAll("/", "_")}.json`);
  const child = spawn(process.execPath, [join(ROOT, "test/mutation/one.js"), file, result], {
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) fail(`The tests of ${file} could not be run with its mutants`);
  return JSON.parse(readFileSync(result, "utf8"));
}

/** @param {string} file */
function survivorsOf(file) {
  return (mutants.get(file) ?? []).filter(({ status }) => ALIVE.includes(status));
}

/** @param {string} file */
function scoreOf(file) {
  const count = (states) => (mutants.get(file) ?? []).filter(({ status }) => states.includes(status)).length;
  return { hash: hashOf(file), killed: count(DEAD), survived: survivorsOf(file).length };
}

const total = Object.values(known()).reduce(
  (sum, { killed, survived }) => ({ killed: sum.killed + killed, survived: sum.survived + survived }),
  { killed: 0, survived: 0 },
);
console.log(`${shown(total)}  all files; ${chosen.length} of them in ${seconds} s`);

const inCore = chosen.filter((file) => CORE.includes(file)).flatMap(survivorsOf);
if (inCore.length > 0) {
  fail(
    `${inCore.length} mutants survive in the core. Write the test that notices them, or the reason beside them: // Stryker disable next-line NAME: reason`,
  );
}
if (percentOf(total) < LEAST_SCORE) fail(`The score of all files is below ${LEAST_SCORE} %.`);

/** The scores of all files, as far as they are known. */
function known() {
  return Object.fromEntries(
    all.flatMap((file) => {
      const score = mutants.has(file) ? scoreOf(file) : scores[file];
      return score === undefined ? [] : [[file, score]];
    }),
  );
}

/** @param {{ killed: number, survived: number }} score */
function percentOf({ killed, survived }) {
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** @param {{ killed: number, survived: number }} score */
function shown(score) {
  const counts = `${score.killed}/${score.killed + score.survived}`;
  return `${percentOf(score).toFixed(1).padStart(5)} %  ${counts.padStart(9)}`;
}

/** @returns {never} */
function fail(text) {
  console.error(text);
  process.exit(1);
}
