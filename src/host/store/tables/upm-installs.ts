/**
 * Installs asked for over UPM, which are answered at once and polled: any process may be asked what became of one. They
 * are kept for a while, no longer: the tools poll at once or never.
 */
import type { Queryable } from "../db/database.ts";

/** Why an install failed, as it is told. */
export interface UpmFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** An install on its way, or how it ended. */
export type UpmInstall = { readonly siteKey: string; readonly startedAt: number } & (
  | { readonly state: "pending" }
  | { readonly state: "done"; readonly addonKey: string }
  | { readonly state: "failed"; readonly failure: UpmFailure }
);

interface UpmInstallRow {
  site_key: string;
  started_at: number;
  addon_key: string | null;
  failure: string | null;
}

/** Notes that an install began, and forgets those that began before `forgetBefore`. */
export async function beginUpmInstall(
  tx: Queryable,
  id: string,
  { siteKey, startedAt }: Pick<UpmInstall, "siteKey" | "startedAt">,
  forgetBefore: number,
): Promise<void> {
  await tx.query("DELETE FROM callboard_upm_install WHERE started_at < $1", [forgetBefore]);
  await tx.query("INSERT INTO callboard_upm_install (id, site_key, started_at) VALUES ($1, $2, $3)", [
    id,
    siteKey,
    startedAt,
  ]);
}

/** Notes how it ended: as this add-on, or as this failure. */
export async function endUpmInstall(tx: Queryable, id: string, end: string | UpmFailure): Promise<void> {
  const [addonKey, failure] = typeof end === "string" ? [end, null] : [null, JSON.stringify(end)];
  await tx.query("UPDATE callboard_upm_install SET addon_key = $2, failure = $3 WHERE id = $1", [
    id,
    addonKey,
    failure,
  ]);
}

export async function findUpmInstall(q: Queryable, id: string): Promise<UpmInstall | undefined> {
  const [row] = await q.query<UpmInstallRow>("SELECT * FROM callboard_upm_install WHERE id = $1", [id]);
  if (row === undefined) return undefined;
  const begun = { siteKey: row.site_key, startedAt: row.started_at };
  if (row.addon_key !== null) return { ...begun, state: "done", addonKey: row.addon_key };
  if (row.failure === null) return { ...begun, state: "pending" };
  return { ...begun, state: "failed", failure: JSON.parse(row.failure) as UpmFailure };
}
