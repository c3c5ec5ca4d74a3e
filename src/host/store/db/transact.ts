/** One transaction on a connection of either database: committed when its work is done, rolled back when that throws. */
import type { Queryable, Transaction } from "./queryable.ts";

/**
 * `rollBack` must not reject.
 * @throws {TypeError} from `tx.query` once the transaction has ended: the connection is another's then
 */
export async function transact<T>(
  connection: Queryable,
  begin: string,
  rollBack: () => Promise<unknown>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const ends: ((isCommitted: boolean) => void)[] = [];
  let isOver = false;
  let isCommitted = false;
  const tx: Transaction = {
    dialect: connection.dialect,
    query: (sql, bind) =>
      isOver ? Promise.reject(new TypeError(`The transaction is over: ${sql}`)) : connection.query(sql, bind),
    atEnd: (ended) => void ends.push(ended),
  };
  await connection.query(begin);
  try {
    const result = await work(tx);
    isOver = true;
    await connection.query("COMMIT");
    isCommitted = true;
    return result;
  } catch (error) {
    isOver = true;
    await rollBack();
    throw error;
  } finally {
    for (const ended of ends) ended(isCommitted);
  }
}
