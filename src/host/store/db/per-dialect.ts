/** Remembers what is made for a dialect. Pure. */
import type { Dialect } from "./dialect.ts";

/** Returns a function that makes something once for each dialect: the text of a statement, which is much longer than what is bound to it. */
export function perDialect<T>(make: (dialect: Dialect) => T): (dialect: Dialect) => T {
  const made = new WeakMap<Dialect, { readonly value: T }>();
  return (dialect) => {
    const known = made.get(dialect);
    if (known !== undefined) return known.value;
    const value = make(dialect);
    made.set(dialect, { value });
    return value;
  };
}
