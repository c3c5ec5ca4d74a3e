/** Hears of other processes' work by LISTEN, where the database has it and a connection can be kept for it. */
import { CallboardError } from "../errors.ts";
import type { HostContext } from "./context.ts";
import type { Engine } from "./delivery/engine.ts";
import type { Database } from "./store/db/database.ts";
import { requirePostgresTarget } from "./store/db/database.ts";
import { listen } from "./store/db/listen.ts";
import { examinePostgres } from "./store/db/postgres-session.ts";
import { readNotice } from "./store/tables/deliveries.ts";

type ListenerContext = Pick<HostContext, "config" | "database" | "logger" | "snapshots"> & {
  readonly engine: Pick<Engine, "wake">;
  readonly listenerNoticed: (listenerId: string) => void;
};

/**
 * Resolves to undefined on SQLite, and behind a pooler without CALLBOARD_LISTEN_URL: then polling finds what is due.
 * @throws {CallboardError} CONFIG_INVALID if CALLBOARD_LISTEN_URL leads through a pooler
 */
export async function listenToOthers(
  context: ListenerContext,
): Promise<Awaited<ReturnType<typeof listen>> | undefined> {
  const { database, engine, logger, snapshots } = context;
  const target = await findListenerConfig(context);
  if (target === undefined) return undefined;
  return listen(
    target,
    {
      due: (notice) => engine.wake(readNotice(notice)),
      registry: (siteNo) => {
        snapshots
          .refresh(database.read, siteNo)
          .catch((error: unknown) => logger.warn("registry.refresh-failed", { error }));
      },
      listener: context.listenerNoticed,
      connected: () => engine.wake(),
    },
    logger,
  );
}

/** LISTEN needs a connection that is this process's own. */
async function findListenerConfig({
  config: { listenUrl },
  database: { dialect, listenerConfig },
  logger,
}: ListenerContext): Promise<Database["listenerConfig"]> {
  if (!dialect.isShared) return undefined;
  if (listenUrl !== undefined) {
    const session = await examinePostgres(requirePostgresTarget(listenUrl));
    if (!session.isPooled) return session.config;
    throw new CallboardError(
      "CONFIG_INVALID",
      "CALLBOARD_LISTEN_URL leads through a pooler that shares connections, where LISTEN has no effect. Name the database server itself, or leave it out: then Callboard polls",
    );
  }
  if (listenerConfig === undefined) {
    logger.info("notices.polling", {
      setting: "CALLBOARD_LISTEN_URL",
      why: "the database URL leads through a pooler",
    });
  }
  return listenerConfig;
}
