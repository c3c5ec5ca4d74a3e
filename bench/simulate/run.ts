/**
 * `npm run simulate -- [--trace NAME] [--factor N] [--seed N] [--hours N] [--variations] [--halve] [--json]`
 *
 * The highest backlog, lags and attempts of each trace. `--variations` runs traces with one rule changed; `--halve` runs each
 * trace with half of the factor as well, and shows by how much that changes the result.
 */
import { parseArgs } from "node:util";
import { printFigures } from "../report.ts";
import { toFigures, toRelativeChanges } from "./figures.ts";
import type { Result } from "./result.ts";
import { simulate } from "./simulation.ts";
import type { Rules, Trace } from "./trace.ts";
import { RULES, TRACES, VARIATIONS } from "./traces.ts";

const { values } = parseArgs({
  options: {
    trace: { type: "string", multiple: true },
    factor: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    hours: { type: "string" },
    variations: { type: "boolean", default: false },
    halve: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const factor = Number(values.factor);
const seed = Number(values.seed);

interface Run {
  readonly name: string;
  readonly trace: Trace;
  readonly rules: Rules;
}

function listRuns(): readonly Run[] {
  const named = TRACES.filter(({ name }) => values.trace?.includes(name) ?? true);
  const traces = named.map((trace) =>
    values.hours === undefined ? trace : { ...trace, hours: Number(values.hours) },
  );
  const plain = traces.map((trace) => ({ name: trace.name, trace, rules: RULES }));
  if (!values.variations) return plain;
  const varied = VARIATIONS.flatMap(({ trace: of, name, rules }) =>
    traces
      .filter((trace) => trace.name === of)
      .map((trace) => ({ name: `${of}, ${name}`, trace, rules: { ...RULES, ...rules } })),
  );
  return [...plain, ...varied];
}

const runs = listRuns();
if (runs.length === 0 || !(factor >= 1) || !Number.isInteger(seed)) {
  console.error(`--trace is one of ${TRACES.map(({ name }) => name).join(", ")}; --factor is 1 or more`);
  process.exit(2);
}
const results: Record<string, Result> = {};
for (const { name, trace, rules } of runs) {
  const startedAt = performance.now();
  const result = (results[name] = simulate({ trace, rules, factor, seed }));
  console.error(`  ${name}: ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  if (values.json) continue;
  printFigures(name, toFigures(result));
  if (values.halve) {
    const half = simulate({ trace, rules, factor: factor / 2, seed });
    console.log(`  with factor ${factor / 2}: ${toRelativeChanges(result, half)}`);
  }
}
if (values.json) console.log(JSON.stringify({ factor, seed, results }, null, 2));
