/** A host: opens what it stands on, builds its rooms, and listens. What was started stops in the opposite order. */
import { createClosers } from "../closers.ts";
import type { Closers } from "../closers.ts";
import { createRepeating } from "../repeating.ts";
import { LOOK_EVERY_MS, followSealingKey } from "./admin/rekey.ts";
import type { FirstRun } from "./admin/first-run.ts";
import { buildHost } from "./build.ts";
import type { BuiltHost, Job } from "./build.ts";
import type { HostContext } from "./context.ts";
import { listenToOthers } from "./listener.ts";
import { createSiteLoader } from "./load-sites.ts";
import { isDelivering } from "./model/roles.ts";
import { openHost } from "./open.ts";
import type { HostOptions, OpenHost } from "./open.ts";
import type { Server } from "./web/http/server.ts";
import { RESERVED_SITE_KEYS } from "./registry/sites.ts";

export { CHECK_STEPS, inspectDatabase } from "./care/check-database.ts";
export type { CheckStep, DatabaseCheck } from "./care/check-database.ts";
export { distributeDatabase } from "./care/distribute.ts";
export { moveDatabase } from "./care/move.ts";
export { restoreBackup } from "./care/restore-later.ts";
export { examineDatabase, examineOutbox, examineReplica, examineRights } from "./examine.ts";
export type { ExaminedDatabase, ExaminedOutbox, ExaminedReplica, FoundDatabase, Refused } from "./examine.ts";
export { migrateDatabase, resetLostKeys } from "./open.ts";
export { OUTBOX_DDL } from "./outbox/ddl.ts";

/** Time that requests and deliveries in flight have to finish when the host stops. */
const STOP_GRACE_MS = 10_000;

/** A host that listens. */
export interface RunningHost {
  /** What it is reached at: the configured base URL, or the address it listens on. */
  readonly url: string;
  /** The address and port that it listens on, as configured. */
  readonly listens: string;
  /** URL for programs on the same machine, regardless of the base URL. */
  readonly localUrl: string;
  readonly firstRun: FirstRun;
  /** Takes nothing new, finishes what is under way for at most 10 s, closes the database. */
  readonly stop: () => Promise<void>;
}

export interface Host {
  /**
   * Opens and migrates the database, prepares a fresh one, and listens.
   * @throws {CallboardError} STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID; what listening throws
   */
  readonly start: () => Promise<RunningHost>;
}

export function createHost(options: HostOptions): Host {
  return {
    start: () =>
      opened(options, async ({ open, host, closers, stop }) => {
        const listening = await serve(host, closers);
        return { ...listening, firstRun: open.firstRun, stop };
      }),
  };
}

/** A host inside another program: it delivers from the beginning, and listens when it is told to. */
export interface OpenedHost extends Pick<BuiltHost, "rooms" | "findSite" | "context"> {
  /** Responds to a request that another server received. */
  readonly respond: Server["respond"];
  /** The configured base URL, or the address it listens on; "" while there is neither. */
  readonly baseUrl: () => string;
  /** Resolves to the URL. @throws what listening throws */
  readonly listen: (port?: number) => Promise<string>;
  /** Reports whether nothing is sent or written until time passes or something new comes. */
  readonly isQuiet: () => boolean;
  /** @param graceMs how long what is under way may take to finish; 10 s when left out */
  readonly stop: (graceMs?: number) => Promise<void>;
}

/**
 * Opens and migrates the database, prepares a fresh one, and begins to deliver, without a server of its own.
 * @throws {CallboardError} STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID
 */
export function openHostWithin(options: HostOptions): Promise<OpenedHost> {
  return opened(options, async ({ host, closers, stop }) => {
    const { rooms, findSite, address, context } = host;
    // A program asks the rooms directly, without the door that waits for it.
    await context.snapshots.loadAll();
    await startWork(host, closers);
    if (context.config.baseUrl !== undefined) await host.announceVersion();
    closers.add(host.drain);
    return {
      rooms,
      findSite,
      respond: (request, response) => {
        host.openWeb().then(
          ({ server }) => server.respond(request, response),
          (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
        );
      },
      context,
      baseUrl: address.baseUrl,
      isQuiet: host.engine.isQuiet,
      listen: async (port) => {
        const { url } = await startServer(host, closers, port);
        closers.add(host.drain);
        if (context.config.baseUrl === undefined) await host.announceVersion();
        return url;
      },
      stop,
    };
  });
}

interface Opened {
  readonly open: OpenHost;
  readonly host: BuiltHost;
  readonly closers: Closers;
  readonly stop: (graceMs?: number) => Promise<void>;
}

/** Closes what was opened if the work fails. */
async function opened<Result>(
  options: HostOptions,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const { logger } = options;
  const closers = createClosers();
  try {
    const open = await openHost(options, closers);
    const host = await buildHost(open, closers);
    const stop = async (graceMs = STOP_GRACE_MS) => {
      await closers.closeAll(graceMs);
      logger.info("host.stopped");
    };
    return await work({ open, host, closers, stop });
  } catch (error) {
    await closers
      .closeAll(STOP_GRACE_MS)
      .catch((failure: unknown) => logger.warn("host.close-failed", { error: failure }));
    throw error;
  }
}

type Listening = Pick<RunningHost, "url" | "listens" | "localUrl">;

async function serve(host: BuiltHost, closers: Closers): Promise<Listening> {
  // The server listens to the end, so that /readyz says what is going on.
  const listening = await startServer(host, closers);
  await startWork(host, closers);
  await host.announceVersion();
  closers.add(host.drain);
  const { config, database, logger } = host.context;
  logger.info("host.started", {
    url: listening.url,
    listens: listening.listens,
    profile: config.profile,
    database: database.dialect.name,
    endpointBacklog: config.endpointBacklog,
    queueHighFrom: config.queueLimit,
  });
  return listening;
}

async function startServer(
  { context: { config, logger }, address, openWeb }: BuiltHost,
  closers: Closers,
  port: number = config.port,
): Promise<Listening> {
  const { server, metricsServer } = await openWeb();
  if (metricsServer !== undefined && config.metricsListen !== undefined) {
    const { host, port: metricsPort } = config.metricsListen;
    closers.add((leftMs) => metricsServer.stop(leftMs));
    logger.info("metrics.started", { host, port: await metricsServer.start(host, metricsPort) });
  }
  closers.add((leftMs) => server.stop(leftMs));
  const { listens, localUrl } = address.listens(await server.start(config.host, port));
  return { url: address.baseUrl(), listens, localUrl };
}

/** Starts everything but the servers. */
async function startWork(host: BuiltHost, closers: Closers): Promise<void> {
  const { context, engine, jobs, listenerNoticed } = host;
  const { config } = context;
  const startAll = async (parts: readonly Job[]) => {
    for (const part of parts) {
      closers.add(() => part.stop());
      await part.start();
    }
  };
  closers.add((leftMs) => engine.stop(leftMs));
  await startAll(jobs.first);
  if (isDelivering(config.role)) {
    await engine.start();
    await startAll(jobs.workers);
  }
  const listener = await listenToOthers({ ...context, engine, listenerNoticed });
  if (listener !== undefined) closers.add(() => listener.stop());
  if (config.nextMasterKey !== undefined) followMasterKey(context, closers);
  warnOfSites(context);
  const loader = createSiteLoader(context, jobs.onAllSites);
  closers.add(loader.stop);
  const loading = loader.start();
  if (context.snapshots.areAllLoaded()) await loading;
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
  for (const { site, product } of snapshots.heads()) {
    if (RESERVED_SITE_KEYS.includes(site.key) && !product.isOperational)
      logger.warn("site.key-reserved", { site: site.key });
    if (product.isMissing) logger.warn("site.product-missing", { site: site.key, product: product.key });
  }
}
