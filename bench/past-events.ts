/** A delivery log that a host begins with. */
import type { Database } from "../src/host/store/db/database.ts";
import { EVENT } from "./seed.ts";

export const MONTH_MS = 30 * 86_400_000;

interface PastEvents {
  /** Time of the first one, in epoch milliseconds. */
  readonly begin: number;
  readonly count: number;
  /** JSON without apostrophes. */
  readonly body?: string;
}

/** Events of the past month that were sent to nobody, made by the database itself. */
export async function addPastEvents(
  database: Database,
  siteNo: number,
  { begin, count, body = '{"issue":{"key":"DEMO-1"}}' }: PastEvents,
): Promise<void> {
  const step = 100_000;
  for (let first = 0; first < count; first += step) {
    const last = Math.min(first + step, count) - 1;
    await database.write((tx) =>
      tx.query(
        `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${last})
         INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
         SELECT ${siteNo}, printf('%012x', ${begin} + CAST(i * ${MONTH_MS / count} AS INTEGER)) || '70008'
           || printf('%011x', i) || '0000', '${EVENT}', 0, '${body}', ${body.length} FROM n`,
      ),
    );
  }
}
