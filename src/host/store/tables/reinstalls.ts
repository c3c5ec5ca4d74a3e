/** Add-ons that are to be reinstalled with a new secret: stored until it succeeds. An installation with a secret leaves the list. */
import type { Queryable } from "../db/database.ts";

export interface Reinstall {
  readonly siteNo: number;
  readonly addonKey: string;
  /** Failed so far. */
  readonly attempts: number;
  readonly nextAt: number;
  /** Why the last attempt failed; undefined before the first. */
  readonly detail: string | undefined;
}

interface ReinstallRow {
  site_no: number;
  addon_key: string;
  attempts: number;
  next_at: number;
  detail: string | null;
}

const reinstallOf = (row: ReinstallRow): Reinstall => ({
  siteNo: row.site_no,
  addonKey: row.addon_key,
  attempts: row.attempts,
  nextAt: row.next_at,
  detail: row.detail ?? undefined,
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

export async function listReinstalls(q: Queryable, siteNo?: number): Promise<readonly Reinstall[]> {
  const rows = await q.query<ReinstallRow>(
    `SELECT * FROM callboard_reinstall ${siteNo === undefined ? "" : "WHERE site_no = $1"} ORDER BY next_at, site_no, addon_key`,
    siteNo === undefined ? [] : [siteNo],
  );
  return rows.map(reinstallOf);
}

/** Takes one for this process until `until`; false if another process did. */
export async function claimReinstall(
  tx: Queryable,
  { siteNo, addonKey, nextAt }: Reinstall,
  until: number,
): Promise<boolean> {
  const claimed = await tx.query(
    `UPDATE callboard_reinstall SET next_at = $4 WHERE site_no = $1 AND addon_key = $2 AND next_at = $3 RETURNING site_no`,
    [siteNo, addonKey, nextAt, until],
  );
  return claimed.length > 0;
}

export async function postponeReinstall(
  tx: Queryable,
  { siteNo, addonKey }: Reinstall,
  detail: string,
  nextAt: number,
): Promise<void> {
  await tx.query(
    `UPDATE callboard_reinstall SET attempts = attempts + 1, detail = $3, next_at = $4
     WHERE site_no = $1 AND addon_key = $2`,
    [siteNo, addonKey, detail, nextAt],
  );
}

export async function deleteReinstall(tx: Queryable, siteNo: number, addonKey: string): Promise<void> {
  await tx.query("DELETE FROM callboard_reinstall WHERE site_no = $1 AND addon_key = $2", [siteNo, addonKey]);
}
