/** Parses filters ahead on another thread, because parsing blocks the event loop for milliseconds. */
import { CAN_START_THREADS } from "../../own-thread.ts";
import { takeTurn } from "../../turn.ts";
import { MAX_FILTER_LENGTH, readFilterText } from "../model/filter-text.ts";
import type { FilterText } from "../model/filter-text.ts";
import { isFilterKept, keepFilter } from "../model/filter.ts";
import { createFilterThread } from "./thread.ts";
import type { FilterThread } from "./thread.ts";

/** Maximum length of all filters of one request. Filters beyond it are not parsed ahead. */
const MAX_AHEAD = 10_000;

/** Parses filters on another thread and caches them. Their problems are reported when they are checked. */
export async function parseFiltersAhead(texts: readonly string[], maxCharacters = MAX_AHEAD): Promise<void> {
  let length = 0;
  const wanted = [...new Set(texts)].filter((text) => {
    length += text.length;
    return (
      length <= maxCharacters && text.length <= MAX_FILTER_LENGTH && text.trim() !== "" && !isFilterKept(text)
    );
  });
  await Promise.all(wanted.map(async (text) => keepFilter(text, await readElsewhere(text))));
}

const thread: FilterThread = createFilterThread();

/** Parses a filter on the thread, or on this one if there is none. */
async function readElsewhere(text: string): Promise<FilterText> {
  if (CAN_START_THREADS) {
    try {
      return await thread.read(text);
    } catch {
      // Falls back to this thread, so that no filter is refused for lack of a thread.
    }
  }
  await takeTurn();
  return readFilterText(text);
}
