/** One statement on a connection of either database, made into what the rest of the store asks. */
import type { Queryable } from "./queryable.ts";
import type { Dialect } from "./dialect.ts";
import { storageError } from "./storage-error.ts";

/** Resolves to the rows that a statement gave. */
export type Runner = (sql: string, bind: readonly unknown[]) => Promise<unknown[]>;

/** `readCode` tells an error's code in the words of this database. */
export function queryable(run: Runner, dialect: Dialect, readCode: (error: Error) => string): Queryable {
  return {
    dialect,
    query: async <R extends object>(sql: string, bind: readonly unknown[] = []) => {
      try {
        return (await run(sql, bind)) as R[];
      } catch (error) {
        throw storageError(error, readCode);
      }
    },
  };
}
