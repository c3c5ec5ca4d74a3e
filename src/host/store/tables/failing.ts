/** What failing endpoints show on pages: what waits for them, and how their last failure went. */
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { DELIVERED, WAITING } from "./deliveries.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import { endpointRows } from "./endpoint-rows.ts";

export interface Failure {
  /** Counted up to a thousand; `waitMore`: there are more. */
  readonly waiting: number;
  readonly waitMore: boolean;
  /**
   * What the last attempt came to of the newest delivery that did not get through; undefined when retention has taken it. A
   * receiver may take one kind of delivery and refuse another.
   */
  readonly lastOutcome: string | undefined;
  readonly lastStatus: number | undefined;
}

export const NO_FAILURE: Failure = {
  waiting: 0,
  waitMore: false,
  lastOutcome: undefined,
  lastStatus: undefined,
};

const MAX_WAITING = 1_000;

interface FailureRow {
  no: number;
  waiting: number;
  last_outcome: string | null;
  last_status: number | null;
}

/** Behind a longer queue of deliveries that were not tried yet the last result is not looked for. */
const MAX_WALK = 1_000;

/** By number of the endpoint: a few index look-ups for each, in one statement. */
export async function listFailures(
  q: Queryable,
  endpoints: readonly EndpointAt[],
): Promise<ReadonlyMap<number, Failure>> {
  const { along, rows: from } = q.dialect;
  const rows = await eachSite(q, endpoints, (part) =>
    q.query<FailureRow>(
      `SELECT f.no, f.waiting, t.last_outcome, t.last_status FROM (
       SELECT r.site_no, r.no,
         (SELECT COUNT(*) FROM (SELECT 1 FROM callboard_delivery d${along("callboard_delivery_due")}
            WHERE d.site_no = r.site_no AND d.endpoint_no = r.no AND d.state = ${WAITING} LIMIT ${MAX_WAITING + 1}) w) AS waiting,
         (SELECT MAX(n.id) FROM (SELECT id, attempts, state FROM callboard_delivery${along("callboard_delivery_endpoint")}
            WHERE site_no = r.site_no AND endpoint_no = r.no ORDER BY id DESC LIMIT ${MAX_WALK}) n
            WHERE n.attempts > 0 AND n.state <> ${DELIVERED}) AS tried
       FROM ${from("$1", { site_no: "int", no: "int" }, "r")}) f
     LEFT JOIN callboard_delivery t ON t.site_no = f.site_no AND t.id = f.tried`,
      [endpointRows(part)],
    ),
  );
  return new Map(
    rows.map((row) => [
      row.no,
      {
        waiting: Math.min(row.waiting, MAX_WAITING),
        waitMore: row.waiting > MAX_WAITING,
        lastOutcome: row.last_outcome ?? undefined,
        lastStatus: row.last_status ?? undefined,
      },
    ]),
  );
}
