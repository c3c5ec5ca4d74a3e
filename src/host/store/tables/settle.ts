/** Settling: what attempts came to, written into the log and onto their deliveries. */
import { formatOutcome } from "../../model/attempt-record.ts";
import type { ResponseCut } from "../../model/response-budget.ts";
import { makeChanges } from "../db/batch.ts";
import type { Change } from "../db/batch.ts";
import { toSiteParts } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { perDialect } from "../db/per-dialect.ts";
import { DELIVERED, FAILED, WAITING } from "./deliveries.ts";
import type { Uuid } from "../../model/ids.ts";
import type { Settled } from "../../model/delivery.ts";
/** Numbers of the column `answer_cut`. */
export const CUTS: readonly ResponseCut[] = [false, "size", "budget"];

const ATTEMPT_COLUMNS = {
  site_no: "int",
  delivery_id: "text",
  number: "int",
  started_at: "big",
  duration_ms: "int",
  outcome: "text",
  status: "int",
  detail: "text",
  url: "text",
  request_headers: "json",
  claims: "json",
  body_size: "int",
  answer_headers: "json",
  answer: "bytes",
  answer_cut: "int",
} as const;

const SETTLED_COLUMNS = {
  site_no: "int",
  id: "text",
  state: "int",
  due_at: "big",
  made: "int",
  attempts: "int",
  because: "text",
  lease_id: "text",
  last_status: "int",
  last_outcome: "text",
  last_ms: "int",
  settled_at: "big",
} as const;

/**
 * Moves the deliveries on and records their attempts. A delivery that somebody else settled, cancelled or took over in the
 * meantime is left as it is; what was found out about it is recorded unless whoever moved it has recorded that number.
 * Resolves to those that were moved.
 */
export async function settleDeliveries<T extends Settled>(
  tx: Queryable,
  batch: readonly T[],
  now: number,
): Promise<readonly T[]> {
  const moved: T[] = [];
  const ofSites = batch.map((settled) => ({ siteNo: settled.delivery.siteNo, settled }));
  for (const ofSite of toSiteParts(tx.dialect, ofSites)) {
    const part = ofSite.map(({ settled }) => settled);
    const settled = await moveDeliveries(tx, part, now);
    await recordAttempts(tx, settled);
    moved.push(...settled.moved);
  }
  return moved;
}

/**
 * The same, all or nothing: refused when one of them cannot be moved on, and a violation of uniqueness when its attempt was
 * recorded before.
 */
export function settlingChanges(
  dialect: Dialect,
  settled: readonly Settled[],
  now: number,
): readonly (Change | undefined)[] {
  if (settled.length === 0) return [];
  return [
    { ...moveChange(dialect, settled, now), rows: settled.length },
    attemptsChange(dialect, settled, "new"),
  ];
}

/** A batch of which some were moved on, and some were left as somebody else had made them. */
export interface Moved<T extends Settled> {
  readonly moved: readonly T[];
  readonly left: readonly T[];
}

/** The first half of {@link settleDeliveries}; {@link recordAttempts} is the second. */
export async function moveDeliveries<T extends Settled>(
  tx: Queryable,
  batch: readonly T[],
  now: number,
): Promise<Moved<T>> {
  const { sql, bind } = moveChange(tx.dialect, batch, now);
  const movedRows = await tx.query<{ site_no: number; id: Uuid }>(
    `${sql} RETURNING callboard_delivery.site_no, callboard_delivery.id`,
    bind,
  );
  if (movedRows.length === batch.length) return { moved: batch, left: [] };
  const movedKeys = new Set(movedRows.map((row) => `${row.site_no} ${row.id}`));
  const moved: T[] = [];
  const left: T[] = [];
  for (const settled of batch) {
    const isMoved = movedKeys.delete(`${settled.delivery.siteNo} ${settled.delivery.id}`);
    (isMoved ? moved : left).push(settled);
  }
  return { moved, left };
}

function moveChange(dialect: Dialect, batch: readonly Settled[], now: number): Change {
  const rows = batch.map(({ delivery, attempt, settlement: s }) => {
    const ended = s.state === "delivered" || s.state === "failed";
    return [
      delivery.siteNo,
      delivery.id,
      s.state === "delivered" ? DELIVERED : s.state === "failed" ? FAILED : WAITING,
      dialect.bindAt(s.state === "waiting" || s.state === "postponed" ? s.dueAt : now, now),
      delivery.attempts,
      attempt?.number ?? delivery.attempts,
      s.state === "failed" ? s.because : null,
      delivery.lease?.id ?? null,
      attempt?.status ?? null,
      attempt === undefined ? null : formatOutcome(attempt.outcome),
      attempt?.durationMs ?? null,
      ended ? now : null,
    ];
  });
  return { sql: formatMove(dialect), bind: [JSON.stringify(rows)] };
}

const formatMove = perDialect(
  (dialect) =>
    `UPDATE callboard_delivery SET state = r.state, due_at = ${dialect.at("r.due_at")}, attempts = r.attempts, because = r.because,
       lease_id = NULL, lease_until = NULL, settled_at = r.settled_at,
       last_status = CASE WHEN r.last_outcome IS NULL THEN callboard_delivery.last_status ELSE r.last_status END,
       last_outcome = COALESCE(r.last_outcome, callboard_delivery.last_outcome),
       last_ms = COALESCE(r.last_ms, callboard_delivery.last_ms)
     FROM ${dialect.rows("$1", SETTLED_COLUMNS, "r")}
     WHERE callboard_delivery.site_no = r.site_no AND callboard_delivery.id = r.id AND callboard_delivery.state < ${DELIVERED}
       AND callboard_delivery.attempts = r.made AND callboard_delivery.lease_id ${dialect.is} r.lease_id`,
);

export async function recordAttempts(tx: Queryable, { moved, left }: Moved<Settled>): Promise<void> {
  const { dialect } = tx;
  await makeChanges(tx, [attemptsChange(dialect, moved, "replace"), attemptsChange(dialect, left, "leave")]);
}

/** The lease holder's attempt replaces one recorded under the same number. */
const REPLACE = `(site_no, delivery_id, number) DO UPDATE SET ${Object.keys(ATTEMPT_COLUMNS)
  .slice(3)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")}`;

/** What becomes of an attempt of which one was recorded under the same number. */
const ON_CONFLICT = { replace: ` ON CONFLICT ${REPLACE}`, leave: " ON CONFLICT DO NOTHING" } as const;

function attemptsChange(
  dialect: Dialect,
  batch: readonly Settled[],
  onConflict: "new" | keyof typeof ON_CONFLICT,
): Change | undefined {
  const attempts = batch.flatMap(({ delivery, attempt: a }) =>
    a === undefined
      ? []
      : [
          [
            delivery.siteNo,
            delivery.id,
            a.number,
            a.startedAt,
            a.durationMs,
            formatOutcome(a.outcome),
            a.status ?? null,
            a.detail ?? null,
            a.url,
            a.requestHeaders,
            a.claims ?? null,
            a.bodySize,
            a.answerHeaders ?? null,
            a.answer === undefined || a.answer.length === 0 ? null : a.answer.toString("hex"),
            CUTS.indexOf(a.answerCut),
          ],
        ],
  );
  if (attempts.length === 0) return undefined;
  return { sql: formatInserts(dialect)[onConflict], bind: [JSON.stringify(attempts)] };
}

const formatInserts = perDialect((dialect) => {
  const names = Object.keys(ATTEMPT_COLUMNS).join(", ");
  const insert = `INSERT INTO callboard_attempt (${names}) SELECT ${names} FROM ${dialect.newRows("$1", ATTEMPT_COLUMNS, "r")}
     WHERE true`;
  const { replace, leave } = ON_CONFLICT;
  return { new: insert, replace: insert + replace, leave: insert + leave };
});
