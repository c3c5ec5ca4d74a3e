/**
 * Changes that are committed in one go. A transaction in steps comes back to this process between them, and each time waits
 * for whatever it is doing; a batch is one statement to its database, whatever is in it.
 */
import type { Batch, Change, Queryable, Statement } from "./queryable.ts";

export type { Batch, Change, Statement } from "./queryable.ts";

/** The statements of a batch with everything that is bound to them in one list. */
export interface LaidOut {
  readonly checks: readonly string[];
  /** `rows`: the parameter that says how many rows it must change. */
  readonly changes: readonly { readonly sql: string; readonly rows: string | undefined }[];
  readonly bind: readonly unknown[];
}

/** `parameter` writes the n-th of all that is bound, from 1. */
export function layOut({ checks, changes }: Batch, parameter: (n: number) => string): LaidOut {
  const bind: unknown[] = [];
  const placed = (statement: Statement): string => {
    const before = bind.length;
    bind.push(...statement.bind);
    return statement.sql.replace(/\$(\d+)/g, (_, n: string) => parameter(before + Number(n)));
  };
  return {
    checks: checks.flatMap((check) => (check === undefined ? [] : placed(check))),
    changes: changes.flatMap((change) => {
      if (change === undefined) return [];
      const sql = placed(change);
      if (change.rows === undefined) return { sql, rows: undefined };
      return { sql, rows: parameter(bind.push(change.rows)) };
    }),
    bind,
  };
}

/** The changes as steps of a transaction that has more to do; how many rows each one changed is left to the caller. */
export async function makeChanges(tx: Queryable, changes: readonly (Change | undefined)[]): Promise<void> {
  for (const change of changes) if (change !== undefined) await tx.query(change.sql, change.bind);
}
