/** Distributes the tables of a database over the servers of its Citus cluster, while no host runs. */
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { placeTable } from "../model/distribution.ts";
import type { FoundTable, Placement } from "../model/distribution.ts";
import { SHARD_TABLE } from "../store/db/citus-dialect.ts";
import { openDatabase } from "../store/db/database.ts";
import type { Database } from "../store/db/database.ts";
import { migrate } from "../store/db/migrate.ts";
import { PLANNER } from "../store/db/postgres-session.ts";
import {
  beginLongStep,
  cancelStatement,
  createShardTable,
  distributeTable,
  findObstacle,
  keepSettings,
  listPlacedTables,
} from "../store/distribution.ts";
import { countOtherConnections } from "../store/tables/lost-secrets.ts";

export interface DistributeOptions {
  /** `postgres://…` of the coordinator */
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Tables that are placed, and all there are. */
  readonly onProgress: (done: number, all: number, table: string) => void;
  /** Ends the distribution: what was done to the table that it is at is taken back. */
  readonly signal: AbortSignal;
}

export interface Distributed {
  readonly tables: readonly {
    readonly name: string;
    readonly placement: Placement;
    readonly isNew: boolean;
  }[];
}

/**
 * Brings the schema up to date and places each table in a transaction of its own, so that an interrupted run goes on where it stopped.
 * Does nothing to tables that are placed already.
 * @throws {CallboardError} DISTRIBUTE_REFUSED if the cluster can't take the tables; STORE_LOCKED if a host runs on the database; the reason of
 *   the signal; what opening a database throws
 */
export async function distributeDatabase({
  databaseUrl,
  logger,
  ...steps
}: DistributeOptions): Promise<Distributed> {
  if (databaseUrl.startsWith("sqlite:"))
    throw refuse("A SQLite file belongs to one server. Name a postgres:// URL in CALLBOARD_DATABASE_URL");
  const database = await openDatabase(databaseUrl, { poolSize: 2, logger });
  try {
    const obstacle = await findObstacle(database.read);
    if (obstacle !== undefined) throw refuse(obstacle);
    await requireAlone(database);
    await migrate(database, { logger });
    await database.administer(createShardTable);
    await keepSettings(database.read, PLANNER);
    return await placeTables(database, steps);
  } finally {
    await database.close();
  }
}

async function placeTables(
  database: Database,
  { onProgress, signal }: Pick<DistributeOptions, "onProgress" | "signal">,
): Promise<Distributed> {
  const found = (await listPlacedTables(database.read)) ?? [];
  const strange = found.find(({ placement }) => placement === undefined);
  if (strange !== undefined)
    throw refuse(
      `${strange.name} is distributed in another way. Undistribute it: SELECT undistribute_table('${strange.name}')`,
    );
  // The others go where its shards are.
  const ordered = found.toSorted((a, b) => Number(b.name === SHARD_TABLE) - Number(a.name === SHARD_TABLE));
  let done = 0;
  const tables: { name: string; placement: Placement; isNew: boolean }[] = [];
  for (const table of ordered) {
    signal.throwIfAborted();
    const placement = placeTable(table);
    const isNew = table.placement !== placement;
    if (isNew) await place(database, table, signal);
    tables.push({ name: table.name, placement, isNew });
    onProgress((done += 1), ordered.length, table.name);
  }
  return { tables };
}

async function place(database: Database, table: FoundTable, signal: AbortSignal): Promise<void> {
  if (table.placement !== "coordinator")
    throw refuse(
      `${table.name} is distributed in another way. Undistribute it: SELECT undistribute_table('${table.name}')`,
    );
  try {
    await database.administer(async (tx) => {
      const pid = await beginLongStep(tx);
      // Should it fail, the table is placed, and the next one isn't.
      const cancel = () => void cancelStatement(database.autocommit, pid).catch(() => undefined);
      signal.addEventListener("abort", cancel, { once: true });
      try {
        signal.throwIfAborted();
        await distributeTable(tx, table);
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** This process has two connections: one that asks, and the other of the pool. */
async function requireAlone({ read }: Database): Promise<void> {
  if ((await countOtherConnections(read)) <= 1) return;
  throw new CallboardError(
    "STORE_LOCKED",
    "Another process is connected to the database. Stop every server first",
  );
}

const refuse = (sentence: string): CallboardError => new CallboardError("DISTRIBUTE_REFUSED", `${sentence}.`);
