/**
 * This build beside another one at the rates of an ordinary day, in turn in one run: CPU time per delivery, latencies, and the CPU
 * time of a host without events.
 */
import { alternate, compareRates } from "../in-turn.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import type { Running } from "../running.ts";
import { median, percentile, shown, spread } from "../statistics.ts";
import { steadyLatencies } from "./latency.ts";

export interface EverydayWish {
  /** The folder of the other build, with its `dist`. */
  readonly against: string;
  readonly rounds: number;
  /** Length of a round of one build. */
  readonly seconds: number;
}

/** Events per second, one in each request and with one receiver. */
const RATES = [50, 200, 800];
const WARM_UP_SECONDS = 3;
const LATENCY_RATE = 200;

interface Pair {
  readonly our: Running;
  readonly their: Running;
}

/** Microseconds of CPU per delivery; adds the latencies of the round, in milliseconds, to the list. */
async function measureRound(
  { producer, sink, measureCpu }: Running,
  perSecond: number,
  { seconds }: EverydayWish,
  latencies: number[],
): Promise<number> {
  let received: readonly number[] = [];
  const micros = await measureCpu(async () => {
    received = await steadyLatencies(producer, sink, perSecond, seconds);
  });
  latencies.push(...received);
  return micros / received.length;
}

async function measureRate(
  { our, their }: Pair,
  perSecond: number,
  wish: EverydayWish,
): Promise<readonly Figure[]> {
  const name = `SQLite, fan-out 1, ${perSecond} events/s`;
  tellStep(name);
  const latencies = { ours: [] as number[], theirs: [] as number[] };
  const costs = await alternate(
    wish.rounds,
    () => measureRound(our, perSecond, wish, latencies.ours),
    () => measureRound(their, perSecond, wish, latencies.theirs),
  );
  const cost = compareRates(costs, {
    name: `CPU µs per delivery ÷ other build, ${name}`,
    other: "other build",
    bar: { atMost: 0.5, aim: 0.4 },
  });
  const p99 = percentile(latencies.ours, 0.99);
  const latency: Figure = {
    name: `posted → received, ${name}, p99`,
    value: p99,
    shown: `${shown(p99)} ms`,
    limit: `other build ${shown(percentile(latencies.theirs, 0.99))} ms`,
    detail: `p50 ${shown(percentile(latencies.ours, 0.5))} ms, p95 ${shown(percentile(latencies.ours, 0.95))} ms`,
    ...(perSecond === LATENCY_RATE ? { bar: { atMost: 6, aim: 4, unit: "ms" } } : {}),
  };
  tellFigure(latency);
  return [cost, latency];
}

/** CPU time per second of hosts that get no events. */
async function measureIdle({ our, their }: Pair, { rounds, seconds }: EverydayWish): Promise<Figure> {
  tellStep("no events");
  const rest = () => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [our1, their1] = await Promise.all([our.measureCpu(rest), their.measureCpu(rest)]);
    ours.push(our1 / 1_000 / seconds);
    theirs.push(their1 / 1_000 / seconds);
  }
  const figure: Figure = {
    name: "CPU ms per second without events",
    value: median(ours),
    shown: shown(median(ours)),
    limit: `other build ${shown(median(theirs))}`,
    detail: spread(ours),
    bar: { atMost: 2, aim: 1, unit: "ms" },
  };
  tellFigure(figure);
  return figure;
}

export async function measureEveryday(wish: EverydayWish): Promise<readonly Figure[]> {
  return whileRunning({ fanOut: 1 }, (our) =>
    whileRunning({ fanOut: 1, build: wish.against }, async (their) => {
      const pair = { our, their };
      for (const { producer, sink } of [our, their])
        await steadyLatencies(producer, sink, LATENCY_RATE, WARM_UP_SECONDS);
      const figures: Figure[] = [];
      for (const perSecond of RATES) figures.push(...(await measureRate(pair, perSecond, wish)));
      return [...figures, await measureIdle(pair, wish)];
    }),
  );
}
