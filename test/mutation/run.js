/**
 * Mutation testing: changes conditions, operators and constants of the pure files one by one, and looks whether a unit test
 * fails. Whatever survives is a rule that nothing checks.
 *
 * `npm run test:mutation` changes all of them, writes their scores, and takes up to half an hour; with `--changed` only those
 * that are not as they were when they were scored, and files named as arguments alone. `npm run test:mutation:ci` changes the
 * core and what has changed, and takes up to three minutes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CORE, ROOT, SCORES, findScore, hashRules, listMutatedFiles, readScores } from "./files.js";

/** Of all mutants together. */
const LEAST_SCORE = 85;
/** What CI can change in its time, beside the core. */
const MAX_LINES_IN_CI = 1_200;
const MAX_LINES_IN_GROUP = 500;

const DEAD = ["Killed", "Timeout"];
const ALIVE = ["Survived", "NoCoverage"];

const {
  values: { ci, changed: onlyChanged, concurrency },
  positionals,
} = parseArgs({
  options: {
    ci: { type: "boolean", default: false },
    changed: { type: "boolean", default: false },
    concurrency: { type: "string", default: "2" },
  },
  allowPositionals: true,
});

const all = listMutatedFiles();
const scores = readScores();
const changed = all.filter((file) => findScore(file, scores) === undefined);
const chosen = chooseFiles();

function chooseFiles() {
  if (ci) return [...new Set([...CORE, ...changed.filter((file) => scores[file] !== undefined)])];
  if (onlyChanged) return changed;
  return positionals.length > 0 ? positionals : all;
}

const countLines = (file) => readFileSync(ROOT + file, "utf8").split("\n").length;
const linesToScore = chosen
  .filter((file) => !CORE.includes(file))
  .reduce((sum, file) => sum + countLines(file), 0);
if (ci && linesToScore > MAX_LINES_IN_CI) {
  fail(
    `${linesToScore} lines changed since they were scored, more than CI has time for. Run npm run test:mutation -- --changed and commit ${SCORES}.`,
  );
}

const unscored = changed.filter((file) => scores[file] === undefined);
if (ci && unscored.length > 0) {
  console.log(`Without a score until the next npm run test:mutation: ${unscored.join(", ")}`);
}

const startedAt = performance.now();
const results = mkdtempSync(join(tmpdir(), "callboard-mutants-"));
/** @type {Map<string, readonly Mutant[]>} */
const mutants = new Map();
/** Taken before the mutants are tried: an edit of a file or its test meanwhile is not scored. */
const hashes = new Map();
const pending = groupFiles(chosen);
await Promise.all(Array.from({ length: Number(concurrency) }, work));
rmSync(results, { recursive: true });
const seconds = Math.round((performance.now() - startedAt) / 1000);

/** Starting Stryker takes longer than most files: several of them share it. */
function groupFiles(/** @type {readonly string[]} */ files) {
  /** @type {string[][]} */
  const groups = [];
  let lines = Infinity;
  for (const file of files) {
    lines += countLines(file);
    if (lines > MAX_LINES_IN_GROUP) {
      groups.push([]);
      lines = countLines(file);
    }
    groups.at(-1)?.push(file);
  }
  return groups;
}

async function work() {
  for (let group = pending.shift(); group !== undefined; group = pending.shift()) {
    const groupStartedAt = performance.now();
    for (const file of group) hashes.set(file, hashRules(file));
    const tried = await mutate(group);
    for (const file of group)
      mutants.set(
        file,
        tried.filter((mutant) => mutant.file === file),
      );
    if (!ci) writeFileSync(ROOT + SCORES, `${JSON.stringify(collectScores(), null, 2)}\n`);
    for (const file of group) console.log(describeFile(file));
    console.log(`${Math.round((performance.now() - groupStartedAt) / 1000)} s`);
  }
}

/** The score of a file and its survivors. */
function describeFile(/** @type {string} */ file) {
  const lines = listSurvivors(file).map(
    ({ line, column, status, mutatorName, replacement }) =>
      `  ${file}:${line}:${column}  ${status}  ${mutatorName}: ${replacement.replace(/\s+/g, " ").slice(0, 100)}`,
  );
  return [`${formatScore(toScore(file))}  ${file}`, ...lines].join("\n");
}

/**
 * @typedef {{ file: string, status: string, mutatorName: string, replacement: string, line: number, column: number }} Mutant
 * @param {readonly string[]} files
 * @returns {Promise<readonly Mutant[]>}
 */
async function mutate(files) {
  const result = join(results, `${files[0]?.replaceAll("/", "_")}.json`);
  const child = spawn(process.execPath, [join(ROOT, "test/mutation/stryker.js"), result, ...files], {
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) fail(`The tests of ${files.join(", ")} could not be run with their mutants`);
  return JSON.parse(readFileSync(result, "utf8"));
}

/** @param {string} file */
function listSurvivors(file) {
  return (mutants.get(file) ?? []).filter(({ status }) => ALIVE.includes(status));
}

/** @param {string} file */
function toScore(file) {
  const count = (states) => (mutants.get(file) ?? []).filter(({ status }) => states.includes(status)).length;
  return { hash: hashes.get(file), killed: count(DEAD), survived: listSurvivors(file).length };
}

const total = Object.values(collectScores()).reduce(
  (sum, { killed, survived }) => ({ killed: sum.killed + killed, survived: sum.survived + survived }),
  { killed: 0, survived: 0 },
);
console.log(`${formatScore(total)}  all files; ${chosen.length} of them in ${seconds} s`);

const inCore = chosen.filter((file) => CORE.includes(file)).flatMap(listSurvivors);
if (inCore.length > 0) {
  fail(
    `${inCore.length} mutants survive in the core. Write the test that notices them, or the reason beside them: // Stryker disable next-line NAME: reason`,
  );
}
if (toPercent(total) < LEAST_SCORE) fail(`The score of all files is below ${LEAST_SCORE} %.`);

/** The scores of all files, as far as they are known. */
function collectScores() {
  return Object.fromEntries(
    all.flatMap((file) => {
      const score = mutants.has(file) ? toScore(file) : (findScore(file, scores) ?? scores[file]);
      return score === undefined ? [] : [[file, score]];
    }),
  );
}

/** @param {{ killed: number, survived: number }} score */
function toPercent({ killed, survived }) {
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** @param {{ killed: number, survived: number }} score */
function formatScore(score) {
  const counts = `${score.killed}/${score.killed + score.survived}`;
  return `${toPercent(score).toFixed(1).padStart(5)} %  ${counts.padStart(9)}`;
}

/** @returns {never} */
function fail(text) {
  console.error(text);
  process.exit(1);
}
