/** Requests with an idempotency key. A row without a response is of a request that runs, or that was interrupted. */
import { big, bytes, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

export interface KeyedRequestRecord {
  /** Names the token and the key. */
  readonly id: string;
  /** Equal for equal requests. */
  readonly request: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly response: Buffer | undefined;
}

const keys = defineTable<KeyedRequestRecord>({
  name: "idempotency_key",
  key: ["id"],
  columns: { id: text(), request: text(), startedAt: big(), response: optional(bytes()) },
});

/** Notes that a request begins. Resolves to the one that began before it with the same key, unless that is too old. */
export async function beginKeyedRequest(
  tx: Queryable,
  request: Omit<KeyedRequestRecord, "response">,
  forgetBefore: number,
): Promise<KeyedRequestRecord | undefined> {
  await keys.delete(tx, ["id = $1 AND started_at < $2", request.id, forgetBefore]);
  return (await keys.insertNew(tx, request)) ? undefined : keys.find(tx, { id: request.id });
}

export async function endKeyedRequest(tx: Queryable, id: string, response: Buffer): Promise<void> {
  await keys.set(tx, { id }, { response });
}

/** Makes the key free again. */
export async function forgetKeyedRequest(tx: Queryable, id: string): Promise<void> {
  await keys.delete(tx, { id });
}

/** Removes at most `most` requests that began before a time. Resolves to how many there were. */
export async function removeKeyedRequests(tx: Queryable, before: number, most: number): Promise<number> {
  const removed = await tx.query(
    `DELETE FROM ${keys.name} WHERE id IN (SELECT id FROM ${keys.name} WHERE started_at < $1 LIMIT $2)
     RETURNING 1 AS one`,
    [before, most],
  );
  return removed.length;
}
