/** Settling: what attempts came to, written into the log and onto their deliveries. */
import { formatOutcome } from "../../model/attempt-record.ts";
import type { ResponseCut } from "../../model/response-budget.ts";
import { makeChanges } from "../db/batch.ts";
import type { Change } from "../db/batch.ts";
import { toSiteParts } from "../db/by-site.ts";
import type { Queryable } from "../db/database.ts";
import type { Dialect } from "../db/dialect.ts";
import { DELIVERED, FAILED, WAITING } from "./deliveries.ts";
import type { Uuid } from "../../model/ids.ts";
import type { AttemptRecord, Settled } from "../../model/delivery.ts";
/** Numbers of the column `answer_cut`. */
export const CUTS: readonly ResponseCut[] = [false, "size", "budget"];

const ATTEMPT_COLUMNS = {
  site_no: "int",
  delivery_id: "text",
  number: "int",
  started_at: "big",
  duration_ms: "int",
  status: "int",
  url: "text",
  request_headers: "json",
  claims: "json",
  body_size: "int",
  answer_headers: "json",
  answer: "bytes",
} as const;
/** Bound only if an attempt of the batch was not accepted, or something is to be said about it. */
const RARE_ATTEMPT_COLUMNS = { outcome: "text", detail: "text", answer_cut: "int" } as const;

const ACCEPTED = formatOutcome({ kind: "accepted" });

/** A delivery that its first or a later attempt delivered: most are. All else about it follows. */
const DELIVERED_COLUMNS = {
  site_no: "int",
  id: "text",
  made: "int",
  lease_id: "text",
  last_status: "int",
  last_ms: "int",
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
    attemptsChange(dialect, settled, undefined),
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

const isPlainlyDelivered = ({ delivery, attempt, settlement }: Settled): boolean =>
  settlement.state === "delivered" &&
  attempt?.number === delivery.attempts + 1 &&
  attempt.outcome.kind === "accepted";

/** The rows of a batch that are still as this process knows them. */
const sameRows = (dialect: Dialect): string =>
  `callboard_delivery.site_no = r.site_no AND callboard_delivery.id = r.id AND callboard_delivery.state < ${DELIVERED}
       AND callboard_delivery.attempts = r.made AND callboard_delivery.lease_id ${dialect.is} r.lease_id`;

function moveChange(dialect: Dialect, batch: readonly Settled[], now: number): Change {
  return batch.every(isPlainlyDelivered) ? moveDelivered(dialect, batch, now) : moveAny(dialect, batch, now);
}

/** The same as {@link moveAny}, with as few values as possible: each one that is taken out of a parameter costs. */
function moveDelivered(dialect: Dialect, batch: readonly Settled[], now: number): Change {
  const rows = batch.map(({ delivery, attempt }) => [
    delivery.siteNo,
    delivery.id,
    delivery.attempts,
    delivery.lease?.id ?? null,
    attempt?.status ?? null,
    attempt?.durationMs ?? null,
  ]);
  const { from, bind } = dialect.bindRows(DELIVERED_COLUMNS, "r", rows);
  const [dueAt, settledAt] = [`$${bind.length + 1}`, `$${bind.length + 2}`];
  return {
    sql: `UPDATE callboard_delivery SET state = ${DELIVERED}, due_at = ${dialect.at(dueAt)}, attempts = r.made + 1, because = NULL,
       lease_id = NULL, lease_until = NULL, settled_at = CAST(${settledAt} AS BIGINT),
       last_status = r.last_status, last_outcome = '${ACCEPTED}', last_ms = r.last_ms
     FROM ${from}
     WHERE ${sameRows(dialect)}`,
    bind: [...bind, dialect.bindAt(now, now), now],
  };
}

function moveAny(dialect: Dialect, batch: readonly Settled[], now: number): Change {
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
  const { from, bind } = dialect.bindRows(SETTLED_COLUMNS, "r", rows);
  return {
    sql: `UPDATE callboard_delivery SET state = r.state, due_at = ${dialect.at("r.due_at")}, attempts = r.attempts, because = r.because,
       lease_id = NULL, lease_until = NULL, settled_at = r.settled_at,
       last_status = CASE WHEN r.last_outcome IS NULL THEN callboard_delivery.last_status ELSE r.last_status END,
       last_outcome = COALESCE(r.last_outcome, callboard_delivery.last_outcome),
       last_ms = COALESCE(r.last_ms, callboard_delivery.last_ms)
     FROM ${from}
     WHERE ${sameRows(dialect)}`,
    bind,
  };
}

export async function recordAttempts(tx: Queryable, { moved, left }: Moved<Settled>): Promise<void> {
  const { dialect } = tx;
  await makeChanges(tx, [
    attemptsChange(dialect, moved, REPLACE),
    attemptsChange(dialect, left, "DO NOTHING"),
  ]);
}

/** The lease holder's attempt replaces one recorded under the same number. */
const REPLACE = `(site_no, delivery_id, number) DO UPDATE SET ${Object.keys({
  ...ATTEMPT_COLUMNS,
  ...RARE_ATTEMPT_COLUMNS,
})
  .slice(3)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")}`;

function attemptsChange(
  dialect: Dialect,
  batch: readonly Settled[],
  onConflict: string | undefined,
): Change | undefined {
  const made = batch.filter(hasAttempt);
  if (made.length === 0) return undefined;
  const isRare = made.some(isRareAttempt);
  const rows = made.map(({ delivery, attempt: a }) => {
    const row: unknown[] = [
      delivery.siteNo,
      delivery.id,
      a.number,
      a.startedAt,
      a.durationMs,
      a.status ?? null,
      a.url,
      a.requestHeaders,
      a.claims ?? null,
      a.bodySize,
      a.answerHeaders ?? null,
      a.answer === undefined || a.answer.length === 0 ? null : a.answer,
    ];
    if (isRare) row.push(formatOutcome(a.outcome), a.detail ?? null, CUTS.indexOf(a.answerCut));
    return row;
  });
  const types = isRare ? { ...ATTEMPT_COLUMNS, ...RARE_ATTEMPT_COLUMNS } : ATTEMPT_COLUMNS;
  const names = Object.keys(types).join(", ");
  const others = isRare
    ? { names: "", values: "" }
    : { names: ", outcome, answer_cut", values: `, '${ACCEPTED}', 0` };
  const { from, bind } = dialect.bindNewRows(types, "r", rows);
  return {
    sql: `INSERT INTO callboard_attempt (${names}${others.names}) SELECT ${names}${others.values} FROM ${from}
     WHERE true${onConflict === undefined ? "" : ` ON CONFLICT ${onConflict}`}`,
    bind,
  };
}

type WithAttempt = Settled & { readonly attempt: AttemptRecord };

const hasAttempt = <T extends Settled>(settled: T): settled is T & WithAttempt =>
  settled.attempt !== undefined;

const isRareAttempt = ({ attempt: { outcome, detail, answerCut } }: WithAttempt): boolean =>
  outcome.kind !== "accepted" || detail !== undefined || answerCut !== false;
