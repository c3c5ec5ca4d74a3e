/** What a process does: accept events, deliver them, or both. Pure. */
import { CallboardError } from "../../errors.ts";

export const ROLES = ["all", "api", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** Reports whether a process with this role sends deliveries and does the background work. */
export const isDelivering = (role: string): boolean => role !== "api";

/**
 * A process that does only a part needs others for the rest, on a database that they share.
 * @throws {CallboardError} ROLE_NEEDS_POSTGRES for a role other than `all` on SQLite
 */
export function requireSharedDatabase(role: Role, databaseUrl: string): void {
  if (role === "all" || !databaseUrl.startsWith("sqlite:")) return;
  throw new CallboardError(
    "ROLE_NEEDS_POSTGRES",
    `CALLBOARD_ROLE=${role} does a part of the work, and a SQLite file belongs to a single process: ` +
      "use CALLBOARD_ROLE=all, or a postgres:// URL in CALLBOARD_DATABASE_URL",
  );
}
