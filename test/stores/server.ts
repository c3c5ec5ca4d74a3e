/** One PostgreSQL for a whole run of `npm run test:stores`, with the databases that each test gets a copy of. */
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { addDistribution } from "../support/citus-catalogue.ts";
import { CITUS_URL, dropCopies, prepareCitus } from "../support/citus.ts";
import { onDatabase } from "../support/pg-client.ts";
import { startPostgres } from "../support/postgres.ts";

export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  if (CITUS_URL !== undefined) {
    const cluster = CITUS_URL;
    project.provide("postgres", (await prepareCitus(cluster)).url);
    return () => dropCopies(cluster);
  }
  const server = await startPostgres();
  const database = await openDatabase(await server.newUrl("migrated"));
  await migrate(database);
  await database.close();
  await onDatabase(`${server.url}/postgres`, "CREATE DATABASE distributed TEMPLATE migrated");
  await addDistribution(`${server.url}/distributed`);
  project.provide("postgres", server.url);
  return () => server.stop();
}
