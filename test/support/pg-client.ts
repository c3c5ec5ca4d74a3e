/** A connection to PostgreSQL beside those of the code under test. */
import pg from "pg";

/** Connects, and ends the connection after the work, also when that fails. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs a statement on a database, or several that return nothing. */
export const onDatabase = (url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
