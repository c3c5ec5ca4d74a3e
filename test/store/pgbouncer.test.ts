/** The store behind a pooler that lends a session for one transaction only. */
import { afterAll, beforeAll, describe, inject } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import type { PgBouncer } from "../support/pgbouncer.ts";
import { describeStore } from "./conformance.ts";

describe.skipIf(!hasPgBouncer)("pooled by transaction", () => {
  let pgBouncer: PgBouncer;
  beforeAll(async () => {
    pgBouncer = await startPgBouncer({
      server: `${inject("postgres")}/postgres`,
      mode: "transaction",
      // Fewer sessions than connections, so that they change hands; and a new one for each database.
      settings: ["max_client_conn = 500", "server_idle_timeout = 2"],
    });
  });
  afterAll(() => pgBouncer.stop());

  describeStore("PostgreSQL", "pooled", async () => pgBouncer.toUrl(await newPostgresUrl()));
});
