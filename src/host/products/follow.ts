/** Follows changes of the registry that other processes make, also where no notice of the database arrives. */
import { createRepeating } from "../../repeating.ts";
import type { Repeating } from "../../repeating.ts";
import type { HostContext } from "../context.ts";
import { isDelivering } from "../model/roles.ts";
import { NO_SITE } from "../store/snapshot.ts";

const EVERY_MS = 5_000;

interface FollowedRegistry extends Pick<HostContext, "logger"> {
  readonly config: Pick<HostContext["config"], "role">;
  readonly database: Pick<HostContext["database"], "dialect" | "read">;
  readonly snapshots: Pick<HostContext["snapshots"], "refresh">;
}

export function createProductFollower({
  config,
  database,
  snapshots,
  logger,
}: FollowedRegistry): Pick<Repeating, "start" | "stop"> {
  // Where deliveries are claimed, the sites are looked at with every poll.
  const scope = isDelivering(config.role) ? NO_SITE : undefined;
  return createRepeating({
    run: () => snapshots.refresh(database.read, scope),
    // A database that only one process uses has no changes of others.
    everyMs: database.dialect.isShared ? EVERY_MS : Infinity,
    onError: (error) => logger.warn("registry.refresh-failed", { error }),
  });
}
