/** A host: opens what it stands on, builds its rooms, and listens. What was started stops in the opposite order. */
import { createClosers } from "../closers.ts";
import type { Closers } from "../closers.ts";
import { createRepeating } from "../repeating.ts";
import { LOOK_EVERY_MS, followSealingKey } from "./admin/rekey.ts";
import type { FirstRun } from "./admin/first-run.ts";
import { buildHost } from "./build.ts";
import type { BuiltHost, Job } from "./build.ts";
import type { HostContext } from "./context.ts";
import { prepareSite } from "./events/prepare-site.ts";
import { listenToOthers } from "./listener.ts";
import { openHost } from "./open.ts";
import type { HostOptions } from "./open.ts";
import { RESERVED_SITE_KEYS } from "./registry/sites.ts";

export { migrateDatabase, resetLostKeys } from "./open.ts";

/** How long requests and deliveries under way may take to finish when the host stops. */
const STOP_GRACE_MS = 10_000;
/** What the first events need is made ready once the host has said that it is: a start does not wait for it. */
const WARM_AFTER_MS = 250;

/** A host that listens. */
export interface RunningHost {
  /** What it is reached at: the configured base URL, or the address it listens on. */
  readonly url: string;
  /** The address and port that it listens on, as configured. */
  readonly listens: string;
  /** Where a program on the same machine reaches it, whatever the base URL is. */
  readonly localUrl: string;
  readonly firstRun: FirstRun;
  /** Takes nothing new, finishes what is under way for at most 10 s, closes the database. */
  readonly stop: () => Promise<void>;
}

export interface Host {
  /**
   * Opens and migrates the database, prepares a fresh one, and listens.
   * @throws CallboardError STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID; what listening throws
   */
  readonly start: () => Promise<RunningHost>;
}

export function createHost(options: HostOptions): Host {
  const { logger } = options;
  return {
    start: async () => {
      const closers = createClosers();
      try {
        const open = await openHost(options, closers);
        const host = await buildHost(open, closers);
        const listening = await listen(host, closers);
        const stop = async () => {
          await closers.closeAll(STOP_GRACE_MS);
          logger.info("host.stopped");
        };
        return { ...listening, firstRun: open.firstRun, stop };
      } catch (error) {
        await closers
          .closeAll(STOP_GRACE_MS)
          .catch((failure: unknown) => logger.warn("host.close-failed", { error: failure }));
        throw error;
      }
    },
  };
}

async function listen(
  { context, address, web, engine, jobs, announceVersion }: BuiltHost,
  closers: Closers,
): Promise<Pick<RunningHost, "url" | "listens" | "localUrl">> {
  const { config, database, logger } = context;
  const { server, metricsServer, stopPages } = web;
  const startAll = async (parts: readonly Job[]) => {
    for (const part of parts) {
      closers.add(() => part.stop());
      await part.start();
    }
  };
  if (metricsServer !== undefined && config.metricsListen !== undefined) {
    const { host, port } = config.metricsListen;
    closers.add((leftMs) => metricsServer.stop(leftMs));
    logger.info("metrics.listening", { host, port: await metricsServer.start(host, port) });
  }
  // The server listens to the end, so that /readyz says what is going on.
  closers.add((leftMs) => server.stop(leftMs));
  const { listens, localUrl } = address.listens(await server.start(config.host, config.port));
  const url = address.baseUrl();
  closers.add((leftMs) => engine.stop(leftMs));
  await startAll(jobs.first);
  if (config.role !== "api") {
    await engine.start();
    await startAll(jobs.workers);
  }
  await startAll(jobs.last);
  await announceVersion();
  const listener = await listenToOthers({ ...context, engine });
  if (listener !== undefined) closers.add(() => listener.stop());
  if (config.nextMasterKey !== undefined) followMasterKey(context, closers);
  warnOfSites(context);
  const warming = setTimeout(() => {
    for (const snapshot of context.snapshots.all()) void prepareSite(snapshot)?.catch(() => undefined);
  }, WARM_AFTER_MS).unref();
  closers.add(() => clearTimeout(warming));
  // Ends the streams of open pages, which would hold up the server.
  closers.add(stopPages);
  closers.add(server.drain);
  logger.info("host.started", {
    url,
    listens,
    profile: config.profile,
    database: database.dialect.name,
    endpointBacklog: config.endpointBacklog,
    queueHighFrom: config.queueLimit,
  });
  return { url, listens, localUrl };
}

function followMasterKey({ database, seal }: HostContext, closers: Closers): void {
  const following = createRepeating({
    run: () => followSealingKey(database.read, seal),
    everyMs: LOOK_EVERY_MS,
    onError: () => undefined,
  });
  following.start();
  closers.add(following.stop);
}

function warnOfSites({ snapshots, logger }: HostContext): void {
  for (const { site, product } of snapshots.all()) {
    if (RESERVED_SITE_KEYS.includes(site.key) && !product.isOperational)
      logger.warn("site.key-reserved", { site: site.key });
    if (product.isMissing) logger.warn("site.product-missing", { site: site.key, product: product.key });
  }
}
