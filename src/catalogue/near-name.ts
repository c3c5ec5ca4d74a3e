/** Suggests the name that may have been meant. Pure. */
import { distance } from "fastest-levenshtein";

/** Longer names are compared by their beginning. */
const COMPARED_LENGTH = 100;

/** Returns the name nearest to the wanted one, or undefined if none is near. Upper and lower case are alike. */
export function findNearName(wanted: string, names: Iterable<string>): string | undefined {
  const written = wanted.slice(0, COMPARED_LENGTH).toLowerCase();
  let nearest: { readonly name: string; readonly letters: number } | undefined;
  for (const name of names) {
    const letters = distance(name.toLowerCase(), written);
    if (letters > Math.max(1, Math.floor(name.length / 3))) continue;
    if (nearest === undefined || letters < nearest.letters) nearest = { name, letters };
  }
  return nearest?.name;
}
