/** Statements on the table callboard_outbox of another program's database. */
import { MAX_TERMS_LENGTH } from "../../model/outbox.ts";
import type { OutboxRow } from "../../model/outbox.ts";

/** Runs a statement there. */
export type OutboxQuery = <R extends object>(sql: string, bind?: readonly unknown[]) => Promise<readonly R[]>;

export const OUTBOX_CHANNEL = "callboard_outbox";
/** First half of the advisory lock, so that it is none of the program's own; the second is the table. */
const READING_LOCK = 1_667_329_132;

/**
 * The column `terms`, or NULL where an older table lacks it: then the name is found one level further out, in `without_terms`.
 */
const TERMS = `(SELECT terms FROM (SELECT o.*) own)`;

/** Resolves to true if no other process reads the table; then none does until the end of the transaction. */
export async function lockReading(query: OutboxQuery): Promise<boolean> {
  const [row] = await query<{ isLocked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${READING_LOCK}, 'callboard_outbox'::regclass::oid::int) AS "isLocked"`,
  );
  return row?.isLocked === true;
}

/**
 * Locks the first rows that wait and that nobody has locked, in the order of their numbers, until the end of the transaction. Each text is cut one
 * character above the limit of an event, so that a longer one is still refused.
 */
export function lockWaiting(query: OutboxQuery, most: number): Promise<readonly OutboxRow[]> {
  return query<OutboxRow>(
    `SELECT o.no::text AS no, left(o.id, 201) AS id, left(o.site, 201) AS site, left(o.event, 201) AS event,
       left(o.project, 256) AS project, left(o."user", 256) AS "user", left(o.flow, 20) AS flow,
       left(${TERMS}::text, ${MAX_TERMS_LENGTH + 1}) AS terms, octet_length(o.payload::text) AS "payloadBytes"
     FROM callboard_outbox o CROSS JOIN (SELECT NULL::json AS terms) without_terms
     WHERE o.refused_at IS NULL ORDER BY o.no LIMIT $1 FOR UPDATE OF o SKIP LOCKED`,
    [most],
  );
}

/** Fails if the role may not do what a reader does, or a column is missing. Locks and changes nothing. */
export async function requireRights(query: OutboxQuery): Promise<void> {
  await lockWaiting(query, 0);
  await query(
    "UPDATE callboard_outbox SET refused_at = now(), refused_code = '', refused_detail = '' WHERE false",
  );
  await query("DELETE FROM callboard_outbox WHERE false");
}

/** Loads the payloads as they were written, by the numbers of their rows. */
export async function loadPayloads(
  query: OutboxQuery,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map();
  const found = await query<{ no: string; payload: string }>(
    `SELECT no::text AS no, payload::text AS payload FROM callboard_outbox
     WHERE no IN (SELECT n::bigint FROM json_array_elements_text($1::json) n)`,
    [formatNumbers(rows)],
  );
  return new Map(found.map(({ no, payload }) => [no, payload]));
}

export async function deleteAccepted(query: OutboxQuery, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await query(
    "DELETE FROM callboard_outbox WHERE no IN (SELECT n::bigint FROM json_array_elements_text($1::json) n)",
    [formatNumbers(rows)],
  );
}

export interface RefusedRow {
  readonly row: OutboxRow;
  readonly code: string;
  readonly detail: string;
}

export async function markRefused(query: OutboxQuery, refused: readonly RefusedRow[]): Promise<void> {
  if (refused.length === 0) return;
  await query(
    `UPDATE callboard_outbox o SET refused_at = now(), refused_code = r->>1, refused_detail = r->>2
     FROM json_array_elements($1::json) r WHERE o.no = (r->>0)::bigint`,
    [JSON.stringify(refused.map(({ row, code, detail }) => [row.no, code, detail]))],
  );
}

/** Counts the rows that wait and those that were refused, up to `most` of each. */
export async function countOutbox(
  query: OutboxQuery,
  most: number,
): Promise<{ readonly waiting: number; readonly refused: number }> {
  const count = (condition: string) =>
    `(SELECT COUNT(*)::int FROM (SELECT 1 FROM callboard_outbox WHERE refused_at ${condition} LIMIT $1) w)`;
  const [row] = await query<{ waiting: number; refused: number }>(
    `SELECT ${count("IS NULL")} AS waiting, ${count("IS NOT NULL")} AS refused`,
    [most],
  );
  return row ?? { waiting: 0, refused: 0 };
}

const formatNumbers = (rows: readonly OutboxRow[]): string => JSON.stringify(rows.map(({ no }) => no));
