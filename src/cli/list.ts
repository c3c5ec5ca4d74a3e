/** What every list of the command line has in common: --limit and --all, and a word about what is left out. */
import { listItems } from "../client/index.ts";
import type { Page, PageQuery } from "../client/index.ts";
import { plural } from "../format.ts";
import type { Io } from "./io.ts";
import { isMissing } from "./missing.ts";

export interface ListFlags {
  /** Items at most. Everything if it is left out. */
  readonly limit?: number;
  /** Everything, whatever the limit is. */
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Reads as many pages as the flags ask for. Where there is more, it is noted. @throws what `list` throws */
export async function fetchList<P extends Page>(
  io: Pick<Io, "note">,
  { limit, all = false }: ListFlags,
  list: (page: PageQuery) => Promise<P>,
): Promise<P> {
  const found = await listItems(list, all || limit === undefined ? {} : { limit });
  if (!isMissing(found.next)) {
    const shown = plural(found.items.length, "item", "items");
    io.note(`Only the first ${shown}. List more with --limit NUMBER or --all\n`);
  }
  return found;
}
