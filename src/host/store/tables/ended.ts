/**
 * Ends deliveries without an attempt: the only statement that does, beside the one that settles attempts. The next deliveries of
 * their keys go in the same transaction.
 */
import type { FailureReason } from "../../model/delivery.ts";
import type { Uuid } from "../../model/ids.ts";
import { listDistinct } from "../../model/order.ts";
import type { SiteKey } from "../../model/order.ts";
import type { Queryable } from "../db/database.ts";
import { FAILED, WAITING, notifyDue, toLane } from "./deliveries.ts";
import type { DueAt } from "./deliveries.ts";
import { freeNext, holdKeys } from "./order.ts";

/** Which deliveries end, and why. */
export interface Ending {
  /** Condition on `callboard_delivery`. */
  readonly where: string;
  readonly bind: readonly unknown[];
  /** FROM item that the condition needs. */
  readonly from?: string;
  /** Index to go along. */
  readonly index?: string;
  readonly because: FailureReason;
  readonly now: number;
}

export interface EndedDelivery extends DueAt {
  readonly id: Uuid;
}

export interface EndedDeliveries {
  readonly ended: readonly EndedDelivery[];
  /** Lanes in which the next delivery of a key is due now. The other processes are told. */
  readonly freed: readonly DueAt[];
}

interface EndedRow {
  site_no: number;
  id: Uuid;
  endpoint_no: number;
  lane: number;
  order_key: string | null;
}

/** The end of a redelivery, which is out of the order of its key, lets none go that may not go. */
const listKeys = (rows: readonly Pick<EndedRow, "site_no" | "order_key">[]): readonly SiteKey[] =>
  rows.flatMap(({ site_no: siteNo, order_key: key }) => (key === null ? [] : [{ siteNo, key }]));

export async function endDeliveries(tx: Queryable, ending: Ending): Promise<EndedDeliveries> {
  const { where, bind, from, index, because, now } = ending;
  const held = tx.dialect.isShared ? await holdKeysToEnd(tx, ending) : [];
  const rows = await tx.query<EndedRow>(
    `UPDATE callboard_delivery${index === undefined ? "" : tx.dialect.along(index)}
     SET state = ${FAILED}, because = '${because}', settled_at = $${bind.length + 1}, lease_id = NULL, lease_until = NULL
     ${from === undefined ? "" : `FROM ${from}`} WHERE ${where}
     RETURNING callboard_delivery.site_no, callboard_delivery.id, callboard_delivery.endpoint_no, callboard_delivery.lane,
       callboard_delivery.order_key`,
    [...bind, now],
  );
  // Keys of deliveries that came between the two statements are held late, which is better than not at all.
  const keys = listDistinct(listKeys(rows));
  await holdKeys(tx, listDistinct([...held, ...keys]).slice(held.length));
  const freed = await freeNext(tx, keys, now);
  await notifyDue(tx, freed);
  return { ended: rows.map(toEnded), freed };
}

/** Holds the keys before the first delivery is locked, as every transaction does, so that two never wait for each other. */
async function holdKeysToEnd(tx: Queryable, ending: Ending): Promise<readonly SiteKey[]> {
  const keys = await listKeysToEnd(tx, ending);
  await holdKeys(tx, keys);
  return keys;
}

async function listKeysToEnd(
  tx: Queryable,
  { where, bind, from }: Pick<Ending, "where" | "bind" | "from">,
): Promise<readonly SiteKey[]> {
  const rows = await tx.query<Pick<EndedRow, "site_no" | "order_key">>(
    `SELECT DISTINCT callboard_delivery.site_no, callboard_delivery.order_key
     FROM callboard_delivery ${from === undefined ? "" : `CROSS JOIN ${from}`}
     WHERE ${where} AND callboard_delivery.order_key IS NOT NULL`,
    bind,
  );
  return listKeys(rows);
}

const toEnded = (row: EndedRow): EndedDelivery => ({
  siteNo: row.site_no,
  id: row.id,
  endpointNo: row.endpoint_no,
  lane: toLane(row.lane),
});

interface SubscriptionsAt {
  readonly siteNo: number;
  readonly subscriptionNos: readonly number[];
}

/** What waits for subscriptions: `$1` is their site, `$2` has their numbers. By their endpoints, which the index of what waits has. */
function waitingFor({ dialect }: Pick<Queryable, "dialect">): string {
  const from = dialect.rows("$2", { no: "int" }, "r");
  return `site_no = $1 AND state = ${WAITING} AND subscription_no IN (SELECT no FROM ${from})
       AND endpoint_no IN (SELECT endpoint_no FROM callboard_subscription
                           WHERE site_no = $1 AND no IN (SELECT no FROM ${from}))`;
}

const subscriptionRows = ({ siteNo, subscriptionNos }: SubscriptionsAt): readonly unknown[] => [
  siteNo,
  JSON.stringify(subscriptionNos.map((no) => [no])),
];

/** Lists the keys that {@link failWaiting} will hold, for a transaction that holds others as well: it takes all of them at once. */
export const listWaitingKeys = (tx: Queryable, subscriptions: SubscriptionsAt): Promise<readonly SiteKey[]> =>
  listKeysToEnd(tx, { where: waitingFor(tx), bind: subscriptionRows(subscriptions) });

interface FailWaitingOptions extends SubscriptionsAt {
  readonly now: number;
  readonly because?: FailureReason | undefined;
}

/** Fails at once what waits for these subscriptions. */
export async function failWaiting(
  tx: Queryable,
  { siteNo, subscriptionNos, now, because = "unsubscribed" }: FailWaitingOptions,
): Promise<void> {
  // A change of an add-on mostly removes none: that costs no statement then.
  if (subscriptionNos.length === 0) return;
  await endDeliveries(tx, {
    where: waitingFor(tx),
    bind: subscriptionRows({ siteNo, subscriptionNos }),
    because,
    now,
  });
}
