/**
 * CPU time for one delivery of everything that the host needs, PostgreSQL among it, beside the CPU time for one POST of a bare
 * loop that is warm. Steadier than rates where others use the machine, too.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Bar, Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import type { Running, RunningWish } from "../running.ts";
import { median, percentile, ratios, shown, spread } from "../statistics.ts";
import { steadyLatencies } from "./latency.ts";
import { findCount } from "../in-turn.ts";

const FAN_OUT = 5;

interface Row extends Omit<RunningWish, "fanOut"> {
  readonly name: string;
  readonly perRequest: number;
  readonly bar?: Bar;
}

interface RowResult {
  /** Microseconds of CPU per delivery, and per POST of the bare loop right after. */
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  /** Deliveries per second. */
  readonly rates: readonly number[];
}

async function runRounds(running: Running, perRequest: number, wish: CostWish): Promise<RowResult> {
  const ours: number[] = [];
  const bare: number[] = [];
  const rates: number[] = [];
  const deliverSome = (deliveries: number) => running.deliver({ deliveries, perRequest });
  const deliveries = await findCount(wish.roundSeconds, deliverSome);
  for (let round = 0; round < wish.rounds; round += 1) {
    let rate = 0;
    const micros = await running.measureCpu(async () => {
      rate = await deliverSome(deliveries);
    });
    ours.push(micros / deliveries);
    rates.push(rate);
    bare.push((await running.bare(deliveries / rate)).cpuMicros);
  }
  return { ours, bare, rates };
}

async function measureRow(row: Row, wish: CostWish): Promise<Figure> {
  const { name, perRequest, bar } = row;
  tellStep(name);
  const { ours, bare, rates } = await whileRunning({ fanOut: FAN_OUT, ...row }, (running) =>
    runRounds(running, perRequest, wish),
  );
  const quotients = ratios(ours, bare);
  const figure: Figure = {
    name: `CPU per delivery, ${name}`,
    value: median(ours),
    shown: `${shown(median(ours))} µs`,
    limit: `warm bare POST ${shown(median(bare))} µs`,
    ratio: median(quotients),
    detail: `${spread(quotients)}; ${shown(median(rates))} deliveries/s`,
    ...(bar === undefined ? {} : { bar }),
  };
  tellFigure(figure);
  return figure;
}

/** From an accepted event to its arrival, and what a delivery costs, at a rate of every day. */
async function measureRate(running: Running, perSecond: number, wish: CostWish): Promise<Figure> {
  const name = `SQLite, ${perSecond} events/s`;
  tellStep(name);
  const micros: number[] = [];
  const of = { p50: [] as number[], p95: [] as number[], p99: [] as number[] };
  for (let round = 0; round < wish.rounds; round += 1) {
    let latencies: readonly number[] = [];
    const used = await running.measureCpu(async () => {
      latencies = await steadyLatencies(running.producer, running.sink, perSecond, wish.rateSeconds);
    });
    micros.push(used / latencies.length);
    of.p50.push(percentile(latencies, 0.5));
    of.p95.push(percentile(latencies, 0.95));
    of.p99.push(percentile(latencies, 0.99));
  }
  const figure: Figure = {
    name: `CPU per delivery, ${name}`,
    value: median(micros),
    shown: `${shown(median(micros))} µs`,
    limit: "",
    detail: `posted → received p50 ${shown(median(of.p50))}, p95 ${shown(median(of.p95))}, p99 ${shown(median(of.p99))} ms`,
  };
  tellFigure(figure);
  return figure;
}

export interface CostWish {
  readonly rounds: number;
  /** About how long a round lasts where deliveries are made as fast as the host can. */
  readonly roundSeconds: number;
  /** How long each of the everyday rates is held. */
  readonly rateSeconds: number;
}

export async function measureCost(wish: CostWish): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const batches: Row = {
    name: "SQLite, fan-out 5, 50 events per request",
    perRequest: 50,
    bar: { atMost: 4, aim: 3 },
  };
  figures.push(await measureRow(batches, wish));
  figures.push(await measureRow({ name: "SQLite, fan-out 5, one event per request", perRequest: 1 }, wish));
  const postgres = await startPostgres({ durable: true });
  try {
    const row: Row = {
      name: "PostgreSQL and its own, fan-out 5, one event per request",
      perRequest: 1,
      postgresUrl: await postgres.newUrl(),
      bar: { atMost: 6.2, aim: 4.5 },
    };
    figures.push(await measureRow(row, wish));
  } finally {
    await postgres.stop();
  }
  await whileRunning({ fanOut: 1 }, async (running) => {
    await steadyLatencies(running.producer, running.sink, 200, 2);
    for (const perSecond of [50, 200, 800]) figures.push(await measureRate(running, perSecond, wish));
  });
  return figures;
}
