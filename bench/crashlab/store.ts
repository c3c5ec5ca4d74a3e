/** Reads the database beside the hosts, with statements and connections of the lab's own. */
import pg from "pg";
import sqlite3 from "sqlite3";

export interface StoredDelivery {
  readonly site_no: number;
  readonly id: string;
  readonly state: number;
  readonly because: string | null;
  readonly attempts: number;
}

export interface StoredAttempt {
  readonly delivery_id: string;
  readonly number: number;
  readonly status: number | null;
}

/** What the hosts left behind. */
export interface StoreDump {
  /** Ids of the product's own, with the id that the host gave. */
  readonly events: readonly { readonly client_id: string; readonly id: string }[];
  readonly deliveries: readonly StoredDelivery[];
  readonly attempts: readonly StoredAttempt[];
  /** Attempts as the per-minute figures count them. */
  readonly counted: number;
  /** SQLite's own check of the file; "ok" elsewhere. */
  readonly integrity: string;
}

export interface StoreReader {
  readonly isSqlite: boolean;
  /** What has not ended: waiting or leased. On SQLite only while no host runs. */
  readonly unfinished: () => Promise<readonly StoredDelivery[]>;
  readonly dump: () => Promise<StoreDump>;
  /** Rows of the lab's own questions; on SQLite only while no host runs. */
  readonly rows: <R>(sql: string) => Promise<readonly R[]>;
  /** Makes changes one after the other; on SQLite only while no host runs. */
  readonly change: (statements: readonly string[]) => Promise<void>;
}

type Query = <R>(sql: string) => Promise<R[]>;

async function withSqlite<T>(file: string, work: (query: Query) => Promise<T>): Promise<T> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  database.configure("busyTimeout", 10_000);
  try {
    return await work(
      (sql) =>
        new Promise((resolve, reject) => {
          database.all(sql, (error, rows) => (error === null ? resolve(rows as never[]) : reject(error)));
        }),
    );
  } finally {
    await new Promise((resolve) => database.close(resolve));
  }
}

async function withPostgres<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(async (sql) => (await client.query(sql)).rows as never[]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const DELIVERIES = "SELECT site_no, id, state, because, attempts FROM callboard_delivery";

export function createStoreReader(databaseUrl: string): StoreReader {
  const isSqlite = databaseUrl.startsWith("sqlite:");
  function read<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return isSqlite ? withSqlite(databaseUrl.slice("sqlite:".length), work) : withPostgres(databaseUrl, work);
  }
  return {
    isSqlite,
    rows: (sql) => read((query) => query(sql)),
    change: (statements) =>
      read(async (query) => {
        for (const statement of statements) await query(statement);
      }),
    unfinished: () => read((query) => query<StoredDelivery>(`${DELIVERIES} WHERE state < 2`)),
    dump: () =>
      read(async (query) => {
        const [counted] = await query<{ n: number | string | null }>(
          "SELECT SUM(count) AS n FROM callboard_minute WHERE outcome <> 'failed'",
        );
        const [checked] = isSqlite
          ? await query<{ integrity_check: string }>("PRAGMA integrity_check")
          : [{ integrity_check: "ok" }];
        return {
          events: await query("SELECT client_id, id FROM callboard_event WHERE client_id IS NOT NULL"),
          deliveries: await query(DELIVERIES),
          attempts: await query("SELECT delivery_id, number, status FROM callboard_attempt"),
          counted: Number(counted?.n ?? 0),
          integrity: checked?.integrity_check ?? "no answer",
        };
      }),
  };
}
