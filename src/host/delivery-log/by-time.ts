/** Lists the newest rows of many sites in the order of their IDs, whatever site they are of. */
import type { Uuid } from "../model/ids.ts";
import type { MetKey, RowKey } from "../store/tables/newest-keys.ts";
import { MANY_SITES } from "../store/tables/waiting-sites.ts";
import type { WalkedRows } from "./merge.ts";

/** Each step looks at so many times more keys than the one before. */
const GROWTH = 4;
const MAX_STEPS = 3;

export interface ByTimeOptions<Row> {
  readonly below: Uuid;
  /** Maximum number of rows. */
  readonly limit: number;
  /** The next keys below an ID, newest first. */
  readonly next: (below: Uuid, limit: number) => Promise<readonly MetKey[]>;
  readonly isWanted: (siteNo: number) => boolean;
  /** The newest rows of these keys, newest first. */
  readonly read: (keys: readonly RowKey[], limit: number) => Promise<readonly Row[]>;
}

/** Walks until the limit is reached, or too many keys had no row that is wanted: `stoppedAt` is then the last of them. */
export async function walkByTime<Row>({
  below,
  limit,
  next,
  isWanted,
  read,
}: ByTimeOptions<Row>): Promise<WalkedRows<Row>> {
  const rows: Row[] = [];
  let stoppedAt = below;
  for (let step = 0, size = limit; step < MAX_STEPS; step += 1, size *= GROWTH) {
    const keys = await next(stoppedAt, size);
    const wanted = keys.filter((key) => key.isWanted && isWanted(key.siteNo));
    if (wanted.length > 0) rows.push(...(await read(wanted, limit - rows.length)));
    const last = keys.at(-1);
    if (rows.length >= limit || keys.length < size || last === undefined)
      return { rows, stoppedAt: undefined };
    stoppedAt = last.id;
  }
  return { rows, stoppedAt };
}

/**
 * Walks many sites by time first, and continues with `rest` below the place where that stopped: for sites that had nothing for
 * long, or are few of all.
 */
export async function walkManySites<Row>(
  siteNos: readonly number[],
  byTime: Pick<ByTimeOptions<Row>, "next" | "read"> | undefined,
  rest: (below: Uuid, limit: number) => Promise<WalkedRows<Row>>,
  { below, limit }: Pick<ByTimeOptions<Row>, "below" | "limit">,
): Promise<WalkedRows<Row>> {
  if (byTime === undefined || siteNos.length < MANY_SITES) return rest(below, limit);
  const wanted = new Set(siteNos);
  const { rows, stoppedAt } = await walkByTime({
    ...byTime,
    below,
    limit,
    isWanted: (siteNo) => wanted.has(siteNo),
  });
  if (stoppedAt === undefined) return { rows, stoppedAt };
  const older = await rest(stoppedAt, limit - rows.length);
  return { rows: [...rows, ...older.rows], stoppedAt: older.stoppedAt };
}
