/**
 * The tables in which Citus keeps what it knows of a cluster, as a single PostgreSQL can have them: what Callboard reads there, and the
 * statements that it makes for a distributed database, are tested without one.
 */
import { createShardTable, listPlacedTables } from "../../src/host/store/distribution.ts";
import { placeTable } from "../../src/host/model/distribution.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { onDatabase } from "./pg-client.ts";

/** With two workers, a coordinator that is known, and servers that commit in two phases. */
const CATALOGUE = `
  INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    SELECT 4294967000, 'citus', oid, 'pg_catalog'::regnamespace, false, '13.2' FROM pg_roles WHERE rolname = current_user;
  CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char", colocationid integer, repmodel "char");
  CREATE TABLE pg_dist_node (groupid integer, nodename text, isactive boolean, shouldhaveshards boolean);
  INSERT INTO pg_dist_node VALUES (0, 'c', true, false), (1, 'w1', true, true), (2, 'w2', true, true);
  CREATE TABLE pg_dist_local_group (groupid integer);
  INSERT INTO pg_dist_local_group VALUES (0);
  CREATE TABLE servers (success boolean, result text);
  INSERT INTO servers VALUES (true, '100'), (true, '100'), (true, '100');
  CREATE FUNCTION run_command_on_all_nodes(text) RETURNS SETOF servers LANGUAGE sql AS 'SELECT * FROM servers';`;

/** Makes the catalogue. No table is distributed. */
export async function addCatalogue(url: string): Promise<void> {
  await onDatabase(url, CATALOGUE);
}

const METHODS = { shards: "'h', 1, 'c'", everywhere: "'n', 2, 't'" } as const;

/** Makes the catalogue and the table of shards of a migrated database, and has every table where it belongs. */
export async function addDistribution(url: string): Promise<void> {
  await addCatalogue(url);
  const database = await openDatabase(url);
  try {
    await database.administer(createShardTable);
    for (const table of (await listPlacedTables(database.read)) ?? []) {
      const placement = placeTable(table);
      if (placement === "coordinator") continue;
      await database.autocommit.query(
        `INSERT INTO pg_dist_partition VALUES ('${table.name}', ${METHODS[placement]})`,
      );
    }
  } finally {
    await database.close();
  }
}
