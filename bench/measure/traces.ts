/** What traces cost: CPU time of the host per delivery, with them and without, in turn on the same machine. */
import { fileURLToPath } from "node:url";
import { cpuMicros } from "../cpu.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { steadyLatencies } from "./latency.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";

const FAN_OUT = 5;
const SDK = fileURLToPath(new URL("../trace-sdk.js", import.meta.url));
const TRACED = { OTEL_SERVICE_NAME: "callboard", NODE_OPTIONS: `--import=${SDK}` };
/** Events per second of an everyday load, which leaves the host idle for most of the time. */
const EVERYDAY = 200;

/** Microseconds of CPU per delivery. */
interface Running {
  readonly atFullLoad: (deliveries: number) => Promise<number>;
  readonly everyDay: (seconds: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function start(env: Readonly<Record<string, string>>): Promise<Running> {
  const directory = newDirectory();
  const sink = await startSink();
  const port = sink.ports[0] ?? 0;
  const url = `sqlite:${directory.path}/callboard.sqlite`;
  await withDatabase(url, (database) =>
    seedAddons(
      database,
      Array.from({ length: FAN_OUT }, (_, index) => ({ key: `addon-${index}`, port })),
    ),
  );
  const host = await startHost(directory.path, {
    CALLBOARD_DATABASE_URL: url,
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
    ...env,
  });
  const producer = createProducer(host.url, TOKEN);
  async function measureCpu(deliveries: number, run: () => Promise<unknown>): Promise<number> {
    const before = cpuMicros(host.pid);
    await run();
    return (cpuMicros(host.pid) - before) / deliveries;
  }
  return {
    atFullLoad: (deliveries) =>
      measureCpu(deliveries, () => deliver(producer, sink, { fanOut: FAN_OUT, deliveries })),
    everyDay: (seconds) =>
      measureCpu(EVERYDAY * seconds * FAN_OUT, () => steadyLatencies(producer, sink, EVERYDAY, seconds)),
    stop: async () => {
      await producer.close();
      await host.stop();
      await sink.stop();
      directory.remove();
    },
  };
}

export interface TracesWish {
  readonly rounds: number;
  /** Of one round at full load. */
  readonly deliveries: number;
  /** Of one round at an everyday load. */
  readonly seconds: number;
}

export async function measureTraces({ rounds, deliveries, seconds }: TracesWish): Promise<readonly Figure[]> {
  const [traced, plain] = [await start(TRACED), await start({})];

  async function compare(load: string, measure: (host: Running) => Promise<number>): Promise<Figure> {
    const on: number[] = [];
    const off: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      on.push(await measure(traced));
      off.push(await measure(plain));
    }
    const quotients = ratios(on, off);
    const figure: Figure = {
      name: `CPU per delivery with traces ÷ without, SQLite, fan-out ${FAN_OUT}, ${load}`,
      value: median(on),
      shown: `${shown(median(on))} µs`,
      limit: `without ${shown(median(off))} µs`,
      ratio: median(quotients),
      detail: spread(quotients),
      bar: { atMost: 1.05, aim: 1.02 },
    };
    tellFigure(figure);
    return figure;
  }

  await traced.atFullLoad(deliveries / 2);
  await plain.atFullLoad(deliveries / 2);
  const figures = [
    await compare(`${EVERYDAY} events/s`, (host) => host.everyDay(seconds)),
    await compare("full load", (host) => host.atFullLoad(deliveries)),
  ];
  await traced.stop();
  await plain.stop();
  return figures;
}
