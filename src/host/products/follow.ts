/** Follows changes of own products that other processes make, also where no notice of the database arrives. */
import { createRepeating } from "../../repeating.ts";
import type { Repeating } from "../../repeating.ts";
import type { HostContext } from "../context.ts";
import { NO_SITE } from "../store/snapshot.ts";

const EVERY_MS = 5_000;

export function createProductFollower({
  database,
  snapshots,
  logger,
}: Pick<HostContext, "database" | "snapshots" | "logger">): Pick<Repeating, "start" | "stop"> {
  return createRepeating({
    run: () => snapshots.refresh(database.read, NO_SITE),
    // A database that only one process uses has no changes of others.
    everyMs: database.dialect.isShared ? EVERY_MS : Infinity,
    onError: (error) => logger.warn("products.refresh-failed", { error }),
  });
}
