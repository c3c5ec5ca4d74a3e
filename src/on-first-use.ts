/**
 * Returns a function that makes a value when it is first called, and returns the same one from then on. For what takes long and may
 * never be needed, such as the first object of Intl, which reads the data of its language.
 */
export function onFirstUse<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
