/** Endpoints: (installation or outgoing webhook) × URL origin, the unit of isolation; with the state of its breaker. */
import { takeNumbers } from "../db/counter.ts";
import type { FailingStage } from "../../model/endpoint-life.ts";
import { makeChanges } from "../db/batch.ts";
import type { Change } from "../db/batch.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import type { Receiver, Endpoint, BreakerState } from "../../model/endpoint.ts";

export interface EndpointRow {
  site_no: number;
  no: number;
  addon_key: string | null;
  webhook_no: number | null;
  origin: string;
  failures: number;
  open_until: number | null;
  opened: number;
  paused_at: number | null;
  failing_since: number | null;
  failed_deliveries: number;
  failed_attempts: number;
  failing_stage: FailingStage;
  probe_at: number | null;
  resumed_at: number | null;
  expired: number;
}

export function receiverOf(row: { addon_key: string | null; webhook_no: number | null }): Receiver {
  return row.addon_key === null
    ? { kind: "webhook", webhookNo: row.webhook_no ?? 0 }
    : { kind: "addon", addonKey: row.addon_key };
}

export function endpointOf(row: EndpointRow): Endpoint {
  return {
    siteNo: row.site_no,
    no: row.no,
    receiver: receiverOf(row),
    origin: row.origin,
    failures: row.failures,
    openUntil: row.open_until ?? undefined,
    opened: row.opened,
    failingSince: row.failing_since ?? undefined,
    failedAttempts: row.failed_attempts,
    failedDeliveries: row.failed_deliveries,
    failingStage: row.failing_stage,
    pausedAt: row.paused_at ?? undefined,
    probeAt: row.probe_at ?? undefined,
    resumedAt: row.resumed_at ?? undefined,
    expired: row.expired,
  };
}

export async function listEndpoints(q: Queryable, siteNo?: number): Promise<readonly Endpoint[]> {
  const rows = await (siteNo === undefined
    ? q.query<EndpointRow>("SELECT * FROM callboard_endpoint ORDER BY site_no, no")
    : q.query<EndpointRow>("SELECT * FROM callboard_endpoint WHERE site_no = $1 ORDER BY no", [siteNo]));
  return rows.map(endpointOf);
}

/** The column that names the receiver, for a look-up along its index. */
function columnOf(receiver: Receiver) {
  return receiver.kind === "addon"
    ? ({ column: "addon_key", value: receiver.addonKey } as const)
    : ({ column: "webhook_no", value: receiver.webhookNo } as const);
}

/** Every endpoint that the receiver has or had, those of its former URLs included. */
export async function listEndpointsOf(
  q: Queryable,
  siteNo: number,
  receiver: Receiver,
): Promise<readonly Endpoint[]> {
  const { column, value } = columnOf(receiver);
  const rows = await q.query<EndpointRow>(
    `SELECT * FROM callboard_endpoint WHERE site_no = $1 AND ${column} = $2 ORDER BY no`,
    [siteNo, value],
  );
  return rows.map(endpointOf);
}

export async function findEndpoint(q: Queryable, siteNo: number, no: number): Promise<Endpoint | undefined> {
  const [row] = await q.query<EndpointRow>(
    "SELECT * FROM callboard_endpoint WHERE site_no = $1 AND no = $2",
    [siteNo, no],
  );
  return row === undefined ? undefined : endpointOf(row);
}

export const numbersOf = (endpoints: readonly Pick<Endpoint, "no">[]): readonly number[] =>
  endpoints.map(({ no }) => no);

/** The number of the endpoint of this receiver and origin, made when there is none yet. */
export async function ensureEndpoint(
  tx: Queryable,
  siteNo: number,
  receiver: Receiver,
  origin: string,
): Promise<number> {
  const { column, value } = columnOf(receiver);
  const [known] = await tx.query<{ no: number }>(
    `SELECT no FROM callboard_endpoint WHERE site_no = $1 AND ${column} = $2 AND origin = $3`,
    [siteNo, value, origin],
  );
  if (known !== undefined) return known.no;
  const no = await takeNumbers(tx, "endpoint");
  await tx.query(
    `INSERT INTO callboard_endpoint
       (site_no, no, addon_key, webhook_no, origin, failures, opened, failed_deliveries, created_at)
     VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6)`,
    [
      siteNo,
      no,
      receiver.kind === "addon" ? receiver.addonKey : null,
      receiver.kind === "webhook" ? receiver.webhookNo : null,
      origin,
      Date.now(),
    ],
  );
  return no;
}

/** Writes the breakers that changed, so that pages and other processes see them. */
export async function saveBreakers(tx: Queryable, states: readonly BreakerState[]): Promise<void> {
  await makeChanges(tx, [breakersChange(tx.dialect, states)]);
}

/** Other processes load an endpoint that begins or ceases to fail with the next change of its site, and not each failure. */
export function breakersChange(dialect: Dialect, states: readonly BreakerState[]): Change | undefined {
  if (states.length === 0) return undefined;
  const rows = states.map((s) => [
    s.siteNo,
    s.no,
    s.failures,
    s.openUntil ?? null,
    s.opened,
    s.failingSince ?? null,
    s.failedAttempts,
    s.failedDeliveries,
  ]);
  const from = dialect.rows(
    "$1",
    {
      site_no: "int",
      no: "int",
      failures: "int",
      open_until: "big",
      opened: "int",
      failing_since: "big",
      failed_attempts: "int",
      failed_deliveries: "int",
    },
    "r",
  );
  return {
    sql: `UPDATE callboard_endpoint SET failures = r.failures, open_until = r.open_until, opened = r.opened,
       failing_since = r.failing_since, failed_attempts = r.failed_attempts, failed_deliveries = r.failed_deliveries,
       changed_in = CASE WHEN (callboard_endpoint.failing_since IS NULL) = (r.failing_since IS NULL) THEN changed_in END
     FROM ${from} WHERE callboard_endpoint.site_no = r.site_no AND callboard_endpoint.no = r.no`,
    bind: [JSON.stringify(rows)],
  };
}
