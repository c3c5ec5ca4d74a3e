/** The store behind a pooler that lends a session for one transaction only. */
import { afterAll, beforeAll, describe } from "vitest";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import type { PgBouncer } from "../support/pgbouncer.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { describeStore } from "./conformance.ts";

describe.skipIf(!hasPgBouncer)("pooled by transaction", () => {
  let postgres: Postgres;
  let pgBouncer: PgBouncer;
  beforeAll(async () => {
    postgres = await startPostgres();
    pgBouncer = await startPgBouncer({
      server: await postgres.newUrl(),
      mode: "transaction",
      // Fewer sessions than connections, so that they change hands; and a new one for each database.
      settings: ["max_client_conn = 500", "server_idle_timeout = 2"],
    });
  });
  afterAll(async () => {
    await pgBouncer.stop();
    await postgres.stop();
    // A busy disk takes half a minute to remove the files of 136 databases.
  }, 240_000);

  describeStore("PostgreSQL", "pooled", async () => pgBouncer.urlOf(await postgres.newUrl()));
});
