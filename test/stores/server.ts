/** One PostgreSQL for a whole run of `npm run test:stores`, with a migrated database that each test gets a copy of. */
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { CITUS_URL, prepareCitus } from "../support/citus.ts";
import { startPostgres } from "../support/postgres.ts";

export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  if (CITUS_URL !== undefined) {
    const { url } = await prepareCitus(CITUS_URL);
    project.provide("postgres", url);
    return () => Promise.resolve();
  }
  const server = await startPostgres();
  const database = await openDatabase(await server.newUrl("migrated"));
  await migrate(database);
  await database.close();
  project.provide("postgres", server.url);
  return () => server.stop();
}
