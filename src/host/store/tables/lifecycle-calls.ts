/** Lifecycle callbacks as they were made: what was called, how it was signed, and what came back. Append-only. */
import type { LifecycleEvent } from "../../../protocol/descriptor.ts";
import type { Queryable } from "../db/database.ts";
import { madeAt } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";

export type LifecycleSigning = "RS256" | "HS256" | "none";

/** `interrupted`: the process ended before the answer was known. */
export type LifecycleOutcome = "accepted" | "refused" | "unreachable" | "forbidden" | "interrupted";

export interface LifecycleCall {
  readonly siteNo: number;
  /** Sorts by the time of the call. */
  readonly id: Uuid;
  readonly addonKey: string;
  readonly event: LifecycleEvent;
  readonly url: string;
  readonly signing: LifecycleSigning;
  /** The claims of the token, for people; never the token. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly outcome: LifecycleOutcome;
  readonly status: number | undefined;
  /** One sentence. */
  readonly detail: string;
  /** The beginning of the answer's body, without any secret. */
  readonly answer: Buffer | undefined;
  readonly durationMs: number;
}

interface LifecycleCallRow {
  site_no: number;
  id: string;
  addon_key: string;
  event: LifecycleEvent;
  url: string;
  signing: LifecycleSigning;
  claims: string | null;
  outcome: LifecycleOutcome;
  status: number | null;
  detail: string;
  answer: Buffer | null;
  duration_ms: number;
}

/** Epoch milliseconds at which the call was made. */
export function calledAt(call: LifecycleCall): number {
  return madeAt(call.id);
}

export async function insertLifecycleCall(tx: Queryable, call: LifecycleCall): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_lifecycle_call
       (site_no, id, addon_key, event, url, signing, claims, outcome, status, detail, answer, duration_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      call.siteNo,
      call.id,
      call.addonKey,
      call.event,
      call.url,
      call.signing,
      call.claims === undefined ? null : JSON.stringify(call.claims),
      call.outcome,
      call.status ?? null,
      call.detail,
      call.answer ?? null,
      call.durationMs,
    ],
  );
}

/** The latest calls to one add-on, newest first. */
export async function listLifecycleCalls(
  q: Queryable,
  siteNo: number,
  addonKey: string,
  limit: number,
): Promise<readonly LifecycleCall[]> {
  const rows = await q.query<LifecycleCallRow>(
    "SELECT * FROM callboard_lifecycle_call WHERE site_no = $1 AND addon_key = $2 ORDER BY id DESC LIMIT $3",
    [siteNo, addonKey, limit],
  );
  return rows.map((row) => ({
    siteNo: row.site_no,
    id: row.id,
    addonKey: row.addon_key,
    event: row.event,
    url: row.url,
    signing: row.signing,
    claims: row.claims === null ? undefined : (JSON.parse(row.claims) as Record<string, unknown>),
    outcome: row.outcome,
    status: row.status ?? undefined,
    detail: row.detail,
    answer: row.answer ?? undefined,
    durationMs: row.duration_ms,
  }));
}
