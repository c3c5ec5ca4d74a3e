/** Header lists as Node has them: name, value, name, value … Pure. */

/** Returns the pairs of a flat list of names and values. */
export function pairHeaders(flat: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : []));
}
