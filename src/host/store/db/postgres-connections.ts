/**
 * Connections of the pool, lent one at a time. A database that has fewer of them than the pool may open makes callers wait; one that
 * can't be reached refuses them at once; connections that were lost, or lead to a server that has become read-only, are not lent again.
 */
import type { Client, ClientConfig } from "pg";
import { CallboardError } from "../../../errors.ts";
import { steadyNow } from "../../../steady.ts";
import { createConnectionSlots } from "./connection-slots.ts";
import { createReachability } from "./postgres-reach.ts";
import { ownCode } from "./storage-error.ts";

/** After the database had fewer connections than the pool wants, one more is tried each time this has passed. */
const GROW_EVERY_MS = 30_000;
/** A database without a free connection is asked again after this time, and given up after that. */
const RETRY_CONNECTION_MS = 250;
const MAX_CONNECTION_WAIT_MS = 5_000;
const TOO_MANY_CONNECTIONS = "53300";

/** Members of Sequelize's connection manager that its types omit. */
export interface ConnectionPool {
  readonly pool: { readonly size: number; readonly available: number };
  readonly getConnection: () => Promise<Client>;
  readonly releaseConnection: (client: Client) => void;
  readonly destroyConnection: (client: Client) => Promise<void>;
}

export interface ConnectionsOptions {
  readonly pool: ConnectionPool;
  readonly config: ClientConfig;
  /** Connections of the pool at most. */
  readonly poolSize: number;
  /** Several statements may be under way on a connection. */
  readonly pipelines: boolean;
  readonly toStorageError: (error: unknown) => unknown;
  /** The server stopped answering. */
  readonly onDown: () => void;
}

export interface Connections {
  /**
   * Waits for a connection. A database that has no more of them makes the caller wait for one that is in use.
   * @throws {CallboardError} STORAGE
   */
  readonly acquire: () => Promise<Client>;
  /** Takes a connection back; one that is lost is closed. */
  readonly release: (client: Client, isLost: boolean) => Promise<void>;
  /** No connection that is open now is lent again. */
  readonly outdateAll: () => void;
  /** To be called around each statement; the returned function when it has ended. */
  readonly watch: (client: Client) => () => void;
  readonly usage: () => {
    readonly used: number;
    readonly idle: number;
    readonly limit: number;
    readonly awaited: number;
  };
  readonly stop: () => void;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { pool, config, poolSize, pipelines, toStorageError, onDown } = options;
  const slots = createConnectionSlots(poolSize);
  const reach = createReachability({
    config,
    now: steadyNow,
    onDown: () => {
      onDown();
      slots.refuseAll(unreachable());
    },
  });
  const live = new Set<Client>();
  const connectedAt = new WeakMap<Client, number>();
  /** Connections from before this time are outdated. */
  let staleBefore = 0;
  let growing: NodeJS.Timeout | undefined;

  async function acquire(): Promise<Client> {
    const givenUpAt = steadyNow() + MAX_CONNECTION_WAIT_MS;
    for (;;) {
      if (reach.isDown()) throw unreachable();
      await slots.acquire();
      try {
        const client = await pool.getConnection();
        if ((connectedAt.get(client) ?? Infinity) >= staleBefore) return register(client);
        await discard(client);
        slots.release();
      } catch (error) {
        if (!hasTooMany(error)) {
          slots.release();
          throw toStorageError(error);
        }
        slots.shrink(live.size);
        growSlowly();
        if (live.size > 0) continue;
        if (steadyNow() > givenUpAt) throw toStorageError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_CONNECTION_MS));
      }
    }
  }

  function growSlowly(): void {
    growing ??= setInterval(() => {
      slots.grow();
      if (slots.size() < poolSize) return;
      clearInterval(growing);
      growing = undefined;
    }, GROW_EVERY_MS).unref();
  }

  function register(client: Client): Client {
    if (live.has(client)) return client;
    // Spares a transaction around a statement its trips to the server.
    if (pipelines) (client as { pipeline: boolean }).pipeline = true;
    live.add(client);
    connectedAt.set(client, steadyNow());
    client.once("end", () => live.delete(client));
    return client;
  }

  async function discard(client: Client): Promise<void> {
    live.delete(client);
    await pool.destroyConnection(client).catch(() => undefined);
  }

  return {
    acquire,
    release: async (client, isLost) => {
      if (isLost) await discard(client);
      else pool.releaseConnection(client);
      slots.release();
    },
    outdateAll: () => void (staleBefore = steadyNow()),
    watch: reach.watch,
    usage: () => {
      const { size, available } = pool.pool;
      return { used: size - available, idle: available, limit: slots.size(), awaited: slots.waiting() };
    },
    stop: () => {
      reach.stop();
      clearInterval(growing);
    },
  };
}

function unreachable(): CallboardError {
  return new CallboardError("STORAGE", "The database cannot be reached at the moment", {
    retryAfterSeconds: 2,
  });
}

function hasTooMany(error: unknown): boolean {
  // Sequelize keeps pg's own error as the parent of its own.
  const { parent } = error as { readonly parent?: unknown };
  return [error, parent].some((each) => each instanceof Error && ownCode(each) === TOO_MANY_CONNECTIONS);
}
