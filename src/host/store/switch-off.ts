/** What a receiver that is gone for good switches off: the outgoing webhook, or the add-on's subscription; never the installation. */
import type { Queryable } from "./database.ts";
import { raiseVersion } from "./sites.ts";

export async function switchOff(
  tx: Queryable,
  siteNo: number,
  subscriptionNo: number,
  because: string,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE callboard_webhook SET active = 0, inactive_because = $3, updated_at = $4
     WHERE site_no = $1 AND active = 1
       AND no = (SELECT webhook_no FROM callboard_subscription WHERE site_no = $1 AND no = $2)`,
    [siteNo, subscriptionNo, because, now],
  );
  await tx.query(
    `UPDATE callboard_subscription SET active = 0, inactive_because = $3
     WHERE site_no = $1 AND no = $2 AND webhook_no IS NULL`,
    [siteNo, subscriptionNo, because],
  );
  await raiseVersion(tx, siteNo);
}
