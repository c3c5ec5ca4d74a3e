/** What every scenario works with: a database, add-ons, hosts, a product that posts, and the check at the end. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BatchSettings } from "../../src/host/model/batch-settings.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { MASTER_KEY, SECRET, seedAddons, seedWebhooks, withDatabase } from "../seed.ts";
import { check } from "./check.ts";
import type { Checked } from "./check.ts";
import { createLabHost } from "./host.ts";
import type { LabHost } from "./host.ts";
import { openJournal } from "./journal.ts";
import { startLoad } from "./load.ts";
import type { Accepted, Load, Sent } from "./load.ts";
import type { Random } from "./random.ts";
import { startSink } from "./sink.ts";
import type { Arrival, Sink, SinkRecord } from "./sink.ts";
import { createStoreReader } from "./store.ts";
import type { StoreDump, StoreReader } from "./store.ts";

export type DatabaseKind = "SQLite" | "PostgreSQL";

export const TOKEN = "cb_a-token-of-the-crash-lab_0123456789";
/** After a crash a lease runs out this long after it began: the request timeout and the engine's margin. */
export const REQUEST_TIMEOUT_MS = 2_000;
export const LEASE_MS = REQUEST_TIMEOUT_MS + 5_000;
const MAX_RESIDENT_MIB = 300;
const MAX_FILES = 1_000;
const DRAIN_MS = 120_000;

export interface LabOptions {
  /** Empty, and of this lab alone. */
  readonly directory: string;
  /** Where the journals go. */
  readonly journals: string;
  /** What the hosts connect to. */
  readonly databaseUrl: string;
  /** What the lab itself reads, when the hosts go through something that fails. */
  readonly directUrl?: string;
  readonly hosts: number;
  readonly addons: readonly string[];
  /** What an add-on subscribes to instead of the events of the load. */
  readonly events?: Readonly<Record<string, readonly string[]>>;
  /** JSON pointer in whose order the deliveries of every add-on go. */
  readonly orderBy?: string;
  /** Outgoing webhooks with batches take the place of the add-ons. */
  readonly batch?: BatchSettings;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LoadWish {
  readonly concurrency?: number;
  readonly rate?: number;
  readonly issues?: number;
}

export type FinishOptions =
  | { readonly mayRepeat: number; readonly allDelivered: boolean }
  /** A scenario of which not every promise can be checked, since the lab changes what is stored. */
  | { readonly judge: (accepted: readonly Accepted[], dump: StoreDump) => Promise<Checked> };

export interface Finished extends Checked {
  readonly accepted: number;
  readonly load: Load;
  readonly residentMiB: number;
}

export interface Lab {
  readonly sink: Sink;
  readonly hosts: readonly LabHost[];
  readonly store: StoreReader;
  readonly startHosts: () => Promise<void>;
  readonly startLoad: (wish?: LoadWish) => Load;
  /** Resolves to the arrival that comes next, or undefined after `ms`. */
  readonly nextArrival: (ms: number) => Promise<Arrival | undefined>;
  /** Resolves when everything in the store has ended. */
  readonly drained: () => Promise<void>;
  /** Ends the load, drains, stops the hosts, and checks what the journals say. */
  readonly finish: (load: Load, options: FinishOptions) => Promise<Finished>;
  readonly close: () => Promise<void>;
}

async function seed(database: Database, sink: Sink, options: LabOptions): Promise<void> {
  const { batch, orderBy, events } = options;
  const order = orderBy === undefined ? {} : { orderBy };
  if (batch !== undefined) {
    await seedWebhooks(
      database,
      sink.addons.map(({ port }) => ({ port, batch, ...order })),
    );
    return;
  }
  await seedAddons(
    database,
    sink.addons.map((addon) => {
      const own = events?.[addon.key];
      return { ...addon, ...order, ...(own === undefined ? {} : { events: own }) };
    }),
  );
}

export async function createLab(options: LabOptions): Promise<Lab> {
  const { directory, journals, databaseUrl, directUrl = databaseUrl } = options;
  mkdirSync(journals, { recursive: true });
  const sinkJournal = await openJournal<SinkRecord>(join(journals, "sink.jsonl"));
  const loadJournal = await openJournal<Sent>(join(journals, "producer.jsonl"));
  const sink = await startSink(options.addons, sinkJournal);
  await withDatabase(directUrl, (database) => seed(database, sink, options));
  const store = createStoreReader(directUrl);
  const hosts = await Promise.all(
    Array.from({ length: options.hosts }, (_, index) => {
      const name = `host-${index + 1}`;
      const own = options.hosts === 1 ? directory : join(directory, name);
      mkdirSync(own, { recursive: true });
      return createLabHost({
        name,
        directory: own,
        environment: {
          CALLBOARD_PROFILE: "prod",
          CALLBOARD_ALLOW_NETWORKS: "127.0.0.0/8",
          CALLBOARD_LOG_LEVEL: "warn",
          // Events may be accepted far ahead of their deliveries, none of which may fail for that.
          CALLBOARD_ENDPOINT_BACKLOG: "1000000",
          CALLBOARD_DATABASE_URL: databaseUrl,
          CALLBOARD_MASTER_KEY: MASTER_KEY,
          CALLBOARD_ADMIN_TOKEN: TOKEN,
          CALLBOARD_REQUEST_TIMEOUT: `${REQUEST_TIMEOUT_MS}ms`,
          CALLBOARD_CONNECT_TIMEOUT: "1s",
          CALLBOARD_RETRY_SCHEDULE: Array.from({ length: 12 }, () => "200ms").join(","),
          ...options.environment,
        },
      });
    }),
  );

  /** A host lets nobody else into its SQLite file, and is asked; one that is down has not finished. */
  async function unfinished(): Promise<number> {
    if (!databaseUrl.startsWith("sqlite:")) return (await store.unfinished()).length;
    const [host] = hosts;
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await fetch(`${host?.url ?? ""}/api/v1/status`, { headers }).catch(() => undefined);
    if (response?.status !== 200) return Infinity;
    const { items } = (await response.json()) as { items: readonly { readonly waiting: number }[] };
    return items.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  async function drained(): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    for (;;) {
      if ((await unfinished()) === 0) return;
      if (Date.now() > deadline) return;
      await pause(100);
    }
  }

  function secretsSeen(): readonly string[] {
    // As bytes: a file of many deliveries is longer than a string can be.
    const texts = hosts.map((host) => Buffer.from(host.errors()));
    if (databaseUrl.startsWith("sqlite:")) {
      const files = readdirSync(directory).filter((name) => name.startsWith("callboard.sqlite"));
      texts.push(...files.map((name) => readFileSync(join(directory, name))));
    }
    const canaries = { "shared secret": SECRET, "master key": MASTER_KEY, token: TOKEN };
    return Object.entries(canaries)
      .filter(([, secret]) => texts.some((text) => text.includes(secret)))
      .map(([name]) => `I8: a ${name} can be read in what a host wrote`);
  }

  function unwell(): readonly string[] {
    return hosts.flatMap((host, index) => {
      const { residentMiB, files } = host.peaks();
      const text = host.errors();
      return [
        ...(residentMiB > MAX_RESIDENT_MIB
          ? [`I6: host ${index + 1} took ${Math.round(residentMiB)} MiB`]
          : []),
        ...(files > MAX_FILES ? [`I6: host ${index + 1} held ${files} files`] : []),
        ...(host.deaths() > 0 ? [`I6: host ${index + 1} ended by itself, ${host.deaths()} times`] : []),
        ...(/unhandled|uncaught/i.test(text)
          ? [`I6: host ${index + 1} had an error that nobody caught`]
          : []),
      ];
    });
  }

  return {
    sink,
    hosts,
    store,
    startHosts: async () => {
      await Promise.all(hosts.map((host) => host.start()));
    },
    startLoad: ({ concurrency = 24, rate, issues } = {}) =>
      startLoad({
        urls: () => hosts.filter((host) => host.isRunning()).map(({ url }) => url),
        token: TOKEN,
        concurrency,
        ...(rate === undefined ? {} : { rate }),
        ...(issues === undefined ? {} : { issues }),
        journal: loadJournal,
      }),
    nextArrival: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => done(undefined), ms);
        const off = sink.onArrival((arrival) => done(arrival));
        const done = (arrival: Arrival | undefined): void => {
          clearTimeout(timer);
          off();
          resolve(arrival);
        };
      }),
    drained,
    finish: async (load, wanted) => {
      await load.stop();
      await drained();
      const codes = await Promise.all(hosts.filter((host) => host.isRunning()).map((host) => host.stop()));
      const accepted = [...load.accepted.values()];
      const dump = await store.dump();
      const checked =
        "judge" in wanted
          ? await wanted.judge(accepted, dump)
          : check({
              ...wanted,
              accepted,
              arrivals: sink.arrivals,
              answers: sink.answers,
              dump,
              fanOut: options.addons.length,
            });
      const badExits = codes
        .filter((code) => code !== 0)
        .map((code) => `I6: a host ended with ${code} on SIGTERM`);
      return {
        ...checked,
        violations: [...checked.violations, ...badExits, ...unwell(), ...secretsSeen()],
        accepted: load.accepted.size,
        load,
        residentMiB: Math.max(...hosts.map((host) => host.peaks().residentMiB)),
      };
    },
    close: async () => {
      for (const host of hosts) await host.kill();
      await sink.close();
      await sinkJournal.close();
      await loadJournal.close();
    },
  };
}

/** A seed of its own for each scenario, so that leaving one out changes nothing for the others. */
export function deriveSeed(seed: number, ...names: readonly string[]): number {
  return createHash("sha256")
    .update([seed, ...names].join("|"))
    .digest()
    .readUInt32BE();
}

export interface Setting {
  readonly database: DatabaseKind;
  readonly random: Random;
  readonly kills: number;
  /** Accepted at least for each database while there are kills. */
  readonly deliveries?: number;
  /** Tells who waits how far it has come. */
  readonly progress?: (done: number, of: number) => void;
  /** An empty directory, journals in `journals` below it. */
  readonly directory: string;
  /** A new database of this kind. */
  readonly newUrl: () => Promise<string>;
  /** PostgreSQL only: ends it and starts it again. */
  readonly restartPostgres: (how: "fast" | "immediate") => Promise<void>;
}

export interface Figures {
  readonly accepted: number;
  readonly lost: number;
  readonly duplicates: number;
  /** The longest time that something took to go on again; undefined where nothing had stopped. */
  readonly recoveryMs: number | undefined;
  readonly violations: readonly string[];
  /** What else was measured: name → value with its unit. */
  readonly details: Readonly<Record<string, number | string>>;
}

export interface Scenario {
  readonly name: string;
  readonly databases: readonly DatabaseKind[];
  /** Why it cannot run here, or undefined. */
  readonly impossible?: () => string | undefined;
  readonly run: (setting: Setting) => Promise<Figures>;
}

/** The figures of a lab that has finished. */
export function toFigures(
  finished: Finished,
  recoveryMs: number | undefined,
  details: Readonly<Record<string, number | string>> = {},
  furtherViolations: readonly string[] = [],
): Figures {
  const { accepted, lost, duplicates, violations, residentMiB } = finished;
  return {
    accepted,
    lost,
    duplicates,
    recoveryMs,
    violations: [...violations, ...furtherViolations],
    details: { ...details, residentMiB: Math.round(residentMiB) },
  };
}
