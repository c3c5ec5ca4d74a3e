/** The report for people: a line for each check as it ends, then what is wrong and how to fix it. Pure. */
import { CHECKS, CHECK_IDS, toGroup } from "../checks.ts";
import type { CheckId } from "../checks.ts";
import type { CheckedAddon, CheckedRun } from "../index.ts";
import type { CheckResult } from "../run.ts";
import { countStates, describeEvidence, describeReason } from "./describe.ts";

const COLORS = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33 } as const;
export type Paint = (color: keyof typeof COLORS, text: string) => string;

export const createPaint =
  (isColorful: boolean): Paint =>
  (color, text) =>
    isColorful ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text;

const MARKS = {
  passed: ["green", "✓"],
  failed: ["red", "✗"],
  warned: ["yellow", "!"],
  skipped: ["dim", "-"],
  blocked: ["red", "?"],
} as const satisfies Record<CheckResult["outcome"]["state"], readonly [Parameters<Paint>[0], string]>;

export function formatStart({ url, keysUrl }: CheckedAddon, paint: Paint): string {
  return `${paint("bold", "callboard check")} ${url}\n${paint("dim", `  keys at ${keysUrl}`)}\n`;
}

const WIDTH = Math.max(...CHECK_IDS.map((id) => id.length));

/** One line; a check that has not passed has a second one with the reason. The first check of a group is set apart. */
export function formatResult(result: CheckResult, before: CheckId | undefined, paint: Paint): string {
  const { id, outcome, durationMs } = result;
  const [color, mark] = MARKS[outcome.state];
  const isNewGroup = before === undefined || toGroup(before) !== toGroup(id);
  const reason = describeReason(result);
  const line = `  ${paint(color, mark)} ${id.padEnd(WIDTH)}  ${CHECKS[id].title} ${paint("dim", `${durationMs} ms`)}`;
  const why = reason === "" ? "" : `\n    ${paint(outcome.state === "passed" ? "dim" : color, reason)}`;
  return `${isNewGroup ? "\n" : ""}${line}${why}`;
}

/** Everything after the last check: findings with requests and fixes, and the counts. */
export function formatEnd(run: CheckedRun, paint: Paint): string {
  const findings = run.results.filter(
    ({ outcome }) => outcome.state === "failed" || outcome.state === "warned",
  );
  const { passed, failed, warned, skipped, blocked } = countStates(run.results);
  const counts = [
    paint("green", `${passed} passed`),
    ...(failed === 0 ? [] : [paint("red", `${failed} failed`)]),
    ...(warned === 0 ? [] : [paint("yellow", `${warned} warned`)]),
    ...(blocked === 0 ? [] : [paint("red", `${blocked} could not be made`)]),
    ...(skipped === 0 ? [] : [paint("dim", `${skipped} skipped`)]),
  ];
  return [
    ...findings.map((result) => formatFinding(result, paint)),
    ...(findings.some((result) => describeEvidence(result).length > 0)
      ? [paint("dim", "\nThe requests hold secrets of the temporary host, which ended with the check.")]
      : []),
    "",
    `  Checks    ${counts.join(", ")} (${run.results.length})`,
    `  Requests  ${run.requests}`,
    `  Time      ${(run.durationMs / 1000).toFixed(2)} s`,
  ].join("\n");
}

function formatFinding(result: CheckResult, paint: Paint): string {
  const { id, severity, outcome } = result;
  const { title, does, fix } = CHECKS[id];
  const [color, mark] = MARKS[outcome.state];
  return [
    "",
    `${paint(color, `${mark} ${id}`)}  ${paint("bold", title)}  ${severity}`,
    `  ${does}.`,
    `  ${paint(color, describeReason(result))}`,
    ...describeEvidence(result).flatMap(({ what, curl, response }) => [
      "",
      `  ${what}:`,
      curl.replaceAll(/^/gm, "    "),
      `  → ${response.replaceAll(/\s+/g, " ")}`,
    ]),
    "",
    `  Fix with atlassian-connect-express: ${fix.ace}`,
    `  Fix with atlassian-connect-spring-boot: ${fix.spring}`,
    `  Fix with callboard/addon: ${fix.toolkit}`,
  ].join("\n");
}
