/** Add-ons that are to be reinstalled with a new secret: stored until it succeeds. An installation with a secret leaves the list. */
import { big, int, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

export interface Reinstall {
  readonly siteNo: number;
  readonly addonKey: string;
  /** Failed so far. */
  readonly attempts: number;
  readonly nextAt: number;
  /** Why the last attempt failed; undefined before the first. */
  readonly detail: string | undefined;
}

const reinstalls = defineTable<Reinstall>({
  name: "reinstall",
  key: ["siteNo", "addonKey"],
  columns: { siteNo: int(), addonKey: text(), attempts: int(), nextAt: big(), detail: optional(text()) },
});

export async function insertReinstall(
  tx: Queryable,
  siteNo: number,
  addonKey: string,
  now: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_reinstall (site_no, addon_key, attempts, next_at) VALUES ($1, $2, 0, $3)
     ON CONFLICT (site_no, addon_key) DO UPDATE SET next_at = excluded.next_at`,
    [siteNo, addonKey, now],
  );
}

export function listReinstalls(q: Queryable): Promise<readonly Reinstall[]> {
  return reinstalls.list(q, {}, { order: "next_at, site_no, addon_key" });
}

/** Takes one for this process until `until`; false if another process did. */
export async function claimReinstall(
  tx: Queryable,
  { siteNo, addonKey, nextAt }: Reinstall,
  until: number,
): Promise<boolean> {
  return (await reinstalls.set(tx, { siteNo, addonKey, nextAt }, { nextAt: until })) > 0;
}

export async function postponeReinstall(
  tx: Queryable,
  { siteNo, addonKey, attempts }: Reinstall,
  detail: string,
  nextAt: number,
): Promise<void> {
  await reinstalls.set(tx, { siteNo, addonKey }, { attempts: attempts + 1, detail, nextAt });
}

export async function deleteReinstall(tx: Queryable, siteNo: number, addonKey: string): Promise<void> {
  await reinstalls.delete(tx, { siteNo, addonKey });
}
