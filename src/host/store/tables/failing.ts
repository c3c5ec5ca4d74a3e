/** What does not get through at the moment: the endpoints that fail, with what waits for them. */
import type { Queryable } from "../db/database.ts";
import { DELIVERED, IN_BATCH, WAITING } from "./deliveries.ts";
import { listEndpoints } from "./endpoints.ts";
import type { Endpoint } from "../../model/endpoint.ts";

/** An endpoint at which the last attempt failed, and every one since `failingSince`. */
export interface FailingEndpoint extends Endpoint {
  readonly failingSince: number;
  /** Counted up to a thousand; `waitMore`: there are more. */
  readonly waiting: number;
  readonly waitMore: boolean;
  /** When the next of them is due; undefined when none waits. */
  readonly dueAt: number | undefined;
  /**
   * What the last attempt came to of the newest delivery that did not get through; undefined when retention has taken it. A
   * receiver may take one kind of delivery and refuse another.
   */
  readonly lastOutcome: string | undefined;
  readonly lastStatus: number | undefined;
}

const MAX_WAITING = 1_000;

interface WaitingRow {
  no: number;
  waiting: number;
  due_primary: number | null;
  due_secondary: number | null;
  due_in_batch: number | null;
  last_outcome: string | null;
  last_status: number | null;
}

/** Behind a longer queue of deliveries that were not tried yet the last result is not looked for. */
const MAX_WALK = 1_000;

/** The endpoints of a site that fail, longest first: a few index look-ups for each. */
export async function listFailing(q: Queryable, siteNo: number): Promise<readonly FailingEndpoint[]> {
  const waits = `callboard_delivery d WHERE d.site_no = $1 AND d.endpoint_no = e.no AND d.state = ${WAITING}`;
  const rows = await q.query<WaitingRow>(
    `SELECT f.*, t.last_outcome, t.last_status FROM (SELECT e.no, (SELECT COUNT(*) FROM (SELECT 1 FROM ${waits} LIMIT ${MAX_WAITING + 1}) w) AS waiting,
       (SELECT MIN(d.due_at) FROM ${waits} AND d.lane = 0) AS due_primary,
       (SELECT MIN(d.due_at) FROM ${waits} AND d.lane = 1) AS due_secondary,
       (SELECT MIN(d.due_at) FROM ${waits} AND d.lane IN (${IN_BATCH}, ${IN_BATCH + 1})) AS due_in_batch,
       (SELECT MAX(n.id) FROM (SELECT id, attempts, state FROM callboard_delivery WHERE site_no = $1
          AND endpoint_no = e.no ORDER BY id DESC LIMIT ${MAX_WALK}) n WHERE n.attempts > 0 AND n.state <> ${DELIVERED}) AS tried
     FROM callboard_endpoint e WHERE e.site_no = $1 AND e.failing_since IS NOT NULL) f
     LEFT JOIN callboard_delivery t ON t.site_no = $1 AND t.id = f.tried`,
    [siteNo],
  );
  const found = new Map(rows.map((row) => [row.no, row]));
  return (await listEndpoints(q, siteNo))
    .flatMap((endpoint) => {
      const row = found.get(endpoint.no);
      if (row === undefined || endpoint.failingSince === undefined) return [];
      const dues = [row.due_primary, row.due_secondary, row.due_in_batch].flatMap((due) => due ?? []);
      return {
        ...endpoint,
        failingSince: endpoint.failingSince,
        waiting: Math.min(row.waiting, MAX_WAITING),
        waitMore: row.waiting > MAX_WAITING,
        dueAt: dues.length === 0 ? undefined : Math.min(...dues),
        lastOutcome: row.last_outcome ?? undefined,
        lastStatus: row.last_status ?? undefined,
      };
    })
    .toSorted((a, b) => a.failingSince - b.failingSince);
}
