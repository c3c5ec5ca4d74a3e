/**
 * What healthy endpoints notice of hanging ones: 1 of 20, and 100 of 10,000. The same events go to the same healthy
 * endpoints with and without the bad ones, in pairs that run next to each other.
 */
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { EVENT, MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, ratios, shown, spread } from "../statistics.ts";
import { steadyLatencies } from "./latency.ts";

/** Only the healthy endpoints subscribe to it; EVENT goes to all of them. */
const HEALTHY_ONLY = "jira:issue_created";
/** Each goes to a hundred: about as large a share of the deliveries as the hanging ones are of the endpoints. */
const HANGING_EVENTS_PER_SECOND = 0.7;

interface Setting {
  readonly healthy: number;
  readonly hanging: number;
}

interface Running {
  readonly producer: Producer;
  readonly sink: Awaited<ReturnType<typeof startSink>>;
  readonly stop: () => Promise<void>;
}

/** Healthy endpoints subscribe to an event each of a family, hanging ones to all that are posted. */
async function start({ healthy, hanging }: Setting): Promise<Running> {
  const directory = newDirectory();
  const sink = await startSink(Math.min(healthy, 20), Math.min(Math.max(hanging, 1), 20));
  const [healthyPorts, hangingPorts] = [
    sink.ports.slice(0, Math.min(healthy, 20)),
    sink.ports.slice(Math.min(healthy, 20)),
  ];
  const addons = [
    ...Array.from({ length: healthy }, (_, index) => ({
      key: `healthy-${index}`,
      port: healthyPorts[index % healthyPorts.length] ?? 0,
      event: `${HEALTHY_ONLY}.${index % 100}`,
    })),
    ...Array.from({ length: hanging }, (_, index) => ({
      key: `hanging-${index}`,
      port: hangingPorts[index % hangingPorts.length] ?? 0,
      event: EVENT,
    })),
  ];
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) => seedAddons(database, addons));
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  const producer = createProducer(host.url, TOKEN);
  return {
    producer,
    sink,
    stop: async () => {
      await producer.close();
      await host.stop("SIGKILL");
      await sink.stop();
      directory.remove();
    },
  };
}

/** Posts to the hanging ones for as long as the work lasts. */
async function whileHanging<T>(producer: Producer, perSecond: number, work: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const bother = (async () => {
    for (let mark = 1_000_000_000; !stop.signal.aborted; mark += 1) {
      await producer.post(mark);
      await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
    }
  })();
  const result = await work();
  stop.abort();
  await bother;
  return result;
}

export async function measureIsolation(pairs: number, seconds: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const few = await start({ healthy: 19, hanging: 1 });
  const without: number[] = [];
  const withHanging: number[] = [];
  const measure = async () =>
    percentile(await steadyLatencies(few.producer, few.sink, 200, seconds, `${HEALTHY_ONLY}.3`), 0.99);
  await measure();
  for (let pair = 0; pair < pairs; pair += 1) {
    without.push(await measure());
    withHanging.push(await whileHanging(few.producer, 20, measure));
  }
  await few.stop();
  const quotients = ratios(withHanging, without);
  const isolated: Figure = {
    name: "healthy p99 with 1 of 20 hanging ÷ without",
    value: median(quotients),
    shown: `${shown(median(withHanging))} ms`,
    limit: `${shown(median(without))} ms without`,
    ratio: median(quotients),
    detail: spread(quotients),
    bar: { atMost: 1.2, aim: 1.05 },
  };
  tellFigure(isolated);
  figures.push(isolated);

  const many = await start({ healthy: 9_900, hanging: 100 });
  const rateWithout: number[] = [];
  const rateWith: number[] = [];
  const drain = async (): Promise<number> => {
    await many.sink.ask({ kind: "reset" });
    const events = 60;
    const startedAt = performance.now();
    for (let index = 0; index < events; index += 1)
      await many.producer.post(index, `${HEALTHY_ONLY}.${index}`);
    for (;;) {
      const { received } = await many.sink.ask({ kind: "count" });
      if (received >= events * 99) return (events * 99) / ((performance.now() - startedAt) / 1000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await drain();
  for (let pair = 0; pair < Math.max(3, pairs - 2); pair += 1) {
    rateWithout.push(await drain());
    rateWith.push(await whileHanging(many.producer, HANGING_EVENTS_PER_SECOND, drain));
  }
  await many.stop();
  const rates = ratios(rateWith, rateWithout);
  const steady: Figure = {
    name: "healthy deliveries/s with 100 of 10,000 hanging ÷ without",
    value: median(rates),
    shown: shown(median(rateWith)),
    limit: `${shown(median(rateWithout))} without`,
    ratio: median(rates),
    detail: spread(rates),
    bar: { atLeast: 0.95, aim: 0.99 },
  };
  tellFigure(steady);
  figures.push(steady);
  return figures;
}
