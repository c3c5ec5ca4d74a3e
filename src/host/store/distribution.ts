/** Callboard's tables on the servers of a Citus cluster: where each one is, and the statements that place it. */
import { CallboardError } from "../../errors.ts";
import { explainMisplaced, placeTable, toDistributionStanding } from "../model/distribution.ts";
import type { DistributionStanding, FoundTable, PlacedTable, Placement } from "../model/distribution.ts";
import { SHARD_TABLE } from "./db/citus-dialect.ts";
import type { Queryable } from "./db/queryable.ts";
import { listTables } from "./schema.ts";

/** Tables by name with their method and replication, as Citus has them in pg_dist_partition, and what they are colocated with. */
interface PartitionRow {
  readonly name: string;
  readonly method: string;
  readonly replication: string;
  readonly beside_shards: boolean;
}

const PARTITIONS = `SELECT c.relname AS name, p.partmethod::text AS method, p.repmodel::text AS replication,
    p.colocationid = (SELECT s.colocationid FROM pg_dist_partition s
      WHERE s.logicalrelid = to_regclass('${SHARD_TABLE}')) AS beside_shards
  FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid WHERE pg_table_is_visible(c.oid)`;

function toPlacement(row: PartitionRow | undefined): Placement | undefined {
  if (row === undefined) return "coordinator";
  if (row.method === "h") return row.beside_shards ? "shards" : undefined;
  return row.method === "n" && row.replication === "t" ? "everywhere" : undefined;
}

export async function hasCitus(q: Queryable): Promise<boolean> {
  if (!q.dialect.isShared) return false;
  const rows = await q.query("SELECT 1 AS one FROM pg_extension WHERE extname = 'citus'");
  return rows.length > 0;
}

/** Resolves to undefined without the extension. */
export async function listPlacedTables(q: Queryable): Promise<readonly FoundTable[] | undefined> {
  if (!(await hasCitus(q))) return undefined;
  const partitions = await q.query<PartitionRow>(PARTITIONS);
  const byName = new Map(partitions.map((row) => [row.name, row]));
  return (await listTables(q)).map((table) => ({ ...table, placement: toPlacement(byName.get(table.name)) }));
}

export async function readDistribution(q: Queryable): Promise<DistributionStanding> {
  return toDistributionStanding(await listPlacedTables(q));
}

/** @throws {CallboardError} NOT_DISTRIBUTED for a database with Citus whose tables are not distributed, or not all of them */
export async function requireDistribution(q: Queryable): Promise<void> {
  const standing = await readDistribution(q);
  if (standing.state === "partial")
    throw new CallboardError("NOT_DISTRIBUTED", `${explainMisplaced(standing.misplaced)}.`);
}

/** Makes the table of shards, with every site number that was ever given. To be called in one transaction. */
export async function createShardTable(tx: Queryable): Promise<void> {
  await tx.query(`CREATE TABLE IF NOT EXISTS ${SHARD_TABLE} (site_no INTEGER PRIMARY KEY)`);
  await tx.query(
    `INSERT INTO ${SHARD_TABLE} (site_no)
     SELECT generate_series(1, (SELECT value FROM callboard_counter WHERE name = 'site')) ON CONFLICT DO NOTHING`,
  );
}

/** Places a table that is on the coordinator where it belongs, with its rows. To be called in one transaction. */
export async function distributeTable(tx: Queryable, table: PlacedTable): Promise<void> {
  const placement = placeTable(table);
  if (placement === "coordinator") return;
  const { name } = table;
  const colocated = name === SHARD_TABLE ? "none" : SHARD_TABLE;
  await tx.query(
    placement === "shards"
      ? `SELECT create_distributed_table('${name}', 'site_no', colocate_with => '${colocated}')::text AS done`
      : `SELECT create_reference_table('${name}')::text AS done`,
  );
  // The rows were copied; those of the coordinator's own table are hidden, and in the way of nothing but space.
  await tx.query(`SELECT truncate_local_data_after_distributing_table('${name}')::text AS done`);
}

/**
 * Lets the server notice within a second that the process of this transaction is gone: it would copy rows to the end, and only then take
 * everything back. Only Linux has what PostgreSQL 14 and later need for it.
 */
const NOTICE_LOST_PROCESS = `SELECT set_config(name, '1000', true) FROM pg_settings
  WHERE name = 'client_connection_check_interval' AND version() LIKE '%linux%'`;

/** Prepares a transaction that may take long. Resolves to the number of its server process, for {@link cancelStatement}. */
export async function beginLongStep(tx: Queryable): Promise<number> {
  await tx.query(NOTICE_LOST_PROCESS);
  const [row] = await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  if (row === undefined) throw new Error("the database returned no row");
  return row.pid;
}

/** Ends the statement that a server process is at, whose transaction is taken back then. */
export async function cancelStatement(q: Queryable, pid: number): Promise<void> {
  // Citus has a function of this name too, for its own numbers.
  await q.query("SELECT pg_cancel_backend($1::integer)", [pid]);
}

/**
 * The servers with the shards plan as the coordinator does: sessions there have the settings of the role in this database. Citus runs the
 * statement on all of them; given to each one, it would be run by each on all others, which is a deadlock.
 */
export async function keepSettings(q: Queryable, settings: Readonly<Record<string, string>>): Promise<void> {
  const [row] = await q.query<{ name: string }>("SELECT quote_ident(current_database()) AS name");
  if (row === undefined) throw new Error("the database returned no row");
  for (const [name, value] of Object.entries(settings))
    await q.query(`ALTER ROLE CURRENT_USER IN DATABASE ${row.name} SET ${name} = '${value}'`);
}

/** A reason why tables can't be distributed, as one sentence without its period; undefined if they can. */
export async function findObstacle(q: Queryable): Promise<string | undefined> {
  if (!(await hasCitus(q)))
    return "The database has no extension Citus. Create it on every server of the cluster: CREATE EXTENSION citus";
  const [nodes] = await q.query<{ coordinator: boolean; workers: number; here: number }>(
    `SELECT COALESCE(bool_or(groupid = 0), false) AS coordinator,
       CAST(COUNT(*) FILTER (WHERE isactive AND shouldhaveshards) AS INTEGER) AS workers,
       (SELECT groupid FROM pg_dist_local_group) AS here FROM pg_dist_node`,
  );
  if (nodes === undefined || nodes.workers === 0)
    return "The cluster has no worker that takes shards. Add one: SELECT citus_add_node('HOST', 5432)";
  if (nodes.here !== 0)
    return "The server is a worker of the cluster. Name the coordinator in CALLBOARD_DATABASE_URL";
  if (!nodes.coordinator)
    return "The cluster doesn't know its coordinator. Name it: SELECT citus_set_coordinator_host('HOST', 5432)";
  const prepared = await q.query<{ success: boolean; result: string }>(
    "SELECT success, result FROM run_command_on_all_nodes('SELECT setting FROM pg_settings WHERE name = ''max_prepared_transactions''')",
  );
  if (prepared.some(({ success }) => !success)) return "A server of the cluster doesn't respond";
  if (prepared.some(({ result }) => Number(result) === 0))
    return "A server of the cluster has max_prepared_transactions = 0, and can't commit in two phases. Set it to the number of connections";
  return undefined;
}
