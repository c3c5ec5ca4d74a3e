/** A batch as a transaction of several statements, each of which Citus sends to the server with the rows of its site. */
import type { Batch } from "./batch.ts";
import type { Queryable } from "./queryable.ts";

/** Ends a transaction whose batch is refused. */
export class Refused extends Error {}

/** @throws {Refused} if a check does not hold, or a change met another number of rows than it must */
export async function runInSteps(tx: Queryable, { checks, changes }: Batch): Promise<void> {
  for (const check of checks) {
    if (check === undefined) continue;
    const [row] = await tx.query<{ holds: boolean }>(`SELECT (${check.sql}) AS holds`, check.bind);
    if (row?.holds !== true) throw new Refused();
  }
  for (const change of changes) {
    if (change === undefined) continue;
    const counts = change.rows !== undefined;
    const rows = await tx.query(counts ? `${change.sql} RETURNING 1 AS one` : change.sql, change.bind);
    if (counts && rows.length !== change.rows) throw new Refused();
  }
}
