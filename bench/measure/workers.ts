/**
 * Four worker processes beside one, behind one process that accepts, on one PostgreSQL: with receivers that respond at once, where
 * the machine or the database is the limit, and with receivers that take a while, where the slots of a process are.
 */
import { availableParallelism } from "node:os";
import { startPostgres } from "../../test/support/postgres.ts";
import { cpuMicros, cpuMicrosOfTree } from "../cpu.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import type { HostProcess, Sink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { findPostmaster } from "../running.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";

const FAN_OUT = 50;
const MANY = 4;

interface Setting {
  readonly name: string;
  /** Time after which receivers respond, in milliseconds. */
  readonly delayMs: number;
  readonly deliveries: number;
}

interface Round {
  /** Deliveries per second. */
  readonly rate: number;
  /** Cores in use, on average. */
  readonly postgres: number;
  readonly workers: number;
}

interface Cluster {
  readonly sink: Sink;
  readonly producer: Producer;
  readonly postmaster: number;
  /** Starts or stops workers until there are so many. */
  readonly scale: (count: number) => Promise<readonly HostProcess[]>;
}

async function runRound(
  { sink, producer, postmaster, scale }: Cluster,
  count: number,
  deliveries: number,
): Promise<Round> {
  const workers = await scale(count);
  // New processes learn how fast the receivers are, and are compiled.
  await deliver(producer, sink, { fanOut: FAN_OUT, deliveries: deliveries / 4 });
  const cpuOfWorkers = () => workers.reduce((sum, { pid }) => sum + cpuMicros(pid), 0);
  const before = { postgres: cpuMicrosOfTree(postmaster), workers: cpuOfWorkers(), at: performance.now() };
  const rate = await deliver(producer, sink, { fanOut: FAN_OUT, deliveries });
  const micros = (performance.now() - before.at) * 1_000;
  return {
    rate,
    postgres: (cpuMicrosOfTree(postmaster) - before.postgres) / micros,
    workers: (cpuOfWorkers() - before.workers) / micros,
  };
}

async function measureSetting(url: string, setting: Setting, rounds: number): Promise<Figure> {
  const { name, delayMs, deliveries } = setting;
  tellStep(name);
  const directory = newDirectory();
  const sink = await startSink(1, 0, delayMs);
  const port = sink.ports[0] ?? 0;
  await withDatabase(url, (database) =>
    seedAddons(
      database,
      Array.from({ length: FAN_OUT }, (_, index) => ({ key: `addon-${index}`, port })),
    ),
  );
  const start = (role: string) =>
    startHost(directory.path, {
      CALLBOARD_DATABASE_URL: url,
      CALLBOARD_MASTER_KEY: MASTER_KEY,
      CALLBOARD_ADMIN_TOKEN: TOKEN,
      CALLBOARD_ROLE: role,
    });
  const api = await start("api");
  const workers: HostProcess[] = [];
  const cluster: Cluster = {
    sink,
    producer: createProducer(api.url, TOKEN),
    postmaster: await findPostmaster(url),
    scale: async (count) => {
      while (workers.length < count) workers.push(await start("worker"));
      for (const worker of workers.splice(count)) await worker.stop();
      return workers;
    },
  };
  const one: Round[] = [];
  const many: Round[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      one.push(await runRound(cluster, 1, deliveries));
      many.push(await runRound(cluster, MANY, deliveries));
    }
  } finally {
    await cluster.producer.close();
    await cluster.scale(0);
    await api.stop();
    await sink.stop();
    directory.remove();
  }
  return compare(name, one, many);
}

function compare(name: string, one: readonly Round[], many: readonly Round[]): Figure {
  const rates = (of: readonly Round[]) => of.map(({ rate }) => rate);
  const quotients = ratios(rates(many), rates(one));
  const cores = (of: readonly Round[]) =>
    `PostgreSQL ${shown(median(of.map(({ postgres }) => postgres)))}, workers ${shown(median(of.map(({ workers }) => workers)))}`;
  const figure: Figure = {
    name: `deliveries/s, ${MANY} workers ÷ 1, ${name}`,
    value: median(rates(many)),
    shown: shown(median(rates(many))),
    limit: `1 worker ${shown(median(rates(one)))}`,
    ratio: median(quotients),
    detail: `${spread(quotients)}; of ${availableParallelism()} cores with 1: ${cores(one)}; with ${MANY}: ${cores(many)}`,
  };
  tellFigure(figure);
  return figure;
}

export async function measureWorkers(rounds: number, deliveries: number): Promise<readonly Figure[]> {
  const postgres = await startPostgres({ durable: true });
  try {
    const settings: readonly Setting[] = [
      { name: "receivers that respond at once", delayMs: 0, deliveries },
      { name: "receivers that take 200 ms", delayMs: 200, deliveries: deliveries / 2 },
    ];
    const figures: Figure[] = [];
    for (const setting of settings) {
      figures.push(await measureSetting(await postgres.newUrl(), setting, rounds));
    }
    return figures;
  } finally {
    await postgres.stop();
  }
}
