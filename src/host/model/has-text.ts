/** The search of lists that are in memory. Pure. */

/** Reports whether the search is part of one of the texts, in any case. An empty search is part of every text. */
export function hasText(texts: readonly (string | undefined)[], search: string): boolean {
  const words = search.trim().toLowerCase();
  return words === "" || texts.some((text) => text?.toLowerCase().includes(words) === true);
}
