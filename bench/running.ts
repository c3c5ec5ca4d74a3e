/** A host of any build with add-ons that it delivers to, all in processes of their own, and the CPU time that they use. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../src/host/store/db/database.ts";
import { cpuMicros, cpuMicrosOfTree, findParent } from "./cpu.ts";
import { installAddons, installWebhooks } from "./install.ts";
import { keptDirectory, newDirectory, ROOT, runBare, startHost, startSink } from "./processes.ts";
import type { BareResult, HostProcess, Sink } from "./processes.ts";
import { createProducer } from "./producer.ts";
import type { Producer } from "./producer.ts";
import { MASTER_KEY, TOKEN } from "./seed.ts";
import { deliver } from "./measure/throughput.ts";
import type { Load } from "./measure/throughput.ts";

const CONCURRENCY = 64;

export interface RunningWish {
  readonly fanOut: number;
  /** A new, empty database of PostgreSQL; SQLite when left out. */
  readonly postgresUrl?: string;
  /** The folder of another build. */
  readonly build?: string;
  /** Fills the database, when the add-ons are installed and before anything is measured; the host is stopped meanwhile. */
  readonly fill?: (url: string) => Promise<void>;
  /** A folder for its files, which stay there: what an earlier measurement filled is used as it left it. */
  readonly keptIn?: string;
  /** Outgoing webhooks with these settings, as the API takes them, are in the place of the add-ons. */
  readonly webhooks?: object;
  /** Issues that events are of, in turn; one when left out. */
  readonly issues?: number;
}

export interface Running {
  readonly host: HostProcess;
  readonly producer: Producer;
  readonly sink: Sink;
  /** Resolves to deliveries a second at the receiver. */
  readonly deliver: (load: Omit<Load, "fanOut">) => Promise<number>;
  /** CPU time of the host, and of PostgreSQL with all its processes, while `work` runs and what follows from it is written. */
  readonly measureCpu: (work: () => Promise<unknown>) => Promise<number>;
  /** A warm loop of POSTs to the same receiver, as long as this. */
  readonly bare: (seconds: number) => Promise<BareResult>;
  readonly stop: () => Promise<void>;
}

/** After the last delivery was received, until its result is surely written. */
const SETTLED_MS = 500;

/** The process that started all others of the server. */
export async function findPostmaster(url: string): Promise<number> {
  const database = await openDatabase(url);
  try {
    const [row] = await database.read.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    return findParent(row?.pid ?? 0);
  } finally {
    await database.close();
  }
}

const noteIn = (folder: string): string => join(folder, "port");

/** Reports whether an earlier measurement has filled a database for this folder. */
export const isKept = (folder: string): boolean => existsSync(noteIn(folder));

async function startRunning({
  fanOut,
  postgresUrl,
  build,
  fill,
  keptIn,
  webhooks,
  issues,
}: RunningWish): Promise<Running> {
  const directory = keptIn === undefined ? newDirectory() : keptDirectory(keptIn);
  // Add-ons stay where they were installed from.
  const note = noteIn(directory.path);
  const isFilled = isKept(directory.path);
  const sink = await startSink(1, 0, 0, isFilled ? Number(readFileSync(note, "utf8")) : 0);
  const port = sink.ports[0] ?? 0;
  const url = postgresUrl ?? `sqlite:${directory.path}/callboard.sqlite`;
  const perEndpoint = Math.max(2, Math.round(CONCURRENCY / fanOut));
  const start = () =>
    startHost(
      directory.path,
      {
        CALLBOARD_DATABASE_URL: url,
        CALLBOARD_MASTER_KEY: MASTER_KEY,
        CALLBOARD_ADMIN_TOKEN: TOKEN,
        CALLBOARD_ENDPOINT_CONCURRENCY: `${perEndpoint},${perEndpoint}`,
      },
      build ?? ROOT,
    );
  let host = await start();
  if (!isFilled) {
    if (webhooks === undefined) await installAddons(host, fanOut, port);
    else await installWebhooks(host, fanOut, port, webhooks);
    if (fill !== undefined) {
      await host.stop();
      await fill(url);
      host = await start();
    }
    writeFileSync(note, String(port));
  }
  const postmaster = postgresUrl === undefined ? undefined : await findPostmaster(url);
  const cpu = (): number =>
    cpuMicros(host.pid) + (postmaster === undefined ? 0 : cpuMicrosOfTree(postmaster));
  const producer = createProducer(host.url, host.token, issues === undefined ? {} : { issues });
  return {
    host,
    producer,
    sink,
    deliver: (load) => deliver(producer, sink, { fanOut, ...load }),
    measureCpu: async (work) => {
      const before = cpu();
      await work();
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      return cpu() - before;
    },
    bare: (seconds) => runBare("bare-loop.js", port, seconds, CONCURRENCY, "plain"),
    stop: async () => {
      await producer.close();
      await host.stop();
      await sink.stop();
      directory.remove();
    },
  };
}

/** Stops everything after `work`, also when it fails. */
export async function whileRunning<T>(wish: RunningWish, work: (running: Running) => Promise<T>): Promise<T> {
  const running = await startRunning(wish);
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
}
