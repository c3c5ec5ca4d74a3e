/** The report for programs: one JSON document, and JUnit XML as CI servers read it. Pure. */
import { CHECKS, toGroup } from "../checks.ts";
import type { CheckedRun } from "../index.ts";
import { hasPassed } from "../run.ts";
import type { CheckResult } from "../run.ts";
import { countStates, describeEvidence, describeReason } from "./describe.ts";

/** The report as a value for JSON. Times are in milliseconds. */
export function toReport({ url, keysUrl, results, requests, durationMs }: CheckedRun): object {
  return {
    url,
    keysUrl,
    passed: hasPassed(results),
    counts: countStates(results),
    requests,
    durationMs,
    checks: results.map((result) => {
      const { id, severity, outcome } = result;
      const { title, does, fix } = CHECKS[id];
      const isFinding = outcome.state === "failed" || outcome.state === "warned";
      return {
        id,
        severity,
        title,
        state: outcome.state,
        durationMs: result.durationMs,
        reason: describeReason(result) || null,
        ...(isFinding ? { does, fix, requests: describeEvidence(result) } : {}),
      };
    }),
  };
}

/** The report as JUnit XML: a suite for each group, a test case for each check. */
export function toJunit({ url, results, durationMs }: CheckedRun): string {
  const groups = [...new Set(results.map(({ id }) => toGroup(id)))];
  const suites = groups.map((group) => {
    const own = results.filter(({ id }) => toGroup(id) === group);
    return [
      `  <testsuite name="${escapeXml(group)}" ${formatCounts(own)}>`,
      ...own.map(testCase),
      "  </testsuite>",
    ].join("\n");
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(`callboard check ${url}`)}" ${formatCounts(results)} time="${durationMs / 1000}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function formatCounts(results: readonly CheckResult[]): string {
  const { failed, blocked, skipped } = countStates(results);
  return `tests="${results.length}" failures="${failed}" errors="${blocked}" skipped="${skipped}"`;
}

function testCase(result: CheckResult): string {
  const { id, outcome, durationMs } = result;
  const head = `    <testcase classname="callboard.check.${toGroup(id)}" name="${escapeXml(`${id}: ${CHECKS[id].title}`)}" time="${durationMs / 1000}"`;
  const inner = formatInner(result, escapeXml(describeReason(result)));
  return inner === "" || outcome.state === "passed" ? `${head}/>` : `${head}>${inner}</testcase>`;
}

function formatInner(result: CheckResult, reason: string): string {
  const requests = describeEvidence(result).map(
    ({ what, curl, response }) => `${what}:\n${curl}\n→ ${response}`,
  );
  const { ace, spring, toolkit } = CHECKS[result.id].fix;
  const text = escapeXml(
    [
      ...requests,
      `atlassian-connect-express: ${ace}`,
      `atlassian-connect-spring-boot: ${spring}`,
      `callboard/addon: ${toolkit}`,
    ].join("\n\n"),
  );
  switch (result.outcome.state) {
    case "passed":
      return "";
    case "failed":
      return `<failure type="${result.severity}" message="${reason}">${text}</failure>`;
    case "warned":
      return `<system-out>warning: ${reason}\n\n${text}</system-out>`;
    case "skipped":
      return `<skipped message="${reason}"/>`;
    case "blocked":
      return `<error type="blocked" message="${reason}"/>`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes text for XML 1.0, which has no way to write most control characters. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- these are the characters that it is about
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
      .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "")
  );
}
