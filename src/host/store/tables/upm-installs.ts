/**
 * Installs asked for over UPM, which are answered at once and polled: any process may be asked what became of one. They
 * are kept for a while, no longer: the tools poll at once or never.
 */
import { big, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

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

interface UpmInstallRecord {
  readonly id: string;
  readonly siteKey: string;
  readonly startedAt: number;
  readonly addonKey: string | undefined;
  readonly failure: UpmFailure | undefined;
}

const upmInstalls = defineTable<UpmInstallRecord>({
  name: "upm_install",
  key: ["id"],
  columns: {
    id: text(),
    siteKey: text(),
    startedAt: big(),
    addonKey: optional(text()),
    failure: optional(json()),
  },
});

/** Notes that an install began, and forgets those that began before `forgetBefore`. */
export async function beginUpmInstall(
  tx: Queryable,
  id: string,
  { siteKey, startedAt }: Pick<UpmInstall, "siteKey" | "startedAt">,
  forgetBefore: number,
): Promise<void> {
  await upmInstalls.delete(tx, ["started_at < $1", forgetBefore]);
  await upmInstalls.insert(tx, { id, siteKey, startedAt });
}

/** Notes how it ended: as this add-on, or as this failure. */
export async function endUpmInstall(tx: Queryable, id: string, end: string | UpmFailure): Promise<void> {
  await upmInstalls.set(tx, { id }, typeof end === "string" ? { addonKey: end } : { failure: end });
}

export async function findUpmInstall(q: Queryable, id: string): Promise<UpmInstall | undefined> {
  const found = await upmInstalls.find(q, { id });
  if (found === undefined) return undefined;
  const { siteKey, startedAt, addonKey, failure } = found;
  const begun = { siteKey, startedAt };
  if (addonKey !== undefined) return { ...begun, state: "done", addonKey };
  return failure === undefined ? { ...begun, state: "pending" } : { ...begun, state: "failed", failure };
}
