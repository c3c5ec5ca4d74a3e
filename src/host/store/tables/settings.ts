/** Named values that outlive a process: what was made at the first start, and what an administrator changed. */
import type { Queryable } from "../db/database.ts";

export async function readSetting(q: Queryable, name: string): Promise<string | undefined> {
  const [row] = await q.query<{ value: string }>("SELECT value FROM callboard_setting WHERE name = $1", [
    name,
  ]);
  return row?.value;
}

export async function writeSetting(tx: Queryable, name: string, value: string): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_setting (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [name, value],
  );
}

/** Writes the value unless another process did so since `before` was read; true when it was written. */
export async function replaceSetting(
  tx: Queryable,
  name: string,
  before: string | undefined,
  value: string,
): Promise<boolean> {
  const written =
    before === undefined
      ? await tx.query(
          "INSERT INTO callboard_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING name",
          [name, value],
        )
      : await tx.query(
          "UPDATE callboard_setting SET value = $3 WHERE name = $1 AND value = $2 RETURNING name",
          [name, before, value],
        );
  return written.length > 0;
}
