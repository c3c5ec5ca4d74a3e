/** How long `callboard/testing` takes: the first host of a process with its imports, further ones, resets, and hours of retries. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createTestHost } from "../../src/testing/index.ts";
import type { TestHost } from "../../src/testing/index.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { median, shown, spread } from "../statistics.ts";

const run = promisify(execFile);

/** A process that measures its first host. */
const FIRST = `
  const startedAt = performance.now();
  const { createTestHost } = await import(process.argv[1]);
  const host = await createTestHost();
  console.log(performance.now() - startedAt);
  await host.close();`;

const WARM_UP = 3;
const AT_ONCE = 50;

interface Measured {
  readonly name: string;
  readonly times: readonly number[];
  readonly atMost: number;
}

async function times(rounds: number, work: () => Promise<number>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await work());
  return taken;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function measureFirst(): Promise<number> {
  const module = join(import.meta.dirname, "../../../dist/testing/index.js");
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", FIRST, module]);
  return Number(stdout);
}

async function measureFurther(): Promise<number> {
  let host: TestHost<"jira"> | undefined;
  const ms = await timed(async () => (host = await createTestHost()));
  await host?.close();
  return ms;
}

async function measureAtOnce(): Promise<number> {
  let hosts: readonly TestHost<"jira">[] = [];
  const ms = await timed(async () => {
    hosts = await Promise.all(Array.from({ length: AT_ONCE }, () => createTestHost()));
  });
  await Promise.all(hosts.map((host) => host.close()));
  return ms;
}

/** Six attempts of ten deliveries, none of which is accepted. */
async function measureRetries(host: TestHost<"jira">): Promise<number> {
  await host.reset();
  await host.install({ modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] } });
  host.answerWith(503);
  for (let event = 0; event < 10; event += 1) await host.fire("jira:issue_created");
  await host.settled();
  const ms = await timed(() => host.advance("6h"));
  const deliveries = await host.deliveries({ event: "jira:issue_created" });
  if (deliveries.length !== 10 || deliveries.some(({ attempts }) => attempts.length !== 6))
    throw new Error("a delivery has not had all of its retries");
  return ms;
}

export async function measureTesting(rounds: number): Promise<readonly Figure[]> {
  const first = await times(rounds, measureFirst);
  await times(WARM_UP, measureFurther);
  const further = await times(rounds, measureFurther);
  const host = await createTestHost();
  const resets = await times(rounds, () => timed(host.reset));
  await measureRetries(host);
  const retries = await times(rounds, () => measureRetries(host));
  await host.close();
  const atOnce = await times(rounds, measureAtOnce);
  const measured: readonly Measured[] = [
    { name: "first createTestHost() with cold imports", times: first, atMost: 600 },
    { name: "further createTestHost()", times: further, atMost: 60 },
    { name: "reset()", times: resets, atMost: 20 },
    { name: `${AT_ONCE} test hosts at once`, times: atOnce, atMost: 1_000 },
    { name: "six hours of retries of 10 deliveries", times: retries, atMost: 1_000 },
  ];
  return measured.map(toFigure);
}

function toFigure({ name, times: taken, atMost }: Measured): Figure {
  const value = median(taken);
  const figure: Figure = {
    name,
    value,
    shown: `${shown(value)} ms`,
    limit: `${atMost} ms`,
    detail: `${spread(taken)} ms`,
    bar: { atMost, aim: atMost / 2, unit: "ms" },
  };
  tellFigure(figure);
  return figure;
}
