/** Tells the other processes on the database something when the transaction is committed. */
import type { Queryable } from "./queryable.ts";

export async function notify(tx: Queryable, channel: string, text = ""): Promise<void> {
  const { notify } = tx.dialect;
  if (notify !== undefined) await tx.query(`SELECT ${notify(channel, "$1")}`, [text]);
}
