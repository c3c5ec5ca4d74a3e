/** What waits for endpoints and what came of it last: for all of them with little, for those of a page with more. */
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import { DUE_LANES, LEASED, WAITING } from "./deliveries.ts";
import { bindSites, namedSites } from "./named-sites.ts";
import { keepWaitingSites } from "./waiting-sites.ts";
import type { Uuid } from "../../model/ids.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import { ENDPOINT_COLUMNS, endpointRows } from "./endpoint-rows.ts";

/** Columns `due_0` …: when the next delivery of each lane of the endpoint `r.no` is due. */
const DUES = DUE_LANES.map(
  (lane) => `(SELECT MIN(d.due_at) FROM callboard_delivery d WHERE d.site_no = r.site_no
    AND d.endpoint_no = r.no AND d.lane = ${lane} AND d.state = ${WAITING}) AS due_${lane}`,
).join(", ");

type DueRow = { readonly no: number } & Readonly<Record<`due_${number}`, number | null>>;

const toDues = (rows: readonly DueRow[]): ReadonlyMap<number, number> =>
  new Map(
    rows.flatMap(({ no, ...row }) => {
      const dues = DUE_LANES.flatMap((lane) => row[`due_${lane}`] ?? []);
      return dues.length === 0 ? [] : [[no, Math.min(...dues)] as const];
    }),
  );

/**
 * When the next waiting delivery of each endpoint of these sites is due; those with none are not in it. Skips from endpoint to
 * endpoint along the index of what waits, so that endpoints without anything cost nothing.
 */
export async function dueByEndpoint(
  q: Queryable,
  siteNos: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { isDistributed } = q.dialect;
  const waiting = await keepWaitingSites(q, siteNos);
  if (waiting.length === 0) return new Map();
  const next = (row: string, condition: string) => `(SELECT MIN(d.endpoint_no)
    FROM callboard_delivery d${q.dialect.along("callboard_delivery_due")}
    WHERE d.site_no = ${row} AND d.state = ${WAITING} ${condition})`;
  const skipped = `WITH RECURSIVE r (site_no, no) AS (
       SELECT s.no, ${next("s.no", "")} FROM ${namedSites(q, "$1")}
       UNION ALL
       SELECT w.site_no, ${next("w.site_no", "AND d.endpoint_no > w.no")} FROM r w WHERE w.no IS NOT NULL)
     SELECT r.no, ${DUES} FROM r WHERE r.no IS NOT NULL`;
  // A recursive query would need a single site.
  const grouped = `SELECT r.no, ${DUES} FROM (SELECT d.site_no, d.endpoint_no AS no FROM ${namedSites(q, "$1")}
     JOIN callboard_delivery d ON d.site_no = s.no AND d.state = ${WAITING} GROUP BY d.site_no, d.endpoint_no) r`;
  return toDues(await q.query<DueRow>(isDistributed ? grouped : skipped, [bindSites(waiting)]));
}

/** The same for one endpoint. */
export async function dueOfEndpoint(q: Queryable, endpoint: EndpointAt): Promise<number | undefined> {
  const rows = await q.query<DueRow>(
    `SELECT r.no, ${DUES} FROM ${q.dialect.rows("$1", { site_no: "int", no: "int" }, "r")}`,
    [endpointRows([endpoint])],
  );
  return toDues(rows).get(endpoint.endpointNo);
}

export interface EndpointQueue {
  /** Deliveries that wait, counted up to the limit that was given; `more`: there are others. */
  readonly waiting: number;
  readonly more: boolean;
  /** The oldest of the first thousand that wait. */
  readonly oldest: Uuid | undefined;
  /** Deliveries that are being sent by a process that leased them. */
  readonly leased: number;
  /** Of the newest delivery that was attempted. */
  readonly last:
    | {
        readonly id: Uuid;
        readonly outcome: string;
        readonly status: number | undefined;
        readonly ms: number | undefined;
      }
    | undefined;
}

interface QueueRow {
  endpoint_no: number;
  waiting: number;
  oldest: Uuid | null;
  leased: number;
  id: Uuid | null;
  last_outcome: string | null;
  last_status: number | null;
  last_ms: number | null;
}

/** Behind a longer queue of deliveries that were not tried yet the last result is not looked for. */
const MAX_WALK = 1_000;

/** By number of the endpoint; a few index look-ups for each, in one statement. */
export async function listQueues(
  q: Queryable,
  endpoints: readonly EndpointAt[],
  most: number,
): Promise<ReadonlyMap<number, EndpointQueue>> {
  const { along } = q.dialect;
  const inState = (state: number) =>
    `callboard_delivery d${state === WAITING ? along("callboard_delivery_due") : ""} WHERE d.site_no = r.site_no AND d.endpoint_no = r.endpoint_no AND d.state = ${state}`;
  const leased = q.dialect.isShared
    ? `(SELECT COUNT(*) FROM (SELECT 1 FROM ${inState(LEASED)} LIMIT $2) l)`
    : "0";
  const rows = await eachSite(q, endpoints, (part) =>
    q.query<QueueRow>(
      `SELECT f.endpoint_no, f.waiting, f.oldest, f.leased, t.id, t.last_outcome, t.last_status, t.last_ms FROM (
       SELECT r.site_no, r.endpoint_no,
         (SELECT COUNT(*) FROM (SELECT 1 FROM ${inState(WAITING)} LIMIT $2) w) AS waiting,
         (SELECT MIN(o.id) FROM (SELECT d.id FROM ${inState(WAITING)} LIMIT ${MAX_WALK}) o) AS oldest,
         ${leased} AS leased,
         (SELECT MAX(n.id) FROM (SELECT id, attempts FROM callboard_delivery${along("callboard_delivery_endpoint")}
            WHERE site_no = r.site_no AND endpoint_no = r.endpoint_no ORDER BY id DESC LIMIT ${MAX_WALK}) n WHERE n.attempts > 0) AS tried
       FROM ${q.dialect.rows("$1", ENDPOINT_COLUMNS, "r")}) f
     LEFT JOIN callboard_delivery t ON t.site_no = f.site_no AND t.id = f.tried`,
      [endpointRows(part), most + 1],
    ),
  );
  return new Map(
    rows.map((row) => [
      row.endpoint_no,
      {
        waiting: Math.min(row.waiting, most),
        more: row.waiting > most,
        oldest: row.oldest ?? undefined,
        leased: row.leased,
        last:
          row.id === null || row.last_outcome === null
            ? undefined
            : {
                id: row.id,
                outcome: row.last_outcome,
                status: row.last_status ?? undefined,
                ms: row.last_ms ?? undefined,
              },
      },
    ]),
  );
}
