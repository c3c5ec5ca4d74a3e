/** The files in which every condition, operator and constant must matter to a unit test, and how well each did last time. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";

export const ROOT = new URL("../../", import.meta.url).pathname;
export const SCORES = "test/mutation/scores.json";

/** In these no mutant survives without a reason written beside it; CI changes them each time. */
export const CORE = [
  "src/egress/address.ts",
  "src/egress/guard.ts",
  "src/host/delivery/breaker.ts",
  "src/host/delivery/profiles.ts",
  "src/host/delivery/verdict.ts",
  "src/protocol/qsh.ts",
  "src/protocol/token.ts",
];

const ROOMS = ["src/protocol", "src/json", "src/host/model"];

/** Nothing to change: types, and names that others are compared with. */
const WITHOUT_RULES = new Set([
  "src/host/model/limits.ts",
  "src/protocol/descriptor.ts",
  "src/protocol/headers.ts",
  "src/protocol/lifecycle.ts",
]);

/** Tests that a file has beside, or instead of, the one of its own name. */
const FURTHER_TESTS = {
  "src/json/member.ts": ["json/scan"],
  "src/json/pointer.ts": ["json/problems", "json/scan"],
  "src/json/scan.ts": ["json/scan-pieces"],
  "src/protocol/parsed-token.ts": ["protocol/token"],
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
  "src/host/delivery/attempt-record.ts",
  "src/host/delivery/body-variant.ts",
  "src/host/delivery/count.ts",
  "src/host/delivery/lanes.ts",
  "src/host/delivery/mask.ts",
  "src/host/delivery/places.ts",
  "src/host/delivery/prepare.ts",
  "src/host/web/origin.ts",
  "src/rate-limit.ts",
];

/** @returns {string[]} paths below the root, in order */
export function mutatedFiles() {
  const inRooms = ROOMS.flatMap((room) =>
    readdirSync(ROOT + room, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${room}/${file}`),
  );
  return [...new Set([...CORE, ...inRooms, ...FILES])].filter((file) => !WITHOUT_RULES.has(file)).sort();
}

/** @param {string} file */
export function testsOf(file) {
  const named = [file.replace(/^src\//, "").replace(/\.ts$/, ""), ...(FURTHER_TESTS[file] ?? [])];
  return named.map((name) => `test/unit/${name}.test.ts`).filter((test) => existsSync(ROOT + test));
}

/** Of the file and of its tests: a rule whose test is gone is to be tried again. */
export function hashOf(/** @type {string} */ file) {
  const hash = createHash("sha256");
  for (const path of [file, ...testsOf(file)]) hash.update(readFileSync(ROOT + path));
  return hash.digest("base64url").slice(0, 16);
}

/**
 * @typedef {{ hash: string, killed: number, survived: number }} Score
 * @returns {Record<string, Score>} by file
 */
export function readScores() {
  return JSON.parse(readFileSync(ROOT + SCORES, "utf8"));
}
