/**
 * Sustained durable signed deliveries per second, beside a bare loop that POSTs the same bytes to the same receiver at the
 * same concurrency, without and with signing. A delivery counts when the receiver has it; all of them are committed first.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { newDirectory, runBare, startHost, startSink } from "../processes.ts";
import type { HostProcess, Sink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { MASTER_KEY, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import type { Figure } from "../report.ts";

const CONCURRENCY = 64;
const TOKEN = "benchmark-token-0123456789";

/** Posts batches of 100 events until `deliveries` are made, and resolves to deliveries per second at the receiver. */
export async function deliver(
  producer: Producer,
  sink: Sink,
  fanOut: number,
  deliveries: number,
): Promise<number> {
  await sink.ask({ kind: "reset" });
  const events = Math.ceil(deliveries / fanOut);
  const startedAt = performance.now();
  let next = 0;
  const post = async (): Promise<void> => {
    while (next < events) {
      const first = next;
      const count = Math.min(100, events - first);
      next += count;
      await producer.postBatch(first, count);
    }
  };
  await Promise.all([post(), post(), post(), post()]);
  for (;;) {
    const { received } = await sink.ask({ kind: "count" });
    if (received >= events * fanOut) return (events * fanOut) / ((performance.now() - startedAt) / 1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface DatabaseChoice {
  readonly name: string;
  readonly url: (directory: string) => Promise<string>;
  readonly processes: number;
}

async function startHosts(
  directory: string,
  url: string,
  processes: number,
  fanOut: number,
): Promise<readonly HostProcess[]> {
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

async function measureOne(
  name: string,
  newUrl: (directory: string) => Promise<string>,
  processes: number,
  fanOut: number,
  rounds: number,
  deliveries: number,
): Promise<readonly Figure[]> {
  const directory = newDirectory();
  const sink = await startSink();
  const port = sink.ports[0] ?? 0;
  const url = await newUrl(directory.path);
  await withDatabase(url, (database) =>
    seedAddons(
      database,
      Array.from({ length: fanOut }, (_, index) => ({ key: `addon-${index}`, port })),
    ),
  );
  const hosts = await startHosts(directory.path, url, processes, fanOut);
  const producers = hosts.map((host) => createProducer(host.url, TOKEN));
  const spreadOut: Producer = {
    post: (mark) => (producers[mark % producers.length] as Producer).post(mark),
    postBatch: (first, count) =>
      (producers[(first / 100) % producers.length] as Producer).postBatch(first, count),
    close: async () => {
      for (const producer of producers) await producer.close();
    },
  };
  const ours: number[] = [];
  const bare: number[] = [];
  const signed: number[] = [];
  await deliver(spreadOut, sink, fanOut, deliveries / 4);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await deliver(spreadOut, sink, fanOut, deliveries));
    bare.push((await runBare("bare-loop.js", port, deliveries, CONCURRENCY, "plain")).perSecond);
    signed.push((await runBare("bare-loop.js", port, deliveries, CONCURRENCY, "sign")).perSecond);
  }
  await spreadOut.close();
  for (const host of hosts) await host.stop();
  await sink.stop();
  directory.remove();
  const toBare = ratios(ours, bare);
  return [
    {
      name: `deliveries/s, ${name}, fan-out ${fanOut}, batch ingest`,
      value: median(ours),
      shown: shown(median(ours)),
      limit: `bare ${shown(median(bare))}, signing ${shown(median(signed))}`,
      ratio: median(toBare),
      detail: `÷ bare ${spread(toBare)}; ÷ signing ${shown(median(ratios(ours, signed)))}`,
    },
  ];
}

export async function measureThroughput(rounds: number, deliveries: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const fanOut of [1, 5, 50]) {
    figures.push(
      ...(await measureOne(
        "SQLite",
        (directory) => Promise.resolve(`sqlite:${directory}/callboard.sqlite`),
        1,
        fanOut,
        rounds,
        deliveries,
      )),
    );
  }
  const postgres = await startPostgres();
  try {
    for (const processes of [1, 2, 4]) {
      figures.push(
        ...(await measureOne(
          `PostgreSQL, ${processes} process${processes === 1 ? "" : "es"}`,
          () => postgres.newUrl(),
          processes,
          5,
          rounds,
          deliveries,
        )),
      );
    }
  } finally {
    await postgres.stop();
  }
  return figures;
}
