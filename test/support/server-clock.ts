/**
 * A PostgreSQL database whose clock a test sets forward. Callboard reads the server's clock with `statement_timestamp()`; a function of
 * that name stands before the server's own here.
 */
import pg from "pg";

export interface ServerClock {
  /** Milliseconds that the database is ahead of the computer. */
  readonly aheadMs: () => number;
  /** Back for a negative number. Processes that run notice it when they look at the clock next: every two seconds. */
  readonly forward: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param url an empty database, which nobody is connected to */
export async function createServerClock(url: string): Promise<ServerClock> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>("SELECT current_database() AS name");
  await client.query(`
    CREATE SCHEMA test_clock;
    CREATE TABLE test_clock.ahead (ms bigint NOT NULL);
    INSERT INTO test_clock.ahead VALUES (0);
    CREATE FUNCTION test_clock.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS
      'SELECT pg_catalog.statement_timestamp() + (SELECT ms FROM test_clock.ahead) * interval ''1 ms''';
    ALTER DATABASE "${rows[0]?.name ?? ""}" SET search_path = test_clock, pg_catalog, public;
  `);
  let ahead = 0;
  return {
    aheadMs: () => ahead,
    forward: async (ms) => {
      ahead += ms;
      await client.query("UPDATE test_clock.ahead SET ms = $1", [ahead]);
    },
    close: () => client.end(),
  };
}
