/** Leaves keys out instead of giving them the value `undefined`, which optional properties do not take. Pure. */

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Returns the entries that have a value. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
