/** Restores with SQLite's own module, which is loaded only then: a host on PostgreSQL can do without. */
import type { RestoreOptions, Restored } from "./restore.ts";

/** @throws {CallboardError} as `restoreBackup` of restore.ts does */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { restoreBackup: restore } = await import("./restore.ts");
  return restore(options);
}
