/**
 * Order by key. The row of a key has the last number that was given; a transaction that numbers, ends or frees deliveries of the
 * key locks it first, all of its keys in their order. At most one delivery of a key can be sent; the others wait in a lane behind.
 */
import { SITE_ID_COLUMNS } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";
import type { KeyCount, KeyStanding, NumberedKey, SiteKey } from "../../model/order.ts";
import { makeChanges } from "../db/batch.ts";
import type { Change, Statement } from "../db/batch.ts";
import { eachSite, toSiteParts } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { BEHIND, canGo, toLane } from "./deliveries.ts";
import type { DueAt } from "./deliveries.ts";

const KEY_COLUMNS = { site_no: "int", key: "text" } as const;
const SEQUENCE_COLUMNS = { ...KEY_COLUMNS, sequence: "big" } as const;
const PLACE_COLUMNS = { ...KEY_COLUMNS, place: "int" } as const;
const COUNT_COLUMNS = { ...KEY_COLUMNS, count: "int" } as const;
const ORDER_INDEX = "callboard_delivery_order";
const UNNUMBERED_INDEX = "callboard_delivery_unnumbered";
const DAY_MS = 86_400_000;
const OF_KEY = "k.site_no = r.site_no AND k.key = r.key";
/** Keys of one statement. */
const MAX_KEYS = 500;

const keyRows = (keys: readonly SiteKey[]): string =>
  JSON.stringify(keys.map(({ siteNo, key }) => [siteNo, key]));

/** The deliveries of a key `r` that have not ended and go in its order: a redelivery is out of it. */
const liveInOrder = (q: Pick<Queryable, "dialect">, alias: string): string =>
  `callboard_delivery ${alias}${q.dialect.along(ORDER_INDEX)} WHERE ${alias}.site_no = r.site_no AND ${alias}.order_key = r.key
     AND ${alias}.state < 2 AND ${alias}.redelivery = 0`;

/** The deliveries of a key `r` that have no number yet, ended ones included: a number tells a receiver of them. */
const UNNUMBERED_OF = `u.site_no = r.site_no AND u.order_key = r.key AND u.sequence IS NULL`;
/**
 * The first of them, or NULL. PostgreSQL looks it up for each key; an EXISTS it may answer by reading the whole table once, when it knows
 * little of its size.
 */
const firstInOrder = (q: Pick<Queryable, "dialect">, alias: string, condition = "true"): string =>
  `(SELECT 1 FROM ${liveInOrder(q, alias)} AND ${condition} LIMIT 1)`;

const unnumbered = (q: Pick<Queryable, "dialect">): string =>
  `callboard_delivery u${q.dialect.along(UNNUMBERED_INDEX)}`;

/**
 * Takes numbers, and holds the keys until the end of the transaction. Resolves to the standing of each key, in their order, before its
 * deliveries are written.
 */
export async function takeNumbers(
  tx: Queryable,
  counts: readonly KeyCount[],
  now: number,
): Promise<readonly KeyStanding[]> {
  await raiseSequences(tx, counts, now);
  const { last, busy, hasUnnumbered } = await readStandings(tx, counts);
  const before = counts.map((own, index) => (last[index] ?? 0) - own.count);
  const numbered = hasUnnumbered ? await numberEarlier(tx, counts, before, now) : undefined;
  const isBusy = new Set(busy);
  return counts.map((_own, index) => ({
    last: (before[index] ?? 0) + (numbered?.[index] ?? 0),
    isBusy: isBusy.has(index),
  }));
}

async function raiseSequences(tx: Queryable, counts: readonly KeyCount[], now: number): Promise<void> {
  const { dialect } = tx;
  await makeChanges(
    tx,
    inLockOrder(dialect, counts).map((part) => sequencesChange(dialect, part, now)),
  );
}

/** Splits keys by site where each has a server of its own: every transaction takes the sites in the same order, too. */
const inLockOrder = <K extends SiteKey>(dialect: Dialect, keys: readonly K[]): readonly (readonly K[])[] =>
  toSiteParts(
    dialect,
    dialect.isDistributed ? keys.toSorted((one, other) => one.siteNo - other.siteNo) : keys,
  );

/** Raises the last number of each key by its count. */
function sequencesChange({ isShared, newRows }: Dialect, counts: readonly KeyCount[], now: number): Change {
  // Where others write at the same time, every transaction takes its keys in the same order, by bytes.
  const inOrder = isShared ? ` ORDER BY r.site_no, r.key COLLATE "C"` : "";
  return {
    sql: `INSERT INTO callboard_order_key (site_no, key, sequence, used_day)
     SELECT r.site_no, r.key, r.count, CAST($2 AS INTEGER) FROM ${newRows("$1", COUNT_COLUMNS, "r")}
     WHERE true${inOrder}
     ON CONFLICT (site_no, key) DO UPDATE SET sequence = callboard_order_key.sequence + excluded.sequence,
       used_day = excluded.used_day`,
    bind: [
      JSON.stringify(counts.map(({ siteNo, key, count }) => [siteNo, key, count])),
      Math.floor(now / DAY_MS),
    ],
  };
}

/** Numbers that a batch takes if nothing has changed by then. */
export interface NumbersAhead {
  readonly standings: readonly KeyStanding[];
  readonly check: Statement;
  readonly change: Change;
}

/**
 * Where one process writes alone: reads numbers that a batch can take, without a transaction in steps. Undefined if deliveries of one of
 * the keys have not ended: one may end meanwhile, and nothing would let the next one go.
 */
export async function numbersAhead(
  q: Queryable,
  counts: readonly KeyCount[],
  now: number,
): Promise<NumbersAhead | undefined> {
  const { dialect } = q;
  if (dialect.isShared) return undefined;
  const { last, busy } = await readStandings(q, counts);
  if (busy.length > 0) return undefined;
  const rows = counts.map(({ siteNo, key }, index) => [siteNo, key, last[index] ?? 0]);
  return {
    standings: last.map((each) => ({ last: each, isBusy: false })),
    check: {
      sql: `NOT EXISTS (SELECT 1 FROM ${dialect.rows("$1", SEQUENCE_COLUMNS, "r")} LEFT JOIN callboard_order_key k
         ON ${OF_KEY} WHERE COALESCE(k.sequence, 0) <> r.sequence)`,
      bind: [JSON.stringify(rows)],
    },
    change: sequencesChange(dialect, counts, now),
  };
}

interface Standings {
  /** The last number of each key. */
  readonly last: readonly number[];
  /** Places of the keys of which deliveries have not ended. */
  readonly busy: readonly number[];
  /** Deliveries of the sites have no number yet. */
  readonly hasUnnumbered: boolean;
}

/** A key, and its place among those that are asked about together. */
type PlacedKey = SiteKey & { readonly place: number };

const withPlaces = (keys: readonly SiteKey[]): readonly PlacedKey[] =>
  keys.map(({ siteNo, key }, place) => ({ siteNo, key, place }));

const placeRows = (keys: readonly PlacedKey[]): string =>
  JSON.stringify(keys.map(({ siteNo, key, place }) => [siteNo, key, place]));

async function readStandings(tx: Queryable, keys: readonly SiteKey[]): Promise<Standings> {
  const [first, ...others] = toSiteParts(tx.dialect, withPlaces(keys));
  if (first === undefined) return { last: [], busy: [], hasUnnumbered: false };
  const standings = await readPartStandings(tx, first);
  if (others.length === 0) return standings;
  const last: number[] = [];
  const parts = [{ part: first, ...standings }];
  for (const part of others) parts.push({ part, ...(await readPartStandings(tx, part)) });
  for (const each of parts)
    for (const [index, { place }] of each.part.entries()) last[place] = each.last[index] ?? 0;
  return {
    last,
    busy: parts.flatMap(({ busy }) => busy),
    hasUnnumbered: parts.some(({ hasUnnumbered }) => hasUnnumbered),
  };
}

/** Reads what is known of keys, one list for all of them: a row for each costs more than to look it up. */
async function readPartStandings(tx: Queryable, keys: readonly PlacedKey[]): Promise<Standings> {
  const { isShared, rows, joinEach, list, ofSite } = tx.dialect;
  // A key without a row has no number yet.
  const keysFrom = isShared
    ? joinEach("callboard_order_key", "k", OF_KEY)
    : `LEFT JOIN callboard_order_key k ON ${OF_KEY}`;
  // Where one process writes alone, deliveries have their numbers from the start.
  const isUnnumbered = isShared
    ? `(SELECT 1 FROM ${rows("$2", { no: "int" }, "o")} JOIN ${unnumbered(tx)}
         ON u.site_no = o.no AND u.order_key IS NOT NULL AND u.sequence IS NULL ${ofSite("u.site_no", "$1")} LIMIT 1)`
    : "NULL";
  const sites = isShared
    ? [JSON.stringify([...new Set(keys.map(({ siteNo }) => siteNo))].map((no) => [no]))]
    : [];
  const [row] = await tx.query<{ last: string; busy: string | null; unnumbered: 1 | null }>(
    `SELECT ${list("s.sequence", "s.place")} AS last, ${list("s.place", "s.place", "s.busy = 1")} AS busy,
       ${isUnnumbered} AS unnumbered
     FROM (SELECT r.place, COALESCE(k.sequence, 0) AS sequence, ${firstInOrder(tx, "d")} AS busy
       FROM ${rows("$1", PLACE_COLUMNS, "r")} ${keysFrom}) s`,
    [placeRows(keys), ...sites],
  );
  return {
    last: JSON.parse(row?.last ?? "[]") as number[],
    busy: JSON.parse(row?.busy ?? "[]") as number[],
    hasUnnumbered: row?.unnumbered === 1,
  };
}

/**
 * Numbers what was written without a number before: it was committed before, so its numbers are the lower ones. Resolves to how many
 * there were of each key.
 */
async function numberEarlier(
  tx: Queryable,
  keys: readonly SiteKey[],
  before: readonly number[],
  now: number,
): Promise<readonly number[]> {
  const rows = await eachSite(tx, withPlaces(keys), (part) =>
    tx.query<{ site_no: number; id: Uuid; place: number }>(
      `SELECT u.site_no, u.id, r.place FROM ${tx.dialect.rows("$1", PLACE_COLUMNS, "r")}
       JOIN ${unnumbered(tx)} ON ${UNNUMBERED_OF} ORDER BY u.site_no, u.id`,
      [placeRows(part)],
    ),
  );
  const given = keys.map(() => 0);
  const numbered = rows.map(({ site_no: siteNo, id, place }) => {
    const nth = (given[place] ?? 0) + 1;
    given[place] = nth;
    return { siteNo, row: [siteNo, id, (before[place] ?? 0) + nth] };
  });
  // By what was found: a program may have committed another one since it was seen that there are any.
  const counts = keys.flatMap((own, place) => {
    const count = given[place] ?? 0;
    return count === 0 ? [] : [{ ...own, count }];
  });
  if (counts.length === 0) return given;
  await raiseSequences(tx, counts, now);
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
  for (const part of inLockOrder(tx.dialect, keys))
    await tx.query(
      `SELECT 1 AS one FROM callboard_order_key k JOIN ${tx.dialect.rows("$1", KEY_COLUMNS, "r")}
       ON ${OF_KEY} ORDER BY k.site_no, k.key FOR UPDATE OF k`,
      [keyRows(part)],
    );
}

/**
 * For a batch that ends deliveries: true if each is the last that its key has numbered, so that none waits behind it and none must be
 * let go. Holds the keys: a number that is taken at the same time makes it false.
 */
export function areLastOfKeys(dialect: Dialect, ended: readonly NumberedKey[]): Statement | undefined {
  if (ended.length === 0) return undefined;
  const held = dialect.isShared ? " ORDER BY k.site_no, k.key FOR UPDATE OF k" : "";
  const matching = `SELECT 1 FROM ${dialect.rows("$1", SEQUENCE_COLUMNS, "r")}
     ${dialect.isShared ? "" : "CROSS "}JOIN callboard_order_key k
       ON ${OF_KEY} AND k.sequence = r.sequence${held}`;
  return {
    sql: `(SELECT COUNT(*) FROM (${matching}) m) = ${ended.length}`,
    bind: [JSON.stringify(ended.map(({ siteNo, key, sequence }) => [siteNo, key, sequence]))],
  };
}

/**
 * Lets the next delivery of each key go if none that goes before it is left: then all that have not ended are behind. The transaction
 * holds the keys. Resolves to the lanes in which one is due now.
 */
export async function freeNext(
  tx: Queryable,
  keys: readonly SiteKey[],
  now: number,
): Promise<readonly DueAt[]> {
  // Most transactions that end deliveries end none with a key.
  if (keys.length === 0) return [];
  const { at, bindAt, rows: rowsFrom } = tx.dialect;
  const rows = await eachSite(tx, keys, (part) =>
    tx.query<{ site_no: number; endpoint_no: number; lane: number }>(
      `UPDATE callboard_delivery SET lane = callboard_delivery.lane - ${BEHIND}, due_at = ${at("$2")}
       FROM (SELECT r.site_no, (SELECT b.id FROM ${liveInOrder(tx, "b")}
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
    // The first look at the day goes along its index, the second one is for whoever used the key meanwhile and has raised its day.
    `DELETE FROM callboard_order_key WHERE site_no = $1 AND used_day < $2 AND key IN (${unused}) RETURNING 1 AS one`,
    [siteNo, unusedSince === undefined ? LAST_DAY : Math.floor(unusedSince / DAY_MS), most],
  );
  return removed.length;
}

/** Forgets these keys, as far as no delivery of them is still to end. */
export async function forgetNamedKeys(tx: Queryable, keys: readonly SiteKey[]): Promise<void> {
  // Held first: the next statement then sees the deliveries of everybody who took a number.
  await holdKeys(tx, keys);
  const { ofSite, rows: rowsFrom } = tx.dialect;
  await eachSite(tx, keys, (part) =>
    tx.query(
      `DELETE FROM callboard_order_key WHERE (site_no, key) IN (SELECT r.site_no, r.key FROM ${rowsFrom("$1", KEY_COLUMNS, "r")})
         ${ofSite("callboard_order_key.site_no", "$1")}
         AND NOT EXISTS (SELECT 1 FROM callboard_delivery d WHERE d.site_no = callboard_order_key.site_no
                           AND d.order_key = callboard_order_key.key AND d.state < 2)`,
      [keyRows(part)],
    ),
  );
}
