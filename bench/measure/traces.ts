/** What traces cost: CPU time of the host per delivery, with them and without, in turn on the same machine. */
import { fileURLToPath } from "node:url";
import { cpuMicros } from "../cpu.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";

const FAN_OUT = 5;
const TOKEN = "benchmark-token-0123456789";
const SDK = fileURLToPath(new URL("../trace-sdk.js", import.meta.url));
const TRACED = { OTEL_SERVICE_NAME: "callboard", NODE_OPTIONS: `--import=${SDK}` };
interface Running {
  /** Microseconds of CPU per delivery. */
  readonly measure: (deliveries: number) => Promise<number>;
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
  return {
    measure: async (deliveries) => {
      const before = cpuMicros(host.pid);
      await deliver(producer, sink, { fanOut: FAN_OUT, deliveries });
      return (cpuMicros(host.pid) - before) / deliveries;
    },
    stop: async () => {
      await producer.close();
      await host.stop();
      await sink.stop();
      directory.remove();
    },
  };
}

export async function measureTraces(rounds: number, deliveries: number): Promise<readonly Figure[]> {
  const [traced, plain] = [await start(TRACED), await start({})];
  const on: number[] = [];
  const off: number[] = [];
  await traced.measure(deliveries / 2);
  await plain.measure(deliveries / 2);
  for (let round = 0; round < rounds; round += 1) {
    on.push(await traced.measure(deliveries));
    off.push(await plain.measure(deliveries));
  }
  await traced.stop();
  await plain.stop();
  const quotients = ratios(on, off);
  const figure: Figure = {
    name: `CPU per delivery with traces ÷ without, SQLite, fan-out ${FAN_OUT}`,
    value: median(on),
    shown: `${shown(median(on))} µs`,
    limit: `without ${shown(median(off))} µs`,
    ratio: median(quotients),
    detail: spread(quotients),
    bar: { atMost: 1.05, aim: 1.02 },
  };
  tellFigure(figure);
  return [figure];
}
