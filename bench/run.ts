/**
 * `npm run bench`: every figure beside its limit in the same run. `--quick` makes it short, `--only name` runs one part.
 * `--keep folder` keeps the databases of a large server there and uses them again: filling them takes longer than all else.
 */
import { endWith } from "./exit-code.ts";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { measureAnonymous } from "./measure/anonymous.ts";
import { measureBackup } from "./measure/backup.ts";
import { measureBadReceivers } from "./measure/bad-receivers.ts";
import { measureBodyFilters } from "./measure/body-filters.ts";
import { measureBuilds } from "./measure/builds.ts";
import { measureBatches } from "./measure/batches.ts";
import { measureBlocks } from "./measure/blocks.ts";
import { measureCitus } from "./measure/citus.ts";
import { measureCost } from "./measure/cost.ts";
import { measureEveryday } from "./measure/everyday.ts";
import { measureGrowth } from "./measure/growth.ts";
import { measureIngest } from "./measure/ingest.ts";
import { measureIsolation } from "./measure/isolation.ts";
import { measureLarge } from "./measure/large.ts";
import { measureLatency } from "./measure/latency.ts";
import { measurePlannerStatistics } from "./measure/planner-statistics.ts";
import { measureMetrics } from "./measure/metrics.ts";
import { measureOwnProducts } from "./measure/own-products.ts";
import { measureOrder } from "./measure/order.ts";
import { measureRate } from "./measure/rate.ts";
import { measureReplay } from "./measure/replay.ts";
import { measureRegistry } from "./measure/registry.ts";
import { measureTesting } from "./measure/testing.ts";
import { measureThroughput } from "./measure/throughput.ts";
import { measureTraces } from "./measure/traces.ts";
import { measureWalk } from "./measure/walk.ts";
import { measureWebLists } from "./measure/web-lists.ts";
import { measureWorkers } from "./measure/workers.ts";
import { measureWhy } from "./measure/why.ts";
import { missedBars, printFigures, saveFigures } from "./report.ts";
import type { Figure } from "./report.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    against: { type: "string" },
    keep: { type: "string" },
  },
});
const { quick } = values;
const keep = values.keep === undefined ? undefined : resolve(values.keep);
const against = values.against === undefined ? undefined : resolve(values.against);

type Part = readonly [title: string, measure: () => Promise<readonly Figure[]>];

const LARGE = { deliveries: 10_000_000, endpoints: 100_000, sites: 10_000, addons: 1_000 };
const SMALL = { deliveries: 500_000, endpoints: 10_000, sites: 1_000, addons: 200 };

const PARTS: Readonly<Record<string, Part>> = {
  throughput: ["Deliveries", () => measureThroughput(quick ? 3 : 5, quick ? 1 : 6)],
  workers: ["Worker processes", () => measureWorkers(quick ? 2 : 5, quick ? 20_000 : 60_000)],
  ingest: ["Intake, memory, start-up", () => measureIngest(quick ? 3 : 5, quick ? 5_000 : 20_000)],
  latency: ["Latency", () => measureLatency(3, quick ? 5 : 20)],
  isolation: ["Isolation", () => measureIsolation(quick ? 3 : 7, quick ? 4 : 10)],
  "bad-receivers": ["Bad receivers", () => measureBadReceivers(quick ? 3 : 5, quick ? 3 : 8)],
  anonymous: ["Anonymous callers", () => measureAnonymous(quick ? 3 : 5, quick ? 2 : 4)],
  blocks: ["Longest block of the event loop", () => measureBlocks(quick ? 1 : 3)],
  "planner-statistics": [
    "Planner statistics",
    () => measurePlannerStatistics(quick ? 3 : 5, quick ? 3 : 6, quick ? 100_000 : 1_000_000),
  ],
  citus: ["Citus beside PostgreSQL", () => measureCitus(quick ? 3 : 7, quick ? 3 : 6)],
  cost: [
    "CPU per delivery",
    () => measureCost({ rounds: quick ? 3 : 5, roundSeconds: quick ? 2 : 8, rateSeconds: quick ? 3 : 10 }),
  ],
  walk: ["Walk of one event", () => measureWalk(against)],
  testing: ["Test hosts", () => measureTesting(quick ? 5 : 11)],
  why: ["Why", () => measureWhy(quick ? 100 : 500)],
  "body-filters": [
    "Body filters",
    () => Promise.resolve(measureBodyFilters(quick ? 5 : 11, quick ? 20_000 : 200_000)),
  ],
  traces: [
    "Traces",
    () => measureTraces({ rounds: 5, deliveries: quick ? 5_000 : 40_000, seconds: quick ? 2 : 8 }),
  ],
  "own-products": ["Own products", () => measureOwnProducts(5, quick ? 3_000 : 8_000)],
  order: ["Order by key", () => measureOrder({ rounds: quick ? 3 : 5, seconds: quick ? 2 : 8 })],
  batches: ["Batches", () => measureBatches({ rounds: quick ? 3 : 5, seconds: quick ? 2 : 8 })],
  rate: ["Rate of an endpoint", () => measureRate(quick ? 20 : 60)],
  replay: ["Replay", () => measureReplay(quick ? 20_000 : 1_000_000, quick ? 5 : 9, quick ? 3 : 10)],
  "web-lists": ["Lists of the web app", () => measureWebLists(quick ? 3 : 9)],
  backup: ["Backup", () => measureBackup(quick ? 2 : 5, quick ? 50_000 : 300_000)],
  metrics: ["Scrape of /metrics", () => measureMetrics(quick ? 3 : 7)],
  registry: ["Changes of the registry", () => measureRegistry(quick ? 20 : 60, quick ? 1_000 : 10_000)],
  growth: [
    "Growth",
    () => measureGrowth(quick ? [0, 1_000_000] : [0, 1_000_000, 5_000_000], 3, quick ? 10_000 : 20_000),
  ],
  large: [
    "A large server",
    () => measureLarge(quick ? SMALL : LARGE, { rounds: quick ? 3 : 7, seconds: quick ? 3 : 6 }, keep),
  ],
};

/** Need another build. */
const beside = (other: string): Readonly<Record<string, Part>> => ({
  builds: [
    "Builds beside each other",
    () => measureBuilds({ against: other, rounds: 5, roundSeconds: quick ? 2 : 6, logged: 1_000_000 }),
  ],
  everyday: [
    "Everyday rates of builds beside each other",
    () => measureEveryday({ against: other, rounds: 5, seconds: quick ? 3 : 8 }),
  ],
});
const parts = against === undefined ? PARTS : { ...PARTS, ...beside(against) };

const wanted = values.only ?? Object.keys(parts);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}.`);
  endWith(2);
}
const results: Record<string, readonly Figure[]> = {};
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined) continue;
  console.error(`measuring ${name} …`);
  results[name] = await part[1]();
  printFigures(part[0], results[name]);
}
console.log(`\nsaved to ${saveFigures(results)}`);
const missed = missedBars(Object.values(results).flat());
if (missed.length > 0) console.log(`missed: ${missed.join(", ")}`);
endWith(missed.length === 0 ? 0 : 1);
