/**
 * Pools the kept-alive connections of the delivery client, by URL origin, and for a receiver with a TLS identity by that as well.
 *
 * Two rules depend on the connection that a request uses: whether a failure hit a reused one, and the age of the checked
 * addresses. The number of connections per origin is unlimited, because the caller limits its requests.
 */
import type { Connect } from "./connect.ts";
import { HttpConnection } from "./http-connection.ts";
import type { SocketBudget } from "./race.ts";
import type { TlsIdentity } from "./tls.ts";

/** A connection. Its first request opens it, and a later one reopens it if the peer closed it. */
export interface Connection {
  readonly http: HttpConnection;
  readonly pool: Pool;
  /** Time when the current socket was connected, on the clock of `now`. */
  connectedAt: number;
  /** Number of responses on the current socket. If it is above 0, the next request reuses the socket. */
  answered: number;
  idleSince: number;
  /** Time until which it can wait for the next request. */
  idleUntil: number;
}

export interface Pools {
  /** Returns a connection for exclusive use until `keep` or `drop`. */
  readonly take: (origin: string, identity: TlsIdentity | undefined) => Connection;
  /** Returns a new connection for exclusive use. */
  readonly takeNew: (origin: string, identity: TlsIdentity | undefined) => Connection;
  /** Returns a connection, which can be used again for so many ms, to its pool after a complete response, unless it is too old. */
  readonly keep: (connection: Connection, keepMs: number) => void;
  /** Closes a connection at once, after anything but a complete response. */
  readonly drop: (connection: Connection) => void;
  readonly count: () => number;
  /** Closes the idle connections. Users of the others drop them. */
  readonly close: () => void;
}

export interface PoolsOptions {
  readonly connect: Connect;
  readonly now: () => number;
  /** Maximum number of pools. Beyond it the least recently used one is closed; its requests in flight continue. */
  readonly maxPools: number;
  readonly idleMs: number;
  /** Maximum age of a socket for a new request, so that names are resolved and checked again. */
  readonly connectionLifetimeMs: number;
  readonly budget: SocketBudget;
}

interface Pool {
  readonly key: string;
  readonly origin: string;
  readonly identity: TlsIdentity | undefined;
  /** Longest idle first. */
  readonly idle: Connection[];
  busy: number;
  usedAt: number;
  isClosed: boolean;
}

const MAX_SWEEP_MS = 1_000;

export function createPools(options: PoolsOptions): Pools {
  const { connect, now, maxPools, idleMs, connectionLifetimeMs, budget } = options;
  const pools = new Map<string, Pool>();
  let sweeper: NodeJS.Timeout | undefined;

  function open(pool: Pool): Connection {
    if (budget.open >= budget.max) closeLongestIdle();
    const { protocol, hostname, host, port } = new URL(pool.origin);
    const secure = protocol === "https:";
    const target = {
      secure,
      host: hostname,
      port: port === "" ? (secure ? 443 : 80) : Number(port),
      identity: pool.identity,
    };
    const http = new HttpConnection({
      open: (connected) => connect(target, connected),
      host,
      onConnected: () => {
        connection.connectedAt = now();
        connection.answered = 0;
      },
    });
    const connection: Connection = {
      http,
      pool,
      connectedAt: now(),
      answered: 0,
      idleSince: 0,
      idleUntil: Number.POSITIVE_INFINITY,
    };
    return connection;
  }

  function use(origin: string, identity: TlsIdentity | undefined): Pool {
    // No origin contains a space.
    const key = identity === undefined ? origin : `${origin} ${identity.id}`;
    const pool = pools.get(key) ?? createPool(key, origin, identity);
    pool.usedAt = now();
    return pool;
  }

  function hold(connection: Connection): Connection {
    connection.pool.busy += 1;
    return connection;
  }

  function createPool(key: string, origin: string, identity: TlsIdentity | undefined): Pool {
    if (pools.size >= maxPools) closeLeastRecentlyUsed();
    const pool: Pool = { key, origin, identity, idle: [], busy: 0, usedAt: now(), isClosed: false };
    pools.set(key, pool);
    sweeper ??= setInterval(sweep, Math.max(1, Math.min(MAX_SWEEP_MS, idleMs / 2))).unref();
    return pool;
  }

  function closeLeastRecentlyUsed(): void {
    let oldest: Pool | undefined;
    for (const pool of pools.values()) {
      if (oldest === undefined || isBetterToClose(pool, oldest)) oldest = pool;
    }
    if (oldest !== undefined) closePool(oldest);
  }

  function closeLongestIdle(): void {
    let longest: Pool | undefined;
    for (const pool of pools.values()) {
      const idleSince = pool.idle[0]?.idleSince ?? Number.POSITIVE_INFINITY;
      if (idleSince < (longest?.idle[0]?.idleSince ?? Number.POSITIVE_INFINITY)) longest = pool;
    }
    longest?.idle.shift()?.http.destroy();
  }

  function closePool(pool: Pool): void {
    pool.isClosed = true;
    pools.delete(pool.key);
    for (const { http } of pool.idle.splice(0)) http.destroy();
  }

  function isTooOld({ connectedAt }: Connection): boolean {
    return now() - connectedAt >= connectionLifetimeMs;
  }

  function sweep(): void {
    for (const pool of pools.values()) {
      const isUsable = (one: Connection): boolean => !isTooOld(one) && now() < one.idleUntil;
      for (const { http } of pool.idle.filter((one) => !isUsable(one))) http.destroy();
      pool.idle.splice(0, pool.idle.length, ...pool.idle.filter(isUsable));
      if (pool.idle.length === 0 && pool.busy === 0) closePool(pool);
    }
    if (pools.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  function drop(connection: Connection): void {
    connection.pool.busy -= 1;
    connection.http.destroy();
  }

  return {
    take: (origin, identity) => {
      const pool = use(origin, identity);
      // Takes the most recently used connection, so that the others become idle and close.
      const connection = pool.idle.pop() ?? open(pool);
      if (isTooOld(connection)) {
        connection.http.destroy();
        return hold(open(pool));
      }
      return hold(connection);
    },
    takeNew: (origin, identity) => hold(open(use(origin, identity))),
    keep: (connection, keepMs) => {
      if (connection.pool.isClosed || isTooOld(connection)) {
        drop(connection);
        return;
      }
      connection.answered += 1;
      connection.idleSince = now();
      connection.idleUntil = connection.idleSince + Math.min(keepMs, idleMs);
      connection.pool.busy -= 1;
      connection.pool.idle.push(connection);
    },
    drop,
    count: () => pools.size,
    close: () => {
      clearInterval(sweeper);
      for (const pool of [...pools.values()]) closePool(pool);
    },
  };
}

/** Prefers idle pools, then the least recently used one. */
function isBetterToClose(pool: Pool, than: Pool): boolean {
  const isIdle = pool.busy === 0;
  if (isIdle !== (than.busy === 0)) return isIdle;
  return pool.usedAt < than.usedAt;
}
