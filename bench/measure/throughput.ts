/**
 * Sustained durable signed deliveries per second, beside a warm bare loop that POSTs the same bytes to the same receiver at
 * the same concurrency and as long, without and with signing. A delivery counts when the receiver has it; all of them are committed first.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { newDirectory, runBare, startHost, startSink } from "../processes.ts";
import type { HostProcess, Sink } from "../processes.ts";
import { compareRates, findCount, takeTurns } from "../in-turn.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { tellFigure } from "../report.ts";
import type { Bar, Figure } from "../report.ts";

const CONCURRENCY = 64;
const BARS: Readonly<Record<number, Bar>> = {
  1: { atLeast: 0.3, aim: 0.5 },
  5: { atLeast: 0.45, aim: 0.7 },
};
const POSTGRES_BAR: Bar = { atLeast: 0.7, aim: 1 };

export interface Load {
  readonly fanOut: number;
  readonly deliveries: number;
  /** Events of one request; 100 when left out. */
  readonly perRequest?: number;
}

/** Requests with many events that are under way at once, and requests with one. */
const BATCHES_AT_ONCE = 4;
const SINGLES_AT_ONCE = 64;
/** A host that has delivered nothing for so long is at fault: an error then, and no endless wait. */
const STALLED_MS = 60_000;

/** Posts events until so many deliveries are made, and resolves to deliveries per second at the receiver. */
export async function deliver(
  producer: Producer,
  sink: Sink,
  { fanOut, deliveries, perRequest = 100 }: Load,
): Promise<number> {
  await sink.ask({ kind: "reset" });
  const events = Math.ceil(deliveries / fanOut);
  const startedAt = performance.now();
  let next = 0;
  const post = async (): Promise<void> => {
    while (next < events) {
      const first = next;
      const count = Math.min(perRequest, events - first);
      next += count;
      if (perRequest === 1) await producer.post(first);
      else await producer.postBatch(first, count);
    }
  };
  await Promise.all(Array.from({ length: perRequest === 1 ? SINGLES_AT_ONCE : BATCHES_AT_ONCE }, post));
  let most = 0;
  let changedAt = performance.now();
  for (;;) {
    const { received } = await sink.ask({ kind: "count" });
    if (received >= events * fanOut) return (events * fanOut) / ((performance.now() - startedAt) / 1000);
    if (received > most) [most, changedAt] = [received, performance.now()];
    if (performance.now() - changedAt > STALLED_MS) {
      throw new Error(
        `no delivery for ${STALLED_MS / 1000} s: ${received} of ${events * fanOut} were received`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

interface Setting {
  readonly name: string;
  /** A new, empty database. */
  readonly newUrl: (directory: string) => Promise<string>;
  readonly processes: number;
  readonly fanOut: number;
}

/** Hosts on one database, add-ons that they deliver to, and a product that posts to all of them in turn. */
interface Running {
  readonly port: number;
  readonly deliver: (deliveries: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function startHosts(
  directory: string,
  url: string,
  { processes, fanOut }: Setting,
): Promise<readonly HostProcess[]> {
  // All together have as many requests under way as the bare loop.
  const perEndpoint = Math.max(2, Math.round(CONCURRENCY / fanOut / processes));
  const hosts: HostProcess[] = [];
  for (let index = 0; index < processes; index += 1) {
    hosts.push(
      await startHost(directory, {
        CALLBOARD_DATABASE_URL: url,
        CALLBOARD_MASTER_KEY: MASTER_KEY,
        CALLBOARD_ADMIN_TOKEN: TOKEN,
        CALLBOARD_ENDPOINT_CONCURRENCY: `${perEndpoint},${perEndpoint}`,
      }),
    );
  }
  return hosts;
}

async function start(setting: Setting): Promise<Running> {
  const { fanOut } = setting;
  const directory = newDirectory();
  const sink = await startSink();
  const port = sink.ports[0] ?? 0;
  const url = await setting.newUrl(directory.path);
  await withDatabase(url, (database) =>
    seedAddons(
      database,
      Array.from({ length: fanOut }, (_, index) => ({ key: `addon-${index}`, port })),
    ),
  );
  const hosts = await startHosts(directory.path, url, setting);
  const producers = hosts.map((host) => createProducer(host.url, TOKEN));
  const inTurn: Producer = {
    post: (mark) => (producers[mark % producers.length] as Producer).post(mark),
    postBatch: (first, count) =>
      (producers[(first / 100) % producers.length] as Producer).postBatch(first, count),
    close: async () => {
      for (const producer of producers) await producer.close();
    },
  };
  return {
    port,
    deliver: (deliveries) => deliver(inTurn, sink, { fanOut, deliveries }),
    stop: async () => {
      await inTurn.close();
      for (const host of hosts) await host.stop();
      await sink.stop();
      directory.remove();
    },
  };
}

async function besideBareLoops(setting: Setting, rounds: number, seconds: number): Promise<Figure> {
  const running = await start(setting);
  const ours: number[] = [];
  const bare: number[] = [];
  const signed: number[] = [];
  const loop = async (mode: "plain" | "sign", asLong: number) =>
    (await runBare("bare-loop.js", running.port, asLong, CONCURRENCY, mode)).perSecond;
  const deliveries = await findCount(seconds, running.deliver);
  for (let round = 0; round < rounds; round += 1) {
    const rate = await running.deliver(deliveries);
    ours.push(rate);
    bare.push(await loop("plain", deliveries / rate));
    signed.push(await loop("sign", deliveries / rate));
  }
  await running.stop();
  const toBare = ratios(ours, bare);
  const bar = setting.processes === 1 && setting.name === "SQLite" ? BARS[setting.fanOut] : undefined;
  const figure: Figure = {
    name: `deliveries/s, ${setting.name}, fan-out ${setting.fanOut}, batch ingest`,
    value: median(ours),
    shown: shown(median(ours)),
    limit: `bare ${shown(median(bare))}, signing ${shown(median(signed))}`,
    ratio: median(toBare),
    detail: `÷ bare ${spread(toBare)}; ÷ signing ${shown(median(ratios(ours, signed)))}`,
    ...(bar === undefined ? {} : { bar }),
  };
  tellFigure(figure);
  return figure;
}

async function besideEachOther(
  setting: Setting,
  other: Setting,
  rounds: number,
  seconds: number,
): Promise<Figure> {
  const [ours, theirs] = [await start(setting), await start(other)];
  const rates = await takeTurns(ours.deliver, theirs.deliver, { rounds, seconds });
  await ours.stop();
  await theirs.stop();
  return compareRates(rates, {
    name: `deliveries/s, ${setting.name} ÷ ${other.name}, fan-out ${setting.fanOut}`,
    other: other.name,
    bar: POSTGRES_BAR,
  });
}

export async function measureThroughput(rounds: number, seconds: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const sqlite = (fanOut: number): Setting => ({
    name: "SQLite",
    newUrl: (directory) => Promise.resolve(`sqlite:${directory}/callboard.sqlite`),
    processes: 1,
    fanOut,
  });
  for (const fanOut of [1, 5, 50]) figures.push(await besideBareLoops(sqlite(fanOut), rounds, seconds));
  const postgres = await startPostgres({ durable: true });
  const onPostgres = (processes: number): Setting => ({
    name: `PostgreSQL, ${processes} process${processes === 1 ? "" : "es"}`,
    newUrl: () => postgres.newUrl(),
    processes,
    fanOut: 5,
  });
  try {
    for (const processes of [1, 2, 4]) {
      figures.push(await besideBareLoops(onPostgres(processes), rounds, seconds));
    }
    figures.push(await besideEachOther(onPostgres(2), sqlite(5), rounds, seconds));
  } finally {
    await postgres.stop();
  }
  return figures;
}
