/** A database as the store sees it, whichever it is: `read` sees committed rows, `write` runs one transaction. */
import type { ClientConfig } from "pg";
import type { ReplicaStanding } from "../../model/replica.ts";
import type { CommitCount } from "./commit-meter.ts";
import type { Dialect } from "./dialect.ts";

export type Row = Readonly<Record<string, unknown>>;

/** Something that runs one statement; `$1` … are bound, never spliced in. */
export interface Queryable {
  readonly dialect: Dialect;
  readonly query: <R extends object = Row>(sql: string, bind?: readonly unknown[]) => Promise<R[]>;
}

/** A statement and what is bound to its `$1` …. */
export interface Statement {
  readonly sql: string;
  readonly bind: readonly unknown[];
}

/** An INSERT, UPDATE or DELETE, without RETURNING. */
export interface Change extends Statement {
  /** Number of rows that it must change. Any number by default. */
  readonly rows?: number;
}

/**
 * No change may need what another one made: SQLite makes them one after the other, PostgreSQL each from what was there
 * before. `undefined` is nothing to do.
 */
export interface Batch {
  /** Expressions that must be true, or nothing is changed. */
  readonly checks: readonly (Statement | undefined)[];
  readonly changes: readonly (Change | undefined)[];
}

/** One transaction. */
export interface Transaction extends Queryable {
  /** Calls back once it has ended: with true after it was committed, with false when it came to nothing. */
  readonly atEnd: (ended: (isCommitted: boolean) => void) => void;
}

export interface Database {
  readonly dialect: Dialect;
  /** The file, where there is one. */
  readonly file: string | undefined;
  /** The database's time in epoch milliseconds, as this process knows it; steady. Whatever is stored and compared uses it. */
  readonly now: () => number;
  readonly read: Queryable;
  /**
   * For pages and lists: resolves to a replica that has all that is committed now, where there is one, else to `read`. To be asked
   * once for each question of a caller, whose statements then all run on it.
   */
  readonly lists: () => Promise<Queryable>;
  /** How the replica stands; left out without one. */
  readonly replica?: () => ReplicaStanding;
  /** Each statement is a transaction of its own, committed before its promise resolves. */
  readonly autocommit: Queryable;
  /** Runs `work` in one transaction, committed before the promise resolves, rolled back when `work` throws. */
  readonly write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Runs `work` in one transaction without statement or idle timeouts, for migrations. */
  readonly administer: <T>(work: (tx: Queryable) => Promise<T>) => Promise<T>;
  /**
   * Commits a batch as one transaction and resolves to true; or writes nothing and resolves to false, when a check does not
   * hold or a change met another number of rows than it must.
   */
  readonly batch: (batch: Batch) => Promise<boolean>;
  /** Batches that were committed or refused, and their time. */
  readonly commits: () => CommitCount;
  /** The connections of this process; undefined where they are no matter. */
  readonly connections?: () => Connections;
  readonly close: () => Promise<void>;
  /** Opens a connection for LISTEN. Undefined on SQLite and behind a pooler. */
  readonly listenerConfig?: ClientConfig | undefined;
}

export interface Connections {
  readonly used: number;
  readonly idle: number;
  readonly limit: number;
  /** Statements that wait for one. */
  readonly awaited: number;
}
