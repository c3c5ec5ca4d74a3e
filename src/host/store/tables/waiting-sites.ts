/** The sites on which something waits, found along the index of what is due: sites without any cost nothing. */
import type { Queryable } from "../db/database.ts";
import { WAITING } from "./deliveries.ts";

/** Fewer sites are looked up one by one. */
export const MANY_SITES = 100;

/** Leaves out sites on which nothing waits, if there are many. A distributed database would need all servers: all stay there. */
export async function keepWaitingSites(q: Queryable, siteNos: readonly number[]): Promise<readonly number[]> {
  if (siteNos.length < MANY_SITES || q.dialect.isDistributed) return siteNos;
  const rows = await q.query<{ no: number }>(waitingSitesStatement(q));
  const asked = new Set(siteNos);
  return rows.flatMap(({ no }) => (asked.has(no) ? [no] : []));
}

/** Skips from site to site. Tests check its query plan. */
export function waitingSitesStatement({ dialect }: Pick<Queryable, "dialect">): string {
  const next = (
    after: string,
  ) => `(SELECT MIN(d.site_no) FROM callboard_delivery d${dialect.along("callboard_delivery_due")}
    WHERE d.state = ${WAITING} AND d.site_no > ${after})`;
  return `WITH RECURSIVE busy (no) AS (
      SELECT ${next("0")}
      UNION ALL
      SELECT ${next("b.no")} FROM busy b WHERE b.no IS NOT NULL)
    SELECT no FROM busy WHERE no IS NOT NULL ORDER BY no`;
}
