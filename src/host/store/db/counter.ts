/** Numbers that are given out once: sites, endpoints, subscriptions, outgoing webhooks. The same on both databases. */
import type { Queryable } from "./database.ts";

/** The first of `count` new numbers, from 1. */
export async function takeNumbers(tx: Queryable, name: string, count = 1): Promise<number> {
  const [row] = await tx.query<{ value: number }>(
    `INSERT INTO callboard_counter (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = callboard_counter.value + excluded.value RETURNING value`,
    [name, count],
  );
  return (row?.value ?? count) - count + 1;
}
