/** Installs on their way that were asked for over UPM, kept for every process to see. */
import type { HostContext } from "../context.ts";
import { beginUpmInstall, endUpmInstall, findUpmInstall } from "../store/tables/upm-installs.ts";
import type { UpmFailure, UpmInstall } from "../store/tables/upm-installs.ts";

/** How long the end of an install may be asked for. */
const KEPT_MS = 10 * 60_000;

export interface UpmInstalls {
  readonly begin: (id: string, siteKey: string) => Promise<void>;
  /** It ended as this add-on, or as this failure. */
  readonly end: (id: string, end: string | UpmFailure) => Promise<void>;
  readonly find: (id: string) => Promise<UpmInstall | undefined>;
}

export function createUpmInstalls({ database, now }: Pick<HostContext, "database" | "now">): UpmInstalls {
  return {
    begin: (id, siteKey) => {
      const startedAt = now();
      return database.write((tx) => beginUpmInstall(tx, id, { siteKey, startedAt }, startedAt - KEPT_MS));
    },
    end: (id, end) => database.write((tx) => endUpmInstall(tx, id, end)),
    find: (id) => findUpmInstall(database.read, id),
  };
}
