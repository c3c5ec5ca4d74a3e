/** Values of PostgreSQL as numbers. */
import type Pg from "pg";
import type { CustomTypesConfig } from "pg";

/**
 * Epoch milliseconds and counters are far below 2^53, so that BIGINT may come back as a number: on connections of the host, not on
 * those of a program around it.
 */
export function withNumbers({ types }: Pick<typeof Pg, "types">): CustomTypesConfig {
  const getTypeParser = (...[oid, format]: Parameters<typeof types.getTypeParser>): unknown =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format);
  return { ...types, getTypeParser };
}
