/**
 * Order by key. The row of a key has the last number that was given; a transaction that numbers, ends or frees deliveries of the
 * key locks it first, all of its keys in their order. At most one delivery of a key can be sent; the others wait in a lane behind.
 */
import { SITE_ID_COLUMNS } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import { formatSiteKey } from "../../model/order.ts";
import type { KeyStanding, SiteKey } from "../../model/order.ts";
import type { Statement } from "../db/batch.ts";
import { eachSite } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { BEHIND, WAITING, canGo, isBehind, toLane } from "./deliveries.ts";
import type { DueAt } from "./deliveries.ts";

const KEY_COLUMNS = { site_no: "int", key: "text" } as const;
const COUNT_COLUMNS = { ...KEY_COLUMNS, count: "int" } as const;
const ORDER_INDEX = "callboard_delivery_order";
const UNNUMBERED_INDEX = "callboard_delivery_unnumbered";
const DAY_MS = 86_400_000;
/** Keys of one statement. */
const MAX_KEYS = 500;

const keyRows = (keys: readonly SiteKey[]): string =>
  JSON.stringify(keys.map(({ siteNo, key }) => [siteNo, key]));

type Counted = SiteKey & { readonly count: number };

/** The deliveries of a key `r` that have not ended and go in its order: a redelivery is out of it. */
const inOrderOf = (q: Pick<Queryable, "dialect">, alias: string): string =>
  `callboard_delivery ${alias}${q.dialect.along(ORDER_INDEX)} WHERE ${alias}.site_no = r.site_no AND ${alias}.order_key = r.key
     AND ${alias}.state < 2 AND ${alias}.redelivery = 0`;

/** The deliveries of a key `r` that have no number yet, ended ones included: a number tells a receiver of them. */
const UNNUMBERED_OF = `u.site_no = r.site_no AND u.order_key = r.key AND u.sequence IS NULL`;
/**
 * The first of them, or NULL. PostgreSQL looks it up for each key; an EXISTS it may answer by reading the whole table once, when it knows
 * little of its size.
 */
const firstInOrder = (q: Pick<Queryable, "dialect">, alias: string, condition = "true"): string =>
  `(SELECT 1 FROM ${inOrderOf(q, alias)} AND ${condition} LIMIT 1)`;

/** Those that wait behind another one. As sums, so that PostgreSQL goes along the index of the key and not along all that waits. */
const waitsBehind = (alias: string): string =>
  `${alias}.state + 0 = ${WAITING} AND ${isBehind(`${alias}.lane + 0`)}`;
const unnumbered = (q: Pick<Queryable, "dialect">): string =>
  `callboard_delivery u${q.dialect.along(UNNUMBERED_INDEX)}`;

/**
 * Takes numbers, and holds the keys until the end of the transaction. Resolves to the standing of each key before its deliveries
 * are written.
 */
export async function takeNumbers(
  tx: Queryable,
  counts: readonly Counted[],
  now: number,
): Promise<readonly KeyStanding[]> {
  const last = await raiseSequences(tx, counts, now);
  // Only those with something before them: of many keys they are few.
  const rows = await eachSite(tx, counts, (part) =>
    tx.query<{ site_no: number; key: string; is_busy: number; unnumbered: number }>(
      `SELECT * FROM (
       SELECT r.site_no, r.key, COALESCE(${firstInOrder(tx, "d")}, 0) AS is_busy,
         CAST((SELECT COUNT(*) FROM ${unnumbered(tx)} WHERE ${UNNUMBERED_OF}) AS INTEGER) AS unnumbered
       FROM ${tx.dialect.rows("$1", KEY_COLUMNS, "r")}) s
     WHERE is_busy = 1 OR unnumbered > 0`,
      [keyRows(part)],
    ),
  );
  const found = new Map(rows.map((row) => [formatSiteKey({ siteNo: row.site_no, key: row.key }), row]));
  const earlier = rows.flatMap((row) =>
    row.unnumbered === 0 ? [] : [{ siteNo: row.site_no, key: row.key, count: row.unnumbered }],
  );
  // They were committed before, so their numbers are the lower ones.
  const countBefore = (own: Counted): number => (last.get(formatSiteKey(own)) ?? 0) - own.count;
  const numbered =
    earlier.length === 0
      ? undefined
      : await numberFrom(
          tx,
          earlier,
          new Map(counts.map((own) => [formatSiteKey(own), countBefore(own)])),
          now,
        );
  return counts.map((own) => {
    const { siteNo, key } = own;
    const id = formatSiteKey(own);
    const given = countBefore(own) + (numbered?.get(id) ?? 0);
    return { siteNo, key, last: given, isBusy: found.get(id)?.is_busy === 1 };
  });
}

/** Raises the last number of each key by its count. Resolves to the last numbers by {@link formatSiteKey}. */
async function raiseSequences(
  tx: Queryable,
  counts: readonly Counted[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await eachSite(tx, counts, (part) =>
    tx.query<{ site_no: number; key: string; sequence: number }>(
      `INSERT INTO callboard_order_key (site_no, key, sequence, used_day)
     SELECT r.site_no, r.key, r.count, CAST($2 AS INTEGER) FROM ${tx.dialect.newRows("$1", COUNT_COLUMNS, "r")}
     WHERE true ORDER BY r.site_no, r.key
     ON CONFLICT (site_no, key) DO UPDATE SET sequence = callboard_order_key.sequence + excluded.sequence,
       used_day = excluded.used_day
     RETURNING site_no, key, sequence`,
      [JSON.stringify(part.map(({ siteNo, key, count }) => [siteNo, key, count])), Math.floor(now / DAY_MS)],
    ),
  );
  return new Map(
    rows.map(({ site_no: siteNo, key, sequence }) => [formatSiteKey({ siteNo, key }), sequence]),
  );
}

/**
 * Numbers what was written without a number, for keys that the transaction holds. Resolves to how many there were of each key.
 *
 * @param before the number before the first that may be given, by {@link formatSiteKey}
 */
async function numberFrom(
  tx: Queryable,
  counts: readonly Counted[],
  before: ReadonlyMap<string, number>,
  now: number,
): Promise<ReadonlyMap<string, number>> {
  await raiseSequences(tx, counts, now);
  const rows = await eachSite(tx, counts, (part) =>
    tx.query<{ site_no: number; id: Uuid; order_key: string }>(
      `SELECT u.site_no, u.id, u.order_key FROM ${tx.dialect.rows("$1", KEY_COLUMNS, "r")}
     JOIN ${unnumbered(tx)} ON ${UNNUMBERED_OF} ORDER BY u.site_no, u.id`,
      [keyRows(part)],
    ),
  );
  const given = new Map<string, number>();
  const numbered = rows.map(({ site_no: siteNo, id, order_key: key }) => {
    const own = formatSiteKey({ siteNo, key });
    const nth = (given.get(own) ?? 0) + 1;
    given.set(own, nth);
    return { siteNo, row: [siteNo, id, (before.get(own) ?? 0) + nth] };
  });
  await eachSite(tx, numbered, (part) =>
    tx.query(
      `UPDATE callboard_delivery SET sequence = r.sequence
     FROM ${tx.dialect.rows("$1", { ...SITE_ID_COLUMNS, sequence: "big" }, "r")}
     WHERE callboard_delivery.site_no = r.site_no AND callboard_delivery.id = r.id`,
      [JSON.stringify(part.map(({ row }) => row))],
    ),
  );
  return given;
}

/** PostgreSQL: numbers what programs wrote in transactions of their own. Resolves to where something may go now. */
export async function numberWritten(
  tx: Queryable,
  now: number,
): Promise<{ readonly freed: readonly DueAt[]; readonly more: boolean }> {
  const found = await tx.query<{ site_no: number; order_key: string }>(
    `SELECT DISTINCT site_no, order_key FROM callboard_delivery${tx.dialect.along(UNNUMBERED_INDEX)}
     WHERE order_key IS NOT NULL AND sequence IS NULL LIMIT ${MAX_KEYS}`,
  );
  if (found.length === 0) return { freed: [], more: false };
  const keys = found.map(({ site_no: siteNo, order_key: key }) => ({ siteNo, key }));
  await takeNumbers(
    tx,
    keys.map((own) => ({ ...own, count: 0 })),
    now,
  );
  return { freed: await freeNext(tx, keys, now), more: found.length === MAX_KEYS };
}

/** Holds the keys until the end of the transaction, which must not have locked a delivery of theirs yet. */
export async function holdKeys(tx: Queryable, keys: readonly SiteKey[]): Promise<void> {
  if (!tx.dialect.isShared || keys.length === 0) return;
  await eachSite(tx, keys, (part) =>
    tx.query(
      `SELECT 1 AS one FROM callboard_order_key k JOIN ${tx.dialect.rows("$1", KEY_COLUMNS, "r")}
       ON k.site_no = r.site_no AND k.key = r.key ORDER BY k.site_no, k.key FOR UPDATE OF k`,
      [keyRows(part)],
    ),
  );
}

/**
 * For a batch that ends deliveries of these different keys: true if no other delivery waits behind them, so that none must be let
 * go. Where others write at the same time, the statement sees the deliveries as they were when it began: it holds the keys, and a
 * number that was taken since then makes it false.
 */
export function areUnfollowed(dialect: Dialect, keys: readonly SiteKey[]): Statement | undefined {
  if (keys.length === 0) return undefined;
  const from = dialect.rows("$1", KEY_COLUMNS, "r");
  const follower = firstInOrder({ dialect }, "b", waitsBehind("b"));
  if (!dialect.isShared)
    return { sql: `NOT EXISTS (SELECT 1 FROM ${from} WHERE ${follower} IS NOT NULL)`, bind: [keyRows(keys)] };
  return {
    sql: `(SELECT COUNT(*) FROM (
         SELECT k.sequence = (SELECT s.sequence FROM callboard_order_key s WHERE s.site_no = r.site_no AND s.key = r.key)
           AND ${follower} IS NULL AS is_free
         FROM callboard_order_key k JOIN ${from} ON k.site_no = r.site_no AND k.key = r.key
         ORDER BY k.site_no, k.key FOR UPDATE OF k) h WHERE is_free) = ${keys.length}`,
    bind: [keyRows(keys)],
  };
}

/**
 * Lets the next delivery of each key go if none that goes before it is left. The transaction holds the keys. Resolves to the lanes
 * in which one is due now.
 */
export async function freeNext(
  tx: Queryable,
  keys: readonly SiteKey[],
  now: number,
): Promise<readonly DueAt[]> {
  if (keys.length === 0) return [];
  const { at, bindAt, rows: rowsFrom } = tx.dialect;
  const rows = await eachSite(tx, keys, (part) =>
    tx.query<{ site_no: number; endpoint_no: number; lane: number }>(
      `UPDATE callboard_delivery SET lane = callboard_delivery.lane - ${BEHIND}, due_at = ${at("$2")}
     FROM (SELECT r.site_no, (SELECT b.id FROM ${inOrderOf(tx, "b")} AND ${waitsBehind("b")}
             AND b.sequence IS NOT NULL ORDER BY b.sequence LIMIT 1) AS id
           FROM ${rowsFrom("$1", KEY_COLUMNS, "r")}
           WHERE ${firstInOrder(tx, "o", canGo("o.lane + 0"))} IS NULL) n
     WHERE callboard_delivery.site_no = n.site_no AND callboard_delivery.id = n.id
     RETURNING callboard_delivery.site_no, callboard_delivery.endpoint_no, callboard_delivery.lane`,
      [keyRows(part), bindAt(now, now)],
    ),
  );
  return rows.map(({ site_no: siteNo, endpoint_no: endpointNo, lane }) => ({
    siteNo,
    endpointNo,
    lane: toLane(lane),
  }));
}

/** A day that comes after every other. */
const LAST_DAY = 2 ** 31 - 1;

/**
 * Forgets at most `most` keys of a site that had no delivery since then, or any keys: their next numbers begin at 1. Resolves to how
 * many there were.
 */
export async function forgetKeys(
  tx: Queryable,
  siteNo: number,
  unusedSince: number | undefined,
  most: number,
): Promise<number> {
  const unused = `SELECT k.key FROM callboard_order_key k WHERE k.site_no = $1 AND k.used_day < $2
    AND NOT EXISTS (SELECT 1 FROM callboard_delivery d WHERE d.site_no = k.site_no AND d.order_key = k.key AND d.state < 2)
    ORDER BY k.used_day LIMIT $3`;
  const removed = await tx.query(
    // Whoever used the key meanwhile has raised the day.
    `DELETE FROM callboard_order_key WHERE site_no = $1 AND used_day < $2 AND key IN (${unused}) RETURNING 1 AS one`,
    [siteNo, unusedSince === undefined ? LAST_DAY : Math.floor(unusedSince / DAY_MS), most],
  );
  return removed.length;
}
