/** Starts what was built, in order: the servers, what delivers, what follows other processes. Each part stops with the closers. */
import type { Closers } from "../closers.ts";
import { createRepeating } from "../repeating.ts";
import { LOOK_EVERY_MS, followSealingKey } from "./admin/rekey.ts";
import type { BuiltHost, Job } from "./build.ts";
import type { HostContext } from "./context.ts";
import { listenToOthers } from "./listener.ts";
import { createSiteLoader } from "./load-sites.ts";
import { isDelivering } from "./model/roles.ts";
import { RESERVED_SITE_KEYS } from "./registry/sites.ts";

/** Where a host listens. */
export interface Listening {
  /** What it is reached at: the configured base URL, or the address it listens on. */
  readonly url: string;
  /** The address and port that it listens on, as configured. */
  readonly listens: string;
  /** URL for programs on the same machine, regardless of the base URL. */
  readonly localUrl: string;
}

/** Starts the servers and everything else. */
export async function serve(host: BuiltHost, closers: Closers): Promise<Listening> {
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

/** @throws what listening throws */
export async function startServer(
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
export async function startWork(host: BuiltHost, closers: Closers): Promise<void> {
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
