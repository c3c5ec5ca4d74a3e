/** A write that changes nothing: a full disk and a read-only database refuse it as they would refuse an event. */
import type { Queryable } from "./database.ts";

export async function tryToWrite(tx: Queryable): Promise<void> {
  await tx.query("UPDATE callboard_migration SET applied_at = applied_at WHERE name = '0001-first'");
}
