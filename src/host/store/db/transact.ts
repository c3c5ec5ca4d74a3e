/** One transaction on a connection of either database: committed when its work is done, rolled back when that throws. */
import type { Queryable, Transaction } from "./queryable.ts";

/** `rollBack` must not reject. */
export async function transact<T>(
  connection: Queryable,
  begin: string,
  rollBack: () => Promise<unknown>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const ends: ((isCommitted: boolean) => void)[] = [];
  const tx: Transaction = { ...connection, atEnd: (ended) => void ends.push(ended) };
  let isCommitted = false;
  await connection.query(begin);
  try {
    const result = await work(tx);
    await connection.query("COMMIT");
    isCommitted = true;
    return result;
  } catch (error) {
    await rollBack();
    throw error;
  } finally {
    for (const ended of ends) ended(isCommitted);
  }
}
