/** A host: opens what it stands on, builds its rooms, and listens. What was started stops in the opposite order. */
import { createClosers } from "../closers.ts";
import type { Closers } from "../closers.ts";
import type { FirstRun } from "./admin/first-run.ts";
import { buildHost } from "./build.ts";
import type { BuiltHost } from "./build.ts";
import { openHost } from "./open.ts";
import type { HostOptions, OpenHost } from "./open.ts";
import { serve, startServer, startWork } from "./start.ts";
import type { Listening } from "./start.ts";
import type { Server } from "./web/http/server.ts";

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
export interface RunningHost extends Listening {
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
