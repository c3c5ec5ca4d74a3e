/** Attempts as recorded: one row each, never changed. */
import type { Queryable } from "../db/database.ts";
import { parseOutcome } from "../../model/attempt-record.ts";
import { CUTS } from "./settle.ts";
import type { Uuid } from "../../model/ids.ts";
import type { AttemptRecord } from "../../model/delivery.ts";

interface AttemptRow {
  number: number;
  started_at: number;
  duration_ms: number;
  outcome: string;
  status: number | null;
  detail: string | null;
  url: string;
  request_headers: string;
  claims: string | null;
  body_size: number;
  answer_headers: string | null;
  answer: Buffer | null;
  answer_cut: number;
}

/** Lists attempts in order. A missing number was interrupted. */
export async function listAttempts(
  q: Queryable,
  siteNo: number,
  delivery: Uuid,
): Promise<readonly AttemptRecord[]> {
  const rows = await q.query<AttemptRow>(
    "SELECT * FROM callboard_attempt WHERE site_no = $1 AND delivery_id = $2 ORDER BY number",
    [siteNo, delivery],
  );
  return rows.map((row) => ({
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    outcome: parseOutcome(row.outcome),
    status: row.status ?? undefined,
    detail: row.detail ?? undefined,
    url: row.url,
    requestHeaders: (parsed(row.request_headers) as AttemptRecord["requestHeaders"] | undefined) ?? [],
    claims: parsed(row.claims) as AttemptRecord["claims"],
    bodySize: row.body_size,
    answerHeaders: parsed(row.answer_headers) as AttemptRecord["answerHeaders"],
    answer: row.answer ?? undefined,
    answerCut: CUTS[row.answer_cut] ?? false,
  }));
}

/** Undefined also for what retention has emptied. */
function parsed(json: string | null): unknown {
  return json === null || json === "" ? undefined : JSON.parse(json);
}
