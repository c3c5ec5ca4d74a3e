/** The alert rules of deploy/, asked what they make of what a host told before and in an outage. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { TestHost } from "./host.ts";
import { promtool } from "./promtool.ts";

export const RULES = join(import.meta.dirname, "../../deploy/prometheus/alerts.yml");
const rules = readFileSync(RULES, "utf8");

/** Everything that a host told, by series. */
export type Scrape = ReadonlyMap<string, number>;

export async function scrape(host: TestHost): Promise<Scrape> {
  const { status, text } = await host.call("GET", "/metrics");
  expect(status).toBe(200);
  const series = text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^([a-z]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const all = [labels, 'job="callboard"', 'instance="a"'].filter((part) => part !== "").join(",");
    return [[`${name}{${all}}`, Number(value)] as const];
  });
  return new Map([...series, ['up{job="callboard",instance="a"}', 1]]);
}

const MINUTES = 240;
/** Seconds that go on while nothing changes. */
const GROWS = /^callboard_(oldest_waiting|endpoint_failing)_seconds\b/;

/** The outage goes on as it began: counters rise by what they rose, and what counts seconds of trouble counts on. */
function continued(before: Scrape, after: Scrape): readonly { series: string; values: string }[] {
  return [...after].map(([series, value]) => {
    const isCounted = /^\w+_(bucket|count|sum|total)\{/.test(series);
    const step = isCounted ? value - (before.get(series) ?? 0) : GROWS.test(series) && value > 0 ? 60 : 0;
    return { series, values: `${value}${step < 0 ? "-" : "+"}${Math.abs(step)}x${MINUTES}` };
  });
}

/** The names of the alerts that fire after some hours of it. */
export function listAlerts(before: Scrape, after: Scrape): readonly string[] {
  const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
  const scenario = {
    rule_files: [RULES],
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        input_series: continued(before, after),
        promql_expr_test: names.map((name) => ({
          expr: `count(ALERTS{alertstate="firing",alertname="${name}"}) or vector(0)`,
          eval_time: `${MINUTES - 20}m`,
          exp_samples: [{ labels: "{}", value: 0 }],
        })),
      },
    ],
  };
  const output = judged(JSON.stringify(scenario));
  expect(output).not.toMatch(/parse error|unmarshal/i);
  return [...output.matchAll(/alertname=\\"(\w+)/g)].map(([, name = ""]) => name);
}

/** Whatever promtool has to say of a scenario. */
function judged(scenario: string): string {
  const directory = mkdtempSync(join(tmpdir(), "callboard-alerts-"));
  try {
    const path = join(directory, "scenario.json");
    writeFileSync(path, scenario);
    return promtool(["test", "rules", path]).output;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
