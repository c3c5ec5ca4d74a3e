/** Parses filters before they are needed, on a thread of its own: parsing takes milliseconds, which other requests would wait. */
import { LONGEST_FILTER, readFilterText } from "../model/filter-text.ts";
import type { FilterText } from "../model/filter-text.ts";
import { isFilterKept, keepFilter } from "../model/filter.ts";
import { createFilterThread } from "./thread.ts";
import type { FilterThread } from "./thread.ts";

/** The characters of all filters that one request may have parsed; beyond them none is parsed ahead. */
const MOST_AHEAD = 10_000;

/** Parses filters on another thread and keeps them. Problems of a filter show when it is checked. */
export async function parseFiltersAhead(
  texts: readonly string[],
  mostCharacters = MOST_AHEAD,
): Promise<void> {
  let length = 0;
  const wanted = [...new Set(texts)].filter((text) => {
    length += text.length;
    return length <= mostCharacters && text.length <= LONGEST_FILTER && text.trim() !== "" && !isFilterKept(text);
  });
  await Promise.all(wanted.map(async (text) => keepFilter(text, await readElsewhere(text))));
}

const thread: FilterThread = createFilterThread();
/** The sources themselves, as tests run them, are nothing that a thread could load. */
const isCompiled = import.meta.url.endsWith(".js");

/** On the other thread; without one, here, and others have their turn before. */
async function readElsewhere(text: string): Promise<FilterText> {
  if (isCompiled) {
    try {
      return await thread.read(text);
    } catch {
      // Parsed here, at the cost of a pause: nothing is refused because a thread could not be had.
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  return readFilterText(text);
}
