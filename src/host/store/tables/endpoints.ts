/** Endpoints: (installation or outgoing webhook) × URL origin, the unit of isolation; with the state of its breaker. */
import { takeNumbers } from "../db/counter.ts";
import { changeEachSite } from "../db/by-site.ts";
import type { Change } from "../db/batch.ts";
import { big, int, json, optional, receiver, sealedJson, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Dialect } from "../db/dialect.ts";
import { bindSites, namedSites } from "./named-sites.ts";
import type { EndpointAccess } from "../../model/access.ts";
import type { EndpointAt } from "../../model/delivery.ts";
import type { Receiver, Endpoint, BreakerState } from "../../model/endpoint.ts";
import { endpointRows } from "./endpoint-rows.ts";

export const endpoints = defineTable<Endpoint, { readonly createdAt: number }, EndpointAccess>({
  name: "endpoint",
  key: ["siteNo", "no"],
  isFollowed: true,
  columns: {
    siteNo: int(),
    no: int(),
    receiver,
    origin: text(),
    failures: int(),
    openUntil: optional(big()),
    opened: int(),
    failingSince: optional(big()),
    failedAttempts: int(),
    failedDeliveries: int(),
    failingStage: int(),
    pausedAt: optional(big()),
    probeAt: optional(big()),
    resumedAt: optional(big()),
    expired: int(),
    listenerId: optional(text()),
    pace: optional(json()),
    orderBy: optional(text()),
  },
  unread: { createdAt: big() },
  secret: {
    headers: optional(sealedJson("headers_sealed", makePlace("headers"))),
    tls: optional(sealedJson("tls_sealed", makePlace("tls"))),
  },
});

function makePlace(column: string) {
  return (siteNo: number, no: number): string => `endpoint|${siteNo}/${no}|${column}`;
}

export function listEndpoints(q: Queryable, siteNo?: number): Promise<readonly Endpoint[]> {
  return endpoints.list(q, siteNo === undefined ? {} : { siteNo }, { order: "site_no, no" });
}

const ofSites = (q: Queryable) => `site_no IN (SELECT s.no FROM ${namedSites(q, "$1")})`;
/** The condition of the index `callboard_endpoint_troubled`. An open circuit is part of a failure. */
const IS_TROUBLED = "(failing_since IS NOT NULL OR paused_at IS NOT NULL)";

/** The endpoints that fail or are paused. All others are healthy. */
export function listTroubledEndpoints(
  q: Queryable,
  siteNos: readonly number[],
): Promise<readonly Endpoint[]> {
  return endpoints.list(q, [`${ofSites(q)} AND ${IS_TROUBLED}`, bindSites(siteNos)], {
    order: "site_no, no",
  });
}

/** Endpoints of a site that get nothing sent at the moment. */
export interface HeldEndpoints {
  /** Their circuit is open. */
  readonly open: number;
  readonly paused: number;
}

/** By the number of the site; those without any are not in it. `now` is the database's. */
export async function countHeldEndpoints(
  q: Queryable,
  siteNos: readonly number[],
  now: number,
): Promise<ReadonlyMap<number, HeldEndpoints>> {
  const rows = await q.query<{ site_no: number; open: number; paused: number }>(
    `SELECT site_no, CAST(SUM(CASE WHEN open_until > $2 THEN 1 ELSE 0 END) AS INTEGER) AS open,
       CAST(SUM(CASE WHEN paused_at IS NOT NULL THEN 1 ELSE 0 END) AS INTEGER) AS paused
     FROM callboard_endpoint WHERE ${ofSites(q)} AND ${IS_TROUBLED} GROUP BY site_no`,
    [bindSites(siteNos), now],
  );
  return new Map(rows.map(({ site_no, open, paused }) => [site_no, { open, paused }]));
}

/** The endpoints with these numbers, as they are in the database. */
export function listEndpointsAt(q: Queryable, places: readonly EndpointAt[]): Promise<readonly Endpoint[]> {
  const chosen = q.dialect.rows("$1", { site_no: "int", no: "int" }, "p");
  return endpoints.list(
    q,
    [`(site_no, no) IN (SELECT p.site_no, p.no FROM ${chosen})`, endpointRows(places)],
    { order: "site_no, no" },
  );
}

/** Every endpoint that the receiver has or had, those of its former URLs included. */
export function listReceiverEndpoints(
  q: Queryable,
  siteNo: number,
  receiver: Receiver,
): Promise<readonly Endpoint[]> {
  return endpoints.list(q, { siteNo, receiver }, { order: "no" });
}

export function findEndpoint(q: Queryable, siteNo: number, no: number): Promise<Endpoint | undefined> {
  return endpoints.find(q, { siteNo, no });
}

export const listNumbers = (endpoints: readonly Pick<Endpoint, "no">[]): readonly number[] =>
  endpoints.map(({ no }) => no);

/** The number of the endpoint of this receiver and origin, made when there is none yet. */
export async function ensureEndpoint(
  tx: Queryable,
  siteNo: number,
  receiver: Receiver,
  origin: string,
): Promise<number> {
  const known = await endpoints.find(tx, { siteNo, receiver, origin });
  if (known !== undefined) return known.no;
  // A listener has every endpoint of its receiver, and so have settings, also where a new URL makes one. Headers and TLS stay with the
  // origin that they were given for.
  const [other] = await listReceiverEndpoints(tx, siteNo, receiver);
  const no = await takeNumbers(tx, "endpoint");
  await endpoints.insert(tx, {
    siteNo,
    no,
    receiver,
    origin,
    failures: 0,
    opened: 0,
    failedAttempts: 0,
    failedDeliveries: 0,
    failingStage: 0,
    expired: 0,
    listenerId: other?.listenerId,
    pace: other?.pace,
    orderBy: other?.orderBy,
    createdAt: Date.now(),
  });
  return no;
}

/** Writes the breakers that changed, so that pages and other processes see them. */
export async function saveBreakers(tx: Queryable, states: readonly BreakerState[]): Promise<void> {
  await changeEachSite(tx, states, breakersChange);
}

const STAYS_AS_IT_IS = "(callboard_endpoint.failing_since IS NULL) = (r.failing_since IS NULL)";

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
    sql: `${endpoints.updateUnmarked(STAYS_AS_IT_IS)}failures = r.failures, open_until = r.open_until, opened = r.opened,
       failing_since = r.failing_since, failed_attempts = r.failed_attempts, failed_deliveries = r.failed_deliveries
     FROM ${from} WHERE callboard_endpoint.site_no = r.site_no AND callboard_endpoint.no = r.no`,
    bind: [JSON.stringify(rows)],
  };
}
