/** The files in which every condition, operator and constant must matter to a unit test, and how well each did last time. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import ts from "typescript";

export const ROOT = new URL("../../", import.meta.url).pathname;
export const SCORES = "test/mutation/scores.json";

/** In these no mutant survives without a reason written beside it; CI changes them each time. */
export const CORE = [
  "src/egress/address.ts",
  "src/egress/guard.ts",
  "src/host/model/breaker.ts",
  "src/host/model/retry-schedules.ts",
  "src/host/model/verdict.ts",
  "src/protocol/qsh.ts",
  "src/protocol/token.ts",
];

const ROOMS = ["src/protocol", "src/json", "src/host/model"];

/** Nothing to change: names that others are compared with. */
const NAMES_ONLY = new Set([
  "src/host/model/delivery.ts",
  "src/protocol/descriptor.ts",
  "src/protocol/headers.ts",
  "src/protocol/lifecycle.ts",
]);

/** Tests that a file has beside, or instead of, the one of its own name. */
const FURTHER_TESTS = {
  "src/host/model/event-index.ts": ["host/model/fan-out"],
  "src/host/model/filter-text.ts": ["host/model/filter"],
  "src/host/model/jql.ts": ["host/model/filter"],
  "src/json/pointer.ts": ["json/problems", "json/scan"],
  "src/json/scan.ts": ["json/scan-pieces"],
  "src/protocol/parsed-token.ts": ["protocol/token"],
  "src/protocol/sign-install.ts": ["protocol/signed-install"],
  "src/protocol/signing-key.ts": ["protocol/signed-install"],
};

/** Files of rooms that also act. */
const FILES = [
  "src/egress/allow-list.ts",
  "src/egress/content-encoding.ts",
  "src/egress/outcome.ts",
  "src/egress/response-head.ts",
  "src/egress/retry-after.ts",
  "src/egress/tls-failure.ts",
  "src/egress/url.ts",
  "src/host/web/http/origin.ts",
  "src/host/web/http/refusal-pace.ts",
  "src/rate-limit.ts",
  "src/trailing-slashes.ts",
];

/** Returns the paths of the files below the root, in order. */
export function listMutatedFiles() {
  const inRooms = ROOMS.flatMap((room) =>
    readdirSync(ROOT + room, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${room}/${file}`),
  );
  return [...new Set([...CORE, ...inRooms, ...FILES])]
    .filter((file) => !NAMES_ONLY.has(file) && hasCode(file))
    .sort();
}

/** Returns the paths of the tests that run against the mutants of a file. */
export function listTests(/** @type {string} */ file) {
  const named = [file.replace(/^src\//, "").replace(/\.ts$/, ""), ...(FURTHER_TESTS[file] ?? [])];
  return named.map((name) => `test/unit/${name}.test.ts`).filter((test) => existsSync(ROOT + test));
}

/**
 * Returns a hash of what a file and its tests do: a rule whose test is gone is scored again. Types, comments, layout, the
 * places of imported files, titles of tests and texts for people are left out, so that neither a move nor a rewording needs a
 * new score.
 */
export function hashRules(/** @type {string} */ file) {
  const hash = createHash("sha256");
  for (const path of [file, ...listTests(file)]) hash.update(readCode(path));
  return hash.digest("base64url").slice(0, 16);
}

/** Types alone leave nothing when they are compiled. */
function hasCode(/** @type {string} */ file) {
  return (
    readCode(file)
      .replace(/export ?\{ ?\};/g, "")
      .trim() !== ""
  );
}

const COMPILER_OPTIONS = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  removeComments: true,
};

const IMPORT = /^import\b[^;]*;$/gm;
const TITLE = /\b((?:test|describe)|\))\("(?:[^"\\\n]|\\.)*"/g;
const TEXT_FOR_PEOPLE = /"(?:[^"\\\n]|\\.)*\S\s\S(?:[^"\\\n]|\\.)*"/g;

function readCode(/** @type {string} */ path) {
  const text = readFileSync(ROOT + path, "utf8");
  const { outputText } = ts.transpileModule(text, { compilerOptions: COMPILER_OPTIONS });
  const reworded = path.startsWith("test/") ? [TITLE, '$1(""'] : [TEXT_FOR_PEOPLE, '""'];
  const code = outputText
    .replace(IMPORT, "")
    .replace(...reworded)
    .replace(/\s+/g, " ");
  const reasons = text.match(/Stryker (?:disable|restore).*/g) ?? [];
  return [code, ...reasons].join("\n");
}

/**
 * @typedef {{ hash: string, killed: number, survived: number }} Score
 * @returns {Record<string, Score>} by file
 */
export function readScores() {
  return JSON.parse(readFileSync(ROOT + SCORES, "utf8"));
}

/**
 * Returns the score of a file as it is, wherever it was when it was scored; undefined if it has changed or was never scored.
 *
 * @param {string} file
 * @param {Record<string, Score>} scores
 */
export function findScore(file, scores) {
  const hash = hashRules(file);
  if (scores[file]?.hash === hash) return scores[file];
  return Object.entries(scores).find(([path, score]) => score.hash === hash && !existsSync(ROOT + path))?.[1];
}
